import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDeadline } from '../../../shared/adapters/deadline.ts';
import { TaskpodError } from '../../../shared/errors.ts';

const late = () => new TaskpodError('storage_unavailable', 'too late', { retryable: true });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('gives what the call gives, and leaves no timer and no listener', async () => {
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  expect(await withDeadline({ signal, ms: 100, onTimeout: late }, async () => 'value')).toBe('value');
  expect(vi.getTimerCount()).toBe(0);
  expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
});

test('an error of the call passes as it is', async () => {
  const error = new Error('own');
  const call = withDeadline({ signal: new AbortController().signal, ms: 100, onTimeout: late }, async () => {
    throw error;
  });
  await expect(call).rejects.toBe(error);
  expect(vi.getTimerCount()).toBe(0);
});

test('a call that does not listen ends at its time, and its own signal is aborted', async () => {
  let own: AbortSignal | undefined;
  const call = withDeadline({ signal: new AbortController().signal, ms: 100, onTimeout: late }, signal => {
    own = signal;
    return new Promise(() => undefined);
  });
  const ended = expect(call).rejects.toMatchObject({ code: 'storage_unavailable', message: 'too late' });
  await vi.advanceTimersByTimeAsync(99);
  expect(own?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await ended;
  expect(own?.aborted).toBe(true);
});

test('the caller’s signal ends it at once, and a call is not begun after it', async () => {
  const controller = new AbortController();
  const deadline = { signal: controller.signal, ms: 100, onTimeout: late };
  const call = withDeadline(deadline, () => new Promise(() => undefined));
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'aborted' });
  const begun = vi.fn(async () => 'value');
  await expect(withDeadline(deadline, begun)).rejects.toMatchObject({ code: 'aborted' });
  expect(begun).not.toHaveBeenCalled();
});
