import { abortedError, type Clock } from '../../shared/time.ts';

/** Pauses take no time; how long they would have been is kept. */
export class SleeplessClock implements Clock {
  readonly pauses: number[] = [];
  now = (): number => 0;
  monotonicMs = (): number => 0;
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(signal);
    this.pauses.push(ms);
  }
}
