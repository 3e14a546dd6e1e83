import { TaskpodError } from '../../../shared/errors.ts';
import type { ResumeState } from '../../../shared/log-resume.ts';
import { abortedError } from '../../../shared/time.ts';
import {
  copyLog,
  endsForReal,
  type LogReading,
  readOnce,
  silentError,
  streamProblem,
  unfinishedError,
  Waiting,
} from './log-copy.ts';
import { logTiming } from './log-timing.ts';

/** How following ended. */
export type FollowEnd =
  /** The log's real end was seen: a second read, after the container's end, has agreed. */
  | { kind: 'complete' }
  /** The stream ended cleanly, at this monotonic time, in this state of resuming: by itself no proof of anything. */
  | { kind: 'ended'; atMs: number; state: ResumeState | 'unwanted' }
  | { kind: 'failed'; problem: TaskpodError };

/** followOnce follows the log from the writer's cursor on for as long as one request goes. Throws `aborted`, and what the writer throws. */
export async function followOnce(reading: LogReading): Promise<FollowEnd> {
  return await new FollowedStream(reading).run();
}

function overdueError(): TaskpodError {
  return new TaskpodError('kubernetes_unavailable', 'the log stream did not end with its container', {
    retryable: true,
  });
}

/** One followed stream, and beside it a task that watches for silence and looks for the log's end. */
class FollowedStream {
  readonly #reading: LogReading;
  readonly #waiting: Waiting;
  /** Ends the followed stream. */
  readonly #stream = new AbortController();
  /** Ends the task beside it. */
  readonly #supervision = new AbortController();
  /** While a read without follow looks for the end, a chunk of this stream waits here. */
  #gate: Promise<void> | undefined;
  #isHeld = false;
  /** That read has delivered: nothing more is taken from this stream. */
  #isReplaced = false;

  constructor(reading: LogReading) {
    this.#reading = reading;
    this.#waiting = new Waiting(reading.clock);
  }

  async run(): Promise<FollowEnd> {
    const [copied, decided] = await Promise.allSettled([this.#copy(), this.#supervise()]);
    if (this.#reading.signal.aborted) throw abortedError(this.#reading.signal);
    if (decided.status === 'rejected') throw decided.reason;
    if (copied.status === 'rejected') throw copied.reason;
    return decided.value ?? copied.value;
  }

  async #copy(): Promise<FollowEnd> {
    const { signal, clock } = this.#reading;
    try {
      const state = await copyLog(this.#reading, {
        follow: true,
        waiting: this.#waiting,
        signal: AbortSignal.any([signal, this.#stream.signal]),
        gate: () => this.#hold(),
      });
      return { kind: 'ended', atMs: clock.monotonicMs(), state };
    } catch (error) {
      return { kind: 'failed', problem: streamProblem(this.#reading, error) };
    } finally {
      if (!this.#isReplaced) this.#supervision.abort();
    }
  }

  async #hold(): Promise<void> {
    if (!this.#gate) return;
    this.#isHeld = true;
    await this.#gate;
  }

  /** Returns undefined when the stream has ended first. */
  async #supervise(): Promise<FollowEnd | undefined> {
    const signal = AbortSignal.any([this.#reading.signal, this.#supervision.signal]);
    try {
      return (await this.#untilNews(signal)) ?? (await this.#untilEnd(signal));
    } catch (error) {
      if (this.#supervision.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#stream.abort();
    }
  }

  async #untilNews(signal: AbortSignal): Promise<FollowEnd | undefined> {
    const { silenceMs } = logTiming;
    while (!this.#reading.end.news) {
      if (this.#waiting.ms >= silenceMs) return { kind: 'failed', problem: silentError(silenceMs) };
      await this.#reading.end.sleep(silenceMs - this.#waiting.ms, signal);
    }
    return undefined;
  }

  async #untilEnd(signal: AbortSignal): Promise<FollowEnd> {
    const { tailIdleMs, trustedIdleMs, drainMs } = logTiming;
    const { clock, end } = this.#reading;
    const untilMs = (end.news?.atMs ?? clock.monotonicMs()) + drainMs;
    let isTrusted = false;
    for (;;) {
      const idleMs = (isTrusted ? trustedIdleMs : tailIdleMs) - this.#waiting.ms;
      const leftMs = untilMs - clock.monotonicMs();
      if (leftMs <= 0 || (isTrusted && idleMs <= 0)) return { kind: 'failed', problem: overdueError() };
      if (idleMs > 0) {
        await clock.sleep(Math.min(idleMs, leftMs), signal);
      } else {
        const tail = await this.#readTail(signal);
        if (typeof tail === 'object') return tail;
        isTrusted = tail === 'no help';
      }
    }
  }

  /**
   * Reads once without follow: finds the end at once, where the kubelet's follow loop takes up to a second. `no help`
   * when that read fails, or lacks the last line (rotated away): then the open stream knows better.
   */
  async #readTail(signal: AbortSignal): Promise<FollowEnd | 'not yet' | 'no help'> {
    const { writer } = this.#reading;
    const before = writer.unfinished();
    const { promise, resolve: openGate } = Promise.withResolvers<void>();
    this.#gate = promise;
    this.#isHeld = false;
    try {
      const state = await readOnce(this.#reading, { signal, isWanted: found => this.#replace(found) });
      if (this.#isReplaced || (state === 'found' && !this.#isHeld)) {
        const isEnd = this.#isReplaced ? endsForReal(writer, before) : before.length === 0;
        return isEnd ? { kind: 'complete' } : { kind: 'failed', problem: unfinishedError() };
      }
      return state === 'found' ? 'not yet' : 'no help';
    } catch (error) {
      if (signal.aborted) throw error;
      const problem = streamProblem(this.#reading, error);
      return this.#isReplaced ? { kind: 'failed', problem } : 'no help';
    } finally {
      this.#gate = undefined;
      openGate();
    }
  }

  /** Takes the new bytes from the read without follow instead of from this stream. */
  #replace(state: ResumeState): boolean {
    if (state !== 'found') return false;
    this.#isReplaced = true;
    this.#reading.writer.rewind();
    this.#stream.abort();
    return true;
  }
}
