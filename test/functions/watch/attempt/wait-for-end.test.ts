import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { waitForEnd } from '../../../../functions/watch/attempt/wait-for-end.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import type { AttemptRecord } from '../../../../shared/attempt-record.ts';
import type { Pod, PodStatus } from '../../../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../../../shared/kubernetes/pod-event.ts';
import { makePod, makeRecord, running, scheduled, terminated } from '../../../fakes/make-pod.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

/** A wait for a Pod's end, and what came of it. */
class Wait {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly updates: PodUpdates;
  /** How it ended, and at what second. */
  ended: string | undefined;
  /** What is told when somebody looks, and at what seconds that was. */
  events: PodEvent[] = [];
  readonly looks: number[] = [];
  /** Looking takes a minute. */
  isBusy = false;
  readonly #start = this.clock.now();

  constructor(status: PodStatus = { phase: 'Pending' }, changes: Partial<AttemptRecord> = {}) {
    const record = makeRecord({ startup_timeout_seconds: 60, ...changes });
    this.updates = new PodUpdates(makePod(status));
    waitForEnd({
      record,
      updates: this.updates,
      ignored: ['istio-proxy'],
      look: async signal => {
        this.looks.push((this.clock.now() - this.#start) / 1_000);
        if (this.isBusy) await this.clock.sleep(60_000, signal);
        return this.events;
      },
      clock: this.clock,
      signal: this.stop.signal,
    }).then(
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

describe('early answers', () => {
  const waits = (reason: string, message: string): PodStatus => ({
    ...pending,
    containerStatuses: [{ name: 'base', state: { waiting: { reason, message } } }],
  });
  const missing = waits('CreateContainerConfigError', 'secret "s" not found');
  /** As the kubelet counts its failures, from 1 s on. */
  const failedUntil = (second: number): PodEvent => ({
    type: 'Warning',
    reason: 'Failed',
    message: 'Error: secret "s" not found',
    count: 3,
    container: 'base',
    first_at: '2026-11-23T10:00:01Z',
    last_at: `2026-11-23T10:00:${String(second).padStart(2, '0')}Z`,
  });

  test.each([
    { reason: 'ErrImagePull', message: 'x: not found' },
    { reason: 'ErrImagePull', message: '403 Forbidden' },
    { reason: 'InvalidImageName', message: 'no' },
    { reason: 'ErrImageNeverPull', message: 'no' },
  ])('$reason, $message: at once, and nobody looks at the events', async ({ reason, message }) => {
    const wait = new Wait(pending);
    await wait.after(2, waits(reason, message));
    expect([wait.ended, wait.looks]).toEqual(['cannot_start at 2', []]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test.each([
    { reason: 'ErrImagePull', message: 'dial tcp: connection refused' },
    { reason: 'ImagePullBackOff', message: 'ErrImagePull: 429 Too Many Requests' },
    { reason: 'CreateContainerConfigError', message: 'failed to sync secret cache: timed out' },
    { reason: 'SomethingNew', message: '' },
  ])('$reason, $message: waits until the start deadline', async ({ reason, message }) => {
    const wait = new Wait(pending);
    await wait.after(2, waits(reason, message));
    await wait.after(3_600);
    expect([wait.ended, wait.looks]).toEqual(['start_timeout at 61', []]);
  });

  test('a missing secret: as soon as the kubelet has looked for it twice', async () => {
    const wait = new Wait(missing);
    wait.events = [failedUntil(3)];
    await wait.after(12.6);
    wait.events = [failedUntil(13)];
    await wait.after(0.899);
    expect(wait.ended).toBeUndefined();
    await wait.after(0.001);
    expect([wait.ended, wait.looks]).toEqual(['cannot_start at 13.5', [10.5, 11.5, 12.5, 13.5]]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test.each([
    { name: 'was not seen', events: [failedUntil(3)] },
    { name: 'is not known: events cannot be read', events: [] },
    { name: 'was another container’s', events: [{ ...failedUntil(12), container: 'other' }] },
    { name: 'failed of something else', events: [{ ...failedUntil(12), message: 'Error: pull failed' }] },
    { name: 'went well', events: [{ ...failedUntil(12), type: 'Normal' }] },
  ])('its second look $name: after 17.5 s', async ({ events }) => {
    const wait = new Wait(missing);
    wait.events = events;
    await wait.after(3_600);
    expect([wait.ended, wait.looks]).toEqual([
      'cannot_start at 17.5',
      [10.5, 11.5, 12.5, 13.5, 14.5, 15.5, 16.5],
    ]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test('a secret that appears in time lets the task run', async () => {
    const wait = new Wait(missing);
    await wait.after(16, active);
    await wait.after(300, { ...active, containerStatuses: [terminated(0)] });
    expect(wait.ended).toBe('ended at 316');
  });

  test('the time counts from the problem, and anew for another one', async () => {
    const wait = new Wait(pending);
    await wait.after(10, missing);
    await wait.after(11, waits('CreateContainerConfigError', 'configmap "c" not found'));
    await wait.after(17.499);
    expect(wait.ended).toBeUndefined();
    await wait.after(0.001);
    expect([wait.ended, wait.looks]).toEqual([
      'cannot_start at 38.5',
      [20.5, 31.5, 32.5, 33.5, 34.5, 35.5, 36.5, 37.5],
    ]);
  });

  test('an end that comes while events are slow to be told is told at once', async () => {
    const wait = new Wait(missing);
    wait.isBusy = true;
    await wait.after(12, { ...active, containerStatuses: [terminated(0)] });
    expect([wait.ended, wait.looks]).toEqual(['ended at 12', [10.5]]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test('a Pod that goes while events are slow to be told has ended', async () => {
    const wait = new Wait(missing);
    wait.isBusy = true;
    await wait.after(12);
    wait.updates.markGone();
    await wait.after(0);
    expect([wait.ended, wait.clock.sleeping]).toEqual(['ended at 12', 0]);
  });

  test('events that are slow to be told are not waited for beyond ten seconds', async () => {
    const wait = new Wait(missing, { startup_timeout_seconds: 20 });
    wait.isBusy = true;
    await wait.after(3_600);
    expect([wait.ended, wait.looks]).toEqual(['cannot_start at 20.5', [10.5]]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test('a stop signal ends a look that is slow', async () => {
    const wait = new Wait(missing);
    wait.isBusy = true;
    await wait.after(12);
    wait.stop.abort();
    await wait.after(0);
    expect([wait.ended, wait.clock.sleeping]).toEqual(['aborted at 12', 0]);
  });

  test('no deadline is put off by it', async () => {
    const wait = new Wait(missing, { startup_timeout_seconds: 5 });
    await wait.after(3_600);
    expect(wait.ended).toBe('start_timeout at 6');
  });
});

describe('what a volume lacks', () => {
  const creating: PodStatus = {
    ...pending,
    containerStatuses: [{ name: 'base', state: { waiting: { reason: 'ContainerCreating' } } }],
  };
  const mount = (message: string, seconds: number): PodEvent => ({
    type: 'Warning',
    reason: 'FailedMount',
    message: `MountVolume.SetUp failed for volume "v" : ${message}`,
    count: 5,
    container: null,
    first_at: '2026-11-23T10:00:02Z',
    last_at: new Date(Date.parse('2026-11-23T10:00:02Z') + seconds * 1_000).toISOString(),
  });

  test('is told by events: once the kubelet has tried for 15 s', async () => {
    const wait = new Wait(creating);
    wait.events = [mount('secret "s" not found', 7)];
    await wait.after(17);
    wait.events = [mount('secret "s" not found', 15)];
    await wait.after(0.5);
    // The Pod has its node since 1 s.
    expect([wait.ended, wait.looks]).toEqual(['cannot_start at 17.5', [11.5, 13, 14.5, 16, 17.5]]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test.each([
    { name: 'nothing: an image is pulled', events: [] },
    { name: 'a volume that may still come', events: [mount('driver not ready', 60)] },
  ])('is asked for ever less often while events tell $name', async ({ events }) => {
    const wait = new Wait(creating, { startup_timeout_seconds: 100 });
    wait.events = events;
    await wait.after(3_600);
    expect([wait.ended, wait.looks]).toEqual(['start_timeout at 101', [11.5, 22, 43, 85]]);
    expect(wait.clock.sleeping).toBe(0);
  });

  test('is asked for less and less often while a kubelet does not get on', async () => {
    const wait = new Wait(creating, { startup_timeout_seconds: 600 });
    wait.events = [mount('secret "s" not found', 7)];
    await wait.after(3_600);
    expect(wait.ended).toBe('start_timeout at 601');
    expect(wait.looks.length).toBeLessThan(50);
  });

  test('may come while it is waited for', async () => {
    const wait = new Wait(creating);
    wait.events = [mount('configmap "c" not found', 7)];
    await wait.after(15, active);
    await wait.after(60);
    expect([wait.ended, wait.looks]).toEqual([undefined, [11.5, 13, 14.5]]);
  });

  test('is not asked for when a container runs already', async () => {
    const init = { name: 'init', state: { running: {} } };
    const wait = new Wait({ ...creating, initContainerStatuses: [init] });
    wait.events = [mount('secret "s" not found', 20)];
    await wait.after(3_600);
    expect([wait.ended, wait.looks]).toEqual(['start_timeout at 61', []]);
  });

  test('is known at once to a Turn that comes late', async () => {
    const wait = new Wait({ phase: 'Pending' });
    wait.events = [mount('secret "s" not found', 31)];
    await wait.after(50, creating);
    expect([wait.ended, wait.looks]).toEqual(['cannot_start at 50', [50]]);
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
