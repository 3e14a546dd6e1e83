import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TaskpodError } from '../../shared/errors.ts';
import { abortedError, isoTime, systemClock } from '../../shared/time.ts';

describe('systemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('tells the time, and the time that has gone by', async () => {
    const start = systemClock.monotonicMs();
    await vi.advanceTimersByTimeAsync(250);
    expect(systemClock.now()).toBe(1_250);
    expect(systemClock.monotonicMs() - start).toBe(250);
  });

  test('sleeps as long as it was told, and leaves no timer and no listener behind', async () => {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    let awake = false;
    const sleeping = systemClock.sleep(500, controller.signal).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(awake).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
    controller.abort();
  });

  test('a time that has passed already is no wait', async () => {
    const sleeping = systemClock.sleep(-5, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(0);
    await expect(sleeping).resolves.toBeUndefined();
  });

  test('wakes with the reason as soon as the signal fires, and leaves no timer behind', async () => {
    const controller = new AbortController();
    const reason = new Error('shutdown');
    const sleeping = systemClock.sleep(60_000, controller.signal);
    const failed = expect(sleeping).rejects.toMatchObject({ code: 'aborted', cause: reason });
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(reason);
    await failed;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not begin to sleep when the signal has fired', async () => {
    await expect(systemClock.sleep(10, AbortSignal.abort('late'))).rejects.toMatchObject({
      code: 'aborted',
      cause: 'late',
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('abortedError', () => {
  test('is the reason itself when that is one of ours', () => {
    const reason = new TaskpodError('deadline_exceeded', 'too late');
    expect(abortedError(AbortSignal.abort(reason))).toBe(reason);
  });

  test('carries any other reason as its cause', () => {
    expect(abortedError(AbortSignal.abort('why'))).toMatchObject({
      code: 'aborted',
      message: 'aborted',
      cause: 'why',
    });
  });
});

test.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [1_795_414_038_363, '2026-11-23T06:07:18.363Z'],
])('isoTime(%i) is %s', (ms, expected) => {
  expect(isoTime(ms)).toBe(expected);
});
