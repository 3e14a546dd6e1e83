import type { TaskpodError } from '../errors.ts';
import { abortedError } from '../time.ts';

/** What bounds one call. */
export interface Deadline {
  /** The caller's signal: ends the call with `aborted`. */
  signal: AbortSignal;
  /** Milliseconds that the call may take. */
  ms: number;
  /** The error of a call that took longer. */
  onTimeout: () => TaskpodError;
}

/**
 * withDeadline runs one call under the caller's signal and a time limit, and settles at once when either ends it, even
 * if the call itself does not listen. Leaves no listener and no timer behind.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, ms, onTimeout } = deadline;
  if (signal.aborted) throw abortedError(signal);
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (error: TaskpodError): void => {
    reject(error);
    controller.abort(error);
  };
  const onAbort = (): void => end(abortedError(signal));
  const timer = setTimeout(() => end(onTimeout()), ms);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([ended, call(controller.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** untilAborted waits for what others wait for too: the signal ends this waiting with `aborted`, and nothing else. */
export async function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  // nobody may be left to hear of its failure
  result.catch(() => undefined);
  if (signal.aborted) throw abortedError(signal);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortedError(signal));
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([aborted, result]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
