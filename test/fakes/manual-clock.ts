import { setImmediate } from 'node:timers/promises';
import { abortedError, type Clock } from '../../shared/time.ts';

interface Sleeper {
  atMs: number;
  wake: () => void;
}

/** A clock that stands still until it is told to go on; sleepers wake in the order of their times. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start = '2026-11-23T10:00:00Z') {
    this.#nowMs = Date.parse(start);
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortedError(signal));
        return;
      }
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(abortedError(signal));
      };
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { atMs: this.#nowMs + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Sleeps that have not ended: none after a clean end of what is tested. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Lets everything run that needs no time. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  /** Moves time on, and lets everything run that is due on the way. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.settle();
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
      await this.settle();
    }
    this.#nowMs = untilMs;
  }

  /** Moves time on from sleeper to sleeper until the promise is settled; at most `limitMs`. */
  async runUntil<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    settled.catch(() => undefined);
    const untilMs = this.#nowMs + limitMs;
    await this.settle();
    while (!isSettled) {
      const next = this.#next(untilMs);
      if (!next) throw new Error(`nothing happens any more within ${limitMs} ms`);
      await this.advance(next.atMs - this.#nowMs);
    }
    return settled;
  }

  #next(untilMs: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.atMs <= untilMs && (next === undefined || sleeper.atMs < next.atMs)) next = sleeper;
    }
    return next;
  }
}
