import { abortedError, type Clock } from '../../shared/time.ts';

/** A clock whose pauses are over at once and are written down; the time it tells moves by them. */
export class RecordingClock implements Clock {
  /** Milliseconds of each pause, in order. */
  readonly sleeps: number[] = [];
  /** What happens during the next pause, once. */
  duringSleep: (() => Promise<void>) | undefined;
  #now: number;

  constructor(now = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(signal);
    this.sleeps.push(ms);
    this.#now += ms;
    const happens = this.duringSleep;
    this.duringSleep = undefined;
    await happens?.();
  }
}
