import type { TaskpodError } from '../../../shared/errors.ts';
import type { ResumeState } from '../../../shared/log-resume.ts';
import { abortedError } from '../../../shared/time.ts';
import { type CopyOptions, copyLog, type LogReading, readOnce, streamProblem, Waiting } from './log-copy.ts';

/** How following ended. */
export type FollowEnd =
  /** The log's real end was seen: a second read, after the container's end, has agreed. */
  | { kind: 'complete' }
  /** The stream ended cleanly, at this monotonic time, in this state of resuming: by itself no proof of anything. */
  | { kind: 'ended'; atMs: number; state: ResumeState | 'unwanted' }
  | { kind: 'failed'; problem: TaskpodError };

/** Decides beside an open stream that it is over; undefined when it ends by itself first. */
export type Supervise = (stream: FollowedStream, signal: AbortSignal) => Promise<FollowEnd>;

/** One followed stream, copied from the writer's cursor on, and a read beside it that may take its place. */
export class FollowedStream {
  readonly reading: LogReading;
  /** For how long no byte has come. */
  readonly waiting: Waiting;
  /** Ends the followed stream. */
  readonly #stream = new AbortController();
  /** Ends the task beside it. */
  readonly #supervision = new AbortController();
  /** While a read goes on beside it, a chunk of this stream waits here. */
  #gate: Promise<void> | undefined;
  #isHeld = false;
  #isReplaced = false;

  constructor(reading: LogReading) {
    this.reading = reading;
    this.waiting = new Waiting(reading.clock);
  }

  /** A chunk has come during the last read beside it. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The read beside it has delivered; nothing more is taken from this stream. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** Copies the stream until it ends or `supervise` says so. Throws `aborted`, and what the writer throws. */
  async run(supervise: Supervise): Promise<FollowEnd> {
    const [copied, decided] = await Promise.allSettled([this.#copy(), this.#supervise(supervise)]);
    if (this.reading.signal.aborted) throw abortedError(this.reading.signal);
    if (decided.status === 'rejected') throw decided.reason;
    if (copied.status === 'rejected') throw copied.reason;
    return decided.value ?? copied.value;
  }

  /** Reads once without follow; meanwhile a chunk of this stream waits. Returns why it failed, if it did. */
  async readBeside(
    options: Pick<CopyOptions, 'isWanted' | 'goOn' | 'signal'>,
  ): Promise<ResumeState | 'unwanted' | TaskpodError> {
    const { promise, resolve: openGate } = Promise.withResolvers<void>();
    this.#gate = promise;
    this.#isHeld = false;
    try {
      return await readOnce(this.reading, options);
    } catch (error) {
      if (options.signal.aborted) throw error;
      return streamProblem(this.reading, error);
    } finally {
      this.#gate = undefined;
      openGate();
    }
  }

  /** From now on the new bytes are taken from the read beside, not from this stream. */
  replace(): true {
    this.#isReplaced = true;
    this.reading.writer.rewind();
    this.#stream.abort();
    return true;
  }

  async #copy(): Promise<FollowEnd> {
    const { signal, clock } = this.reading;
    try {
      const state = await copyLog(this.reading, {
        follow: true,
        waiting: this.waiting,
        signal: AbortSignal.any([signal, this.#stream.signal]),
        gate: () => this.#hold(),
      });
      return { kind: 'ended', atMs: clock.monotonicMs(), state };
    } catch (error) {
      return { kind: 'failed', problem: streamProblem(this.reading, error) };
    } finally {
      if (!this.#isReplaced) this.#supervision.abort();
    }
  }

  async #hold(): Promise<void> {
    if (!this.#gate) return;
    this.#isHeld = true;
    await this.#gate;
  }

  async #supervise(supervise: Supervise): Promise<FollowEnd | undefined> {
    try {
      return await supervise(this, AbortSignal.any([this.reading.signal, this.#supervision.signal]));
    } catch (error) {
      if (this.#supervision.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#stream.abort();
    }
  }
}
