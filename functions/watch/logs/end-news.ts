import { abortedError, type Clock } from '../../../shared/time.ts';
import type { ContainerEnd } from './pump-options.ts';

/** The news of a container's end: for code that asks, and for waits that it cuts short. */
export class EndNews {
  readonly #clock: Clock;
  readonly #came = new AbortController();
  #news: { how: ContainerEnd; atMs: number } | undefined;

  constructor(ended: Promise<ContainerEnd>, clock: Clock) {
    this.#clock = clock;
    void ended.then(how => {
      this.#news = { how, atMs: clock.monotonicMs() };
      this.#came.abort();
    });
  }

  /** How the container ended and when (on the monotonic clock) that became known; undefined while it runs. */
  get news(): { how: ContainerEnd; atMs: number } | undefined {
    return this.#news;
  }

  /** Waits, but not beyond the news; throws `aborted`. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(signal);
    if (this.#news) return;
    try {
      await this.#clock.sleep(ms, AbortSignal.any([signal, this.#came.signal]));
    } catch (error) {
      if (signal.aborted || !this.#came.signal.aborted) throw error;
    }
  }
}
