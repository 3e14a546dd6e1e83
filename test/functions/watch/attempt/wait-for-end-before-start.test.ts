import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { PodStatus } from '../../../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../../../shared/kubernetes/pod-event.ts';
import { terminated } from '../../../fakes/make-pod.ts';
import { active, pending, Wait } from './wait-harness.ts';

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

  test('a Pod that changes while events are slow to be told is looked at again at once', async () => {
    const wait = new Wait(missing);
    wait.isBusy = true;
    await wait.after(12, { ...missing });
    wait.isBusy = false;
    await wait.after(1);
    expect([wait.ended, wait.looks]).toEqual([undefined, [10.5, 12]]);
  });

  test('a look that fails ends the wait', async () => {
    const wait = new Wait(missing);
    wait.error = new TaskpodError('storage_refused', 'no');
    await wait.after(12);
    expect([wait.ended, wait.clock.sleeping]).toEqual(['storage_refused at 10.5', 0]);
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

  test('is asked for as rarely when events are slow to be told', async () => {
    const wait = new Wait(creating, { startup_timeout_seconds: 100 });
    wait.isBusy = true;
    await wait.after(3_600);
    expect([wait.ended, wait.looks]).toEqual(['start_timeout at 101', [11.5, 42]]);
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
