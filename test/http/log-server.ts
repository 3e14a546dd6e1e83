import type { IncomingMessage, ServerResponse } from 'node:http';
import { inChunks, type LogLine, linesSince, logBytes, logLine } from '../fakes/log-lines.ts';
import { type Answer, status } from './api-server.ts';

/** What goes wrong after so many bytes of one answer. */
export interface Fault {
  after: number;
  how: 'cut' | 'end' | 'stall';
}

/** The log of one container and the answers of an API server to requests for it, in real time. */
export class LogServer {
  readonly #written: LogLine[] = [];
  #firstKept = 0;
  #hasEnded = false;
  #count = 0n;
  readonly #followers = new Set<() => void>();

  /** All that the container has ever written. */
  get all(): string {
    return logBytes(this.#written).toString();
  }

  write(text: string): void {
    this.#count++;
    this.#written.push(logLine(BigInt(Date.now()) * 1_000_000n + this.#count, text));
    this.#notify();
  }

  /** What was written so far can no longer be read. */
  rotate(): void {
    this.#firstKept = this.#written.length;
  }

  end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  /** Serves the log in chunks of the given size (default: what there is), with a fault if one is given. */
  serve(fault?: Fault, chunkBytes = Number.POSITIVE_INFINITY): Answer {
    return (request, response) => {
      const url = new URL(request.url ?? '', 'http://server');
      const isFollowed = url.searchParams.get('follow') === 'true';
      const sinceTime = url.searchParams.get('sinceTime') ?? undefined;
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.flushHeaders();
      response.socket?.setNoDelay(true);
      let sent = this.#firstKept;
      let left = fault?.after ?? Number.POSITIVE_INFINITY;
      const send = (): void => {
        const lines = linesSince(this.#written.slice(sent), sinceTime);
        sent = this.#written.length;
        for (const chunk of inChunks(logBytes(lines), [chunkBytes])) {
          if (left > 0) response.write(chunk.subarray(0, left));
          left -= chunk.length;
        }
        if (left <= 0 && fault) {
          this.#followers.delete(send);
          fail(fault, request, response);
        } else if (!isFollowed || this.#hasEnded) {
          this.#followers.delete(send);
          response.end();
        }
      };
      this.#followers.add(send);
      response.on('close', () => this.#followers.delete(send));
      send();
    };
  }

  #notify(): void {
    for (const send of [...this.#followers]) send();
  }
}

function fail(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  if (fault.how === 'end') response.end();
  // What was written has to leave before the connection is cut.
  if (fault.how === 'cut') setTimeout(() => request.socket.destroy(), 20);
}

/** An error answer as the API server gives it. */
export function refuse(
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return (_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(status(code, reason, message));
  };
}
