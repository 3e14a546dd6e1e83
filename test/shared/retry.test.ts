import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../shared/errors.ts';
import { apiCallRetry, type RetryPolicy, retry, retryDelayMs } from '../../shared/retry.ts';
import { abortedError, type Clock } from '../../shared/time.ts';

/** A clock on which sleeping takes no time and is written down. */
class InstantClock implements Clock {
  readonly slept: number[] = [];
  now = (): number => 0;
  monotonicMs = (): number => 0;
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(signal);
    this.slept.push(ms);
  }
}

const policy: RetryPolicy = { attempts: 4, baseDelayMs: 100, maxDelayMs: 250 };
const outage = (retryAfterSeconds?: number): TaskpodError =>
  new TaskpodError('storage_unavailable', 'outage', {
    retryable: true,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

describe('retryDelayMs', () => {
  test.each([
    { attempt: 1, random: 0.5, after: undefined, expected: 50 },
    { attempt: 2, random: 0.5, after: undefined, expected: 50 },
    { attempt: 3, random: 0.5, after: undefined, expected: 100 },
    { attempt: 4, random: 0.5, after: undefined, expected: 125 },
    { attempt: 90, random: 0.5, after: undefined, expected: 125 },
    { attempt: 2, random: 0, after: undefined, expected: 0 },
    { attempt: 2, random: 0.5, after: 3, expected: 3_000 },
    { attempt: 4, random: 0.999, after: 0.1, expected: 250 },
  ])(
    'try $attempt, random $random, Retry-After $after: $expected ms',
    ({ attempt, random, after, expected }) => {
      expect(retryDelayMs(attempt, policy, () => random, after)).toBe(expected);
    },
  );

  test('is between what the server asked for and the larger of that and the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(60),
        (attempt, random, after) => {
          const delay = retryDelayMs(attempt, apiCallRetry, () => random, after);
          expect(delay).toBeGreaterThanOrEqual(after * 1_000);
          expect(delay).toBeLessThanOrEqual(Math.max(after * 1_000, apiCallRetry.maxDelayMs));
        },
      ),
    );
  });

  test('a call to an API is tried for about 8 s at most', () => {
    const pauses = [2, 3, 4, 5].map(attempt => retryDelayMs(attempt, apiCallRetry, () => 1));
    expect(apiCallRetry.attempts).toBe(5);
    expect(pauses).toEqual([200, 400, 800, 1_600]);
  });
});

describe('retry', () => {
  const run = (results: (Error | string)[], signal = new AbortController().signal) => {
    const clock = new InstantClock();
    const attempts: number[] = [];
    const done = retry(
      async attempt => {
        attempts.push(attempt);
        const result = results[attempt - 1] ?? outage();
        if (result instanceof Error) throw result;
        return result;
      },
      policy,
      { clock, random: () => 0.5, signal },
    );
    return { done, clock, attempts };
  };

  test('gives the first result, without a pause', async () => {
    const { done, clock, attempts } = run(['good']);
    await expect(done).resolves.toBe('good');
    expect({ attempts, slept: clock.slept }).toEqual({ attempts: [1], slept: [] });
  });

  test('tries again after an outage, with growing pauses, as long as the server asks', async () => {
    const { done, clock, attempts } = run([outage(), outage(2), outage(), 'good']);
    await expect(done).resolves.toBe('good');
    expect({ attempts, slept: clock.slept }).toEqual({ attempts: [1, 2, 3, 4], slept: [50, 2_000, 125] });
  });

  test('rethrows the last error itself when no try is left', async () => {
    const last = outage();
    const { done, clock, attempts } = run([outage(), outage(), outage(), last]);
    await expect(done).rejects.toBe(last);
    expect({ attempts, slept: clock.slept }).toEqual({ attempts: [1, 2, 3, 4], slept: [50, 100, 125] });
  });

  test.each([
    ['a refusal', new TaskpodError('storage_refused', 'no permission')],
    ['a bug', new TypeError('x is not a function')],
  ])('%s is not tried again', async (_, error) => {
    const { done, attempts } = run([error, 'good']);
    await expect(done).rejects.toBe(error);
    expect(attempts).toEqual([1]);
  });

  test('does not begin when the signal has fired', async () => {
    const { done, attempts } = run(['good'], AbortSignal.abort('late'));
    await expect(done).rejects.toMatchObject({ code: 'aborted', cause: 'late' });
    expect(attempts).toEqual([]);
  });

  test('an abort during a try is what is told, not the error that it led to', async () => {
    const controller = new AbortController();
    const clock = new InstantClock();
    let tries = 0;
    const done = retry(
      async () => {
        tries++;
        controller.abort('shutdown');
        throw outage();
      },
      policy,
      { clock, random: () => 0.5, signal: controller.signal },
    );
    await expect(done).rejects.toMatchObject({ code: 'aborted', cause: 'shutdown' });
    expect({ tries, slept: clock.slept }).toEqual({ tries: 1, slept: [] });
  });
});
