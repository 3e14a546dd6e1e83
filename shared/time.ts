import { TaskpodError } from './errors.ts';

/** Time as the code sees it: injected, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. For what is written down. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps. For measuring how long something took. */
  monotonicMs(): number;
  /** Waits; rejects with `aborted` as soon as the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** setTimeout fires at once for anything longer. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortedError(signal));
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(abortedError(signal));
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(Math.max(0, ms), longestTimerMs),
      );
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

/** abortedError is the TaskpodError for a signal that has fired, with the signal's reason as its cause. */
export function abortedError(signal: AbortSignal): TaskpodError {
  return signal.reason instanceof TaskpodError
    ? signal.reason
    : new TaskpodError('aborted', 'aborted', { cause: signal.reason });
}

/** isoTime writes milliseconds since the epoch as RFC 3339 in UTC with milliseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
