import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { waitForEnd } from '../../../../functions/watch/attempt/wait-for-end.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import type { PodStatus } from '../../../../shared/kubernetes/pod.ts';
import { makePod, makeRecord, running, scheduled, terminated } from '../../../fakes/make-pod.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

const record = makeRecord({
  schedule_deadline_at: '2026-11-23T10:02:00.000Z',
  startup_timeout_seconds: 60,
});

/** A wait for a Pod's end, and what came of it. */
class Wait {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly updates: PodUpdates;
  /** How it ended, and at what second. */
  ended: string | undefined;
  readonly #start = this.clock.now();

  constructor(status: PodStatus = { phase: 'Pending' }) {
    this.updates = new PodUpdates(makePod(status));
    waitForEnd(record, this.updates, this.clock, this.stop.signal).then(
      cause => this.#end(cause),
      error => this.#end(error.code),
    );
  }

  /** The Pod's status changes after so many seconds. */
  async after(seconds: number, status?: PodStatus): Promise<void> {
    await this.clock.advance(seconds * 1_000);
    if (status) this.updates.update(makePod(status));
    await this.clock.settle();
  }

  #end(how: string): void {
    this.ended = `${how} at ${(this.clock.now() - this.#start) / 1_000}`;
  }
}

const pending = { phase: 'Pending', conditions: [scheduled] };
const active = { phase: 'Running', conditions: [scheduled], containerStatuses: [running()] };

describe('the end', () => {
  test('is when the main container has terminated, not when the phase says so', async () => {
    const wait = new Wait();
    await wait.after(1, pending);
    await wait.after(1, active);
    await wait.after(10_000);
    expect(wait.ended).toBeUndefined();
    await wait.after(0, { ...active, containerStatuses: [terminated(0)] });
    expect(wait.ended).toBe('ended at 10002');
    expect(wait.clock.sleeping).toBe(0);
    expect(getEventListeners(wait.stop.signal, 'abort')).toEqual([]);
  });

  test.each([
    { name: 'a Pod that has ended already', status: { phase: 'Succeeded' } },
    { name: 'a Pod that failed before it was scheduled', status: { phase: 'Failed', reason: 'Evicted' } },
    { name: 'exit 1', status: { ...active, containerStatuses: [terminated(1)] } },
    { name: 'exit 127', status: { ...active, containerStatuses: [terminated(127)] } },
    {
      name: 'out of memory',
      status: { ...active, containerStatuses: [terminated(137, { reason: 'OOMKilled' })] },
    },
  ])('comes at once: $name', async ({ status }) => {
    const wait = new Wait(status);
    await wait.clock.settle();
    expect(wait.ended).toBe('ended at 0');
    expect(wait.clock.sleeping).toBe(0);
  });

  test('by a signal waits for the Pod’s own reason', async () => {
    const wait = new Wait({ ...active, containerStatuses: [terminated(143)] });
    await wait.after(20);
    expect(wait.ended).toBeUndefined();
    const reason = { phase: 'Failed', reason: 'DeadlineExceeded' };
    await wait.after(10, { ...active, ...reason, containerStatuses: [terminated(143)] });
    expect(wait.ended).toBe('ended at 30');
  });

  test.each([128, 137])('by a signal (%i) waits 45 s at most', async exitCode => {
    const wait = new Wait({ ...active, containerStatuses: [terminated(exitCode)] });
    await wait.after(44.999);
    expect(wait.ended).toBeUndefined();
    await wait.after(0.001);
    expect(wait.ended).toBe('ended at 45');
    expect(wait.clock.sleeping).toBe(0);
  });

  test.each([
    ['while it waits for a node', { phase: 'Pending' }],
    ['while it starts', pending],
    ['while it runs', active],
    ['while its reason is waited for', { ...active, containerStatuses: [terminated(137)] }],
  ])('comes when the Pod is gone %s', async (_, status) => {
    const wait = new Wait(status);
    await wait.after(5);
    wait.updates.markGone();
    await wait.clock.settle();
    expect(wait.ended).toBe('ended at 5');
  });
});

describe('deadlines (I8)', () => {
  test('a Pod without a node is given up at its schedule deadline, not before', async () => {
    const wait = new Wait();
    await wait.after(119.999);
    expect(wait.ended).toBeUndefined();
    await wait.after(0.001);
    expect(wait.ended).toBe('schedule_timeout at 120');
    expect(wait.clock.sleeping).toBe(0);
    expect(getEventListeners(wait.stop.signal, 'abort')).toEqual([]);
  });

  test('a schedule deadline that has passed counts only while there is no node', async () => {
    const late = new Wait({ phase: 'Pending' });
    await late.clock.advance(300_000);
    expect(late.ended).toBe('schedule_timeout at 120');
    const bound = new Wait(active);
    await bound.after(300, { ...active, containerStatuses: [terminated(0)] });
    expect(bound.ended).toBe('ended at 300');
  });

  test('the start deadline counts from the moment it got its node', async () => {
    const wait = new Wait();
    const at = { ...scheduled, lastTransitionTime: '2026-11-23T10:00:30Z' };
    await wait.after(30, { phase: 'Pending', conditions: [at] });
    await wait.after(59.999);
    expect(wait.ended).toBeUndefined();
    await wait.after(0.001);
    expect(wait.ended).toBe('start_timeout at 90');
    expect(wait.clock.sleeping).toBe(0);
  });

  test('a Pod that has a node and no phase yet has not started', async () => {
    const wait = new Wait({ conditions: [scheduled] });
    await wait.after(60.999);
    expect(wait.ended).toBeUndefined();
    await wait.after(0.001);
    expect(wait.ended).toBe('start_timeout at 61');
  });

  test('a Pod that runs has no deadline of ours', async () => {
    const wait = new Wait(active);
    await wait.after(1_000_000);
    expect(wait.ended).toBeUndefined();
    expect(wait.clock.sleeping).toBe(0);
  });
});

test.each([
  ['for a node', { phase: 'Pending' }],
  ['for the start', pending],
  ['for the end', active],
  ['for the reason', { ...active, containerStatuses: [terminated(143)] }],
])('the signal ends the wait %s', async (_, status) => {
  const wait = new Wait(status);
  await wait.after(1);
  wait.stop.abort();
  await wait.clock.settle();
  expect(wait.ended).toBe('aborted at 1');
  expect(wait.clock.sleeping).toBe(0);
  expect(getEventListeners(wait.stop.signal, 'abort')).toEqual([]);
});
