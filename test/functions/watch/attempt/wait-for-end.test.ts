import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Pod, PodStatus } from '../../../../shared/kubernetes/pod.ts';
import { makePod, running, scheduled, terminated } from '../../../fakes/make-pod.ts';
import { active, pending, Wait } from './wait-harness.ts';

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

  test.each([
    { name: 'run', changes: { execution_timeout_seconds: 30 }, ends: 'execution_timeout at 35' },
    {
      name: 'total',
      changes: { total_timeout_seconds: 40, total_deadline_at: '2026-11-23T10:00:40.000Z' },
      ends: 'total_timeout at 40',
    },
    {
      name: 'first of both',
      changes: { execution_timeout_seconds: 30, total_deadline_at: '2026-11-23T10:00:34.000Z' },
      ends: 'total_timeout at 34',
    },
  ])('the $name deadline ends a Pod that runs', async ({ changes, ends }) => {
    const wait = new Wait({ phase: 'Pending' }, changes);
    await wait.after(5, active);
    await wait.after(3_600);
    expect(wait.ended).toBe(ends);
    expect(wait.clock.sleeping).toBe(0);
  });

  test.each([
    ['for a node', { phase: 'Pending' }],
    ['for the start', pending],
  ])('the total deadline also ends the wait %s', async (_, status) => {
    const wait = new Wait(status, { total_deadline_at: '2026-11-23T10:00:20.000Z' });
    await wait.after(3_600);
    expect(wait.ended).toBe('total_timeout at 20');
  });

  test('a container that is not waited for keeps no Pod from having started, or from having ended', async () => {
    const proxy = {
      name: 'istio-proxy',
      state: { waiting: { reason: 'ErrImagePull', message: 'not found' } },
    };
    const wait = new Wait();
    const withProxy = (status: PodStatus): Pod => {
      const pod = makePod(status);
      return { ...pod, spec: { ...pod.spec, containers: [{ name: 'base' }, { name: 'istio-proxy' }] } };
    };
    wait.updates.update(withProxy({ ...pending, containerStatuses: [running(), proxy] }));
    await wait.after(600);
    expect(wait.ended).toBeUndefined();
    wait.updates.update(withProxy({ ...pending, containerStatuses: [terminated(0), proxy] }));
    await wait.clock.settle();
    expect(wait.ended).toBe('ended at 600');
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
