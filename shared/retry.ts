import { isRetryable, TaskpodError } from './errors.ts';
import { abortedError, type Clock } from './time.ts';

/** How long and how often an operation is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  attempts: number;
  /** Upper bound of the first pause; each further one doubles. */
  baseDelayMs: number;
  /** Upper bound of any pause. */
  maxDelayMs: number;
}

/** What retries need from outside. */
export interface RetryDeps {
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  signal: AbortSignal;
}

/** Suits one call to a Google or Kubernetes API: up to 5 tries within about 8 s. */
export const apiCallRetry: RetryPolicy = { attempts: 5, baseDelayMs: 200, maxDelayMs: 4_000 };

/**
 * retryDelayMs is the pause before try number `attempt` (the first retry is 2): "full jitter" below an exponential
 * bound, and never less than what the server asked for.
 */
export function retryDelayMs(
  attempt: number,
  policy: RetryPolicy,
  random: () => number,
  retryAfterSeconds = 0,
): number {
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.max(0, attempt - 2));
  return Math.max(retryAfterSeconds * 1_000, Math.round(bound * random()));
}

/**
 * retry runs an operation again while it fails with a retryable error and tries are left; the last error is rethrown
 * as it was. Anything not retryable, and an abort, ends at once.
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  deps: RetryDeps,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    if (deps.signal.aborted) throw abortedError(deps.signal);
    try {
      return await operation(attempt);
    } catch (error) {
      if (deps.signal.aborted) throw abortedError(deps.signal);
      if (attempt >= policy.attempts || !isRetryable(error)) throw error;
      const after = error instanceof TaskpodError ? error.retryAfterSeconds : undefined;
      await deps.clock.sleep(retryDelayMs(attempt + 1, policy, deps.random, after), deps.signal);
    }
  }
}
