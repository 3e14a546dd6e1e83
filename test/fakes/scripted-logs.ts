import { TaskpodError } from '../../shared/errors.ts';
import type { LogRequest, Pods } from '../../shared/ports/pods.ts';
import { abortedError, type Clock } from '../../shared/time.ts';
import { inChunks, type LogLine, linesSince, logBytes, logLine } from './log-lines.ts';

/** What goes wrong with one request; bytes are counted as they are sent. */
export type LogFault =
  | { refuse: TaskpodError }
  | { after: number; how: 'cut' | 'end' | 'hang' }
  /** Ends properly, but late. */
  | { after: number; how: 'linger'; ms: number }
  /** A message of the kubelet instead of a proper end. */
  | { after: number; how: 'say'; message: string }
  | undefined;

/** The log of one container as a kubelet serves it, with a fault per request if so told. */
export class ScriptedLogs implements Pick<Pods, 'openLog'> {
  readonly requests: Pick<LogRequest, 'follow' | 'sinceTime'>[] = [];
  /** One for each request to come. */
  readonly faults: LogFault[] = [];
  /** Sizes of chunks, used again and again. */
  chunkSizes: number[] = [1_000_000];
  /** Time before each chunk. */
  chunkPauseMs = 0;
  /** How long a followed stream takes to notice the container's end. */
  followEndMs = 700;
  isGone = false;
  readonly #clock: Clock;
  readonly #written: LogLine[] = [];
  #firstKept = 0;
  #count = 0n;
  #hasEnded = false;
  #changed = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All that the container has ever written. */
  get all(): string {
    return logBytes(this.#written).toString();
  }

  /** The container writes a line; `isWhole` false: without its end. */
  write(text: string, isWhole = true): void {
    this.#count++;
    const line = logLine(BigInt(this.#clock.now()) * 1_000_000n + this.#count, text);
    this.#written.push(isWhole ? line : { ...line, bytes: line.bytes.subarray(0, -1) });
    this.#notify();
  }

  /** All lines so far can no longer be read by requests to come. */
  rotate(): void {
    this.#firstKept = this.#written.length;
  }

  end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  async openLog(request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { follow, sinceTime } = request;
    this.requests.push({ follow, ...(sinceTime === undefined ? {} : { sinceTime }) });
    if (signal.aborted) throw abortedError(signal);
    const fault = this.faults.shift();
    if (fault && 'refuse' in fault) throw fault.refuse;
    if (this.isGone) throw new TaskpodError('not_found', 'no such Pod', { status: 404 });
    const bytes = this.#bytes(request, signal);
    return fault ? this.#faulty(bytes, fault, signal) : bytes;
  }

  async *#bytes({ follow, sinceTime }: LogRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let sent = this.#firstKept;
    for (;;) {
      const isEnd = this.#hasEnded;
      const fresh = this.#written.slice(sent);
      sent += fresh.length;
      for (const chunk of inChunks(logBytes(linesSince(fresh, sinceTime)), this.chunkSizes)) {
        if (signal.aborted) throw abortedError(signal);
        if (this.chunkPauseMs > 0) await this.#clock.sleep(this.chunkPauseMs, signal);
        yield chunk;
      }
      if (!follow) return;
      if (isEnd && fresh.length === 0) {
        await this.#clock.sleep(this.followEndMs, signal);
        return;
      }
      if (sent === this.#written.length && !this.#hasEnded) {
        await Promise.race([this.#changed.promise, aborted(signal)]);
      }
    }
  }

  async *#faulty(
    bytes: AsyncIterable<Uint8Array>,
    fault: Exclude<LogFault, undefined | { refuse: TaskpodError }>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    let left = fault.after;
    if (left > 0) {
      for await (const chunk of bytes) {
        yield chunk.subarray(0, left);
        left -= chunk.length;
        if (left <= 0) break;
      }
    }
    if (fault.how === 'cut') {
      throw new TaskpodError('kubernetes_unavailable', 'the stream was cut', { retryable: true });
    }
    if (fault.how === 'hang') await aborted(signal);
    if (fault.how === 'linger') await this.#clock.sleep(fault.ms, signal);
    if (fault.how === 'say') yield Buffer.from(fault.message);
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(abortedError(signal));
    signal.addEventListener('abort', () => reject(abortedError(signal)), { once: true });
  });
}
