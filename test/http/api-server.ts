import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectPods } from '../../shared/adapters/kubernetes/pods.ts';
import { TaskpodError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';

/** Answers one request; `body` is its text. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A Kubernetes `Status`. */
export function status(code: number, reason: string, message: string, details?: object): string {
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message,
    details,
  });
}

/** json answers a status and a document. */
export function json(code: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/**
 * A server on 127.0.0.1 that gives the listed answers one after another (the last one again and again) and keeps what
 * it was asked; with the real Pods adapter connected to it.
 */
export class ApiServer implements AsyncDisposable {
  readonly requests: { method: string; url: string; body: string }[] = [];
  readonly #answers: Answer[];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      this.requests.push({ method: request.method ?? '', url: request.url ?? '', body });
      const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
      answer?.(request, response, body);
    });
  });
  #pods: ReturnType<typeof connectPods> | undefined;

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  /** Listens, and connects the adapter with the given clock. */
  async connect(clock: Clock): Promise<ReturnType<typeof connectPods>> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const connection = { server: `http://127.0.0.1:${address.port}`, tls: {}, headers: async () => ({}) };
    this.#pods = connectPods({ connection, userAgent: 'test', clock, random: () => 0.5 });
    return this.#pods;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pods?.close();
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** failureOf gives what can be told of the error with which a promise is rejected. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) =>
      error instanceof TaskpodError
        ? { code: error.code, retryable: error.retryable, status: error.status }
        : error,
  );
}
