import { describe, expect, test } from 'vitest';
import type { AttemptRecord } from '../../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import { type Outcome, writeOutcome } from '../../../../shared/outcome.ts';
import { failOnce } from '../../../fakes/faults.ts';
import { makePod, running, scheduled, terminated } from '../../../fakes/make-pod.ts';
import type { PodLife } from '../watch-world.ts';
import { Following } from './following.ts';

test('a success: sight, log, start, result, outcome; announced; then Pod and marker go (I3)', async () => {
  const following = await Following.launch({ xcom: 'sidecar' });
  const { world, record } = following;
  const began = world.clock.now();
  const outcome = await following.through({ lines: ['one', 'two'], xcom: '{"a": 1}' });
  expect(outcome).toMatchObject({ state: 'success', reason: 'completed', exit_code: 0 });
  expect(outcome.xcom).toMatchObject({ object: following.names.xcom, size: 8 });
  // Three seconds of life, and no waiting for the phase.
  expect(world.clock.now() - began).toBeLessThan(4_000);
  expect(world.json(following.names.outcome)).toEqual(outcome);
  expect(world.store.text(following.names.xcom)).toBe('{"a": 1}');
  expect(world.store.text(following.names.log('base'))).toMatch(/^\S+ one\n\S+ two\n$/);
  expect(world.json(following.names.pod)).toEqual({
    version: 1,
    uid: 'r1',
    namespace: 'tasks',
    name: 't1-r1',
    seen_at: '2026-11-23T10:00:00.000Z',
  });
  expect(world.objectsOf(record)).toEqual([
    'launch.json',
    'logs/base.log',
    'logs/base/000001.log',
    'outcome.json',
    'pod.json',
    'return.json',
    'running.json',
  ]);
  expect(world.events()).toEqual(['r1 running', 'r1 success']);
  expect(world.cluster.names()).toEqual([]);
  expect(world.markers()).toEqual([]);
  // Only the Pod's own life goes on.
  expect(world.clock.sleeping).toBe(1);
});

test('the order of the last steps: collect, outcome, event, deletion, marker (I3)', async () => {
  const following = await Following.launch({ xcom: 'sidecar' });
  const { world } = following;
  const steps: string[] = [];
  const note = (call: string, moment: string): void => {
    if (moment === 'after' && !/^(read|readKnown|list|watch|openLog) /.test(call))
      steps.push(call.replace(/ .*\//, ' '));
  };
  world.store.fault = note;
  world.publisher.fault = note;
  world.cluster.fault = note;
  await following.through({ xcom: '1' });
  expect(steps.slice(0, 3)).toEqual(['create pod.json', 'publish events', 'create running.json']);
  expect(steps.slice(3, 5).toSorted()).toEqual(['create base.log', 'create return.json']);
  expect(steps.slice(5)).toEqual([
    'create outcome.json',
    'publish events',
    'remove t1-r1',
    'remove attempt=1',
  ]);
});

describe('ends', () => {
  const cases: { name: string; changes?: Partial<AttemptRecord>; life: PodLife; expected: object }[] = [
    {
      name: 'exit 3',
      life: { exitCode: 3 },
      expected: { state: 'failed', reason: 'exit_code', exit_code: 3 },
    },
    {
      name: 'exit 3 with a result, which is not taken (I7)',
      changes: { xcom: 'sidecar' },
      life: { exitCode: 3, xcom: '1' },
      expected: { state: 'failed', reason: 'exit_code', xcom: null },
    },
    {
      name: 'no result where none is missed',
      changes: { xcom: 'sidecar' },
      life: {},
      expected: { state: 'success', reason: 'completed', xcom: null },
    },
    {
      name: 'an empty result',
      changes: { xcom: 'sidecar' },
      life: { xcom: '' },
      expected: { state: 'success', reason: 'completed', xcom: { size: 0 } },
    },
    {
      name: 'a result that is not JSON (I7)',
      changes: { xcom: 'sidecar' },
      life: { xcom: 'hello' },
      expected: { state: 'failed', reason: 'xcom_invalid', exit_code: 0, xcom: null },
    },
    {
      name: 'no node in time',
      changes: { schedule_deadline_at: '2026-11-23T10:00:00.500Z', schedule_timeout_seconds: 1 },
      life: {},
      expected: {
        state: 'failed',
        reason: 'schedule_timeout',
        class: 'capacity',
        summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 1s.',
        detail: 'phase Pending',
        started_at: null,
      },
    },
  ];
  test.each(cases)('$name', async ({ changes, life, expected }) => {
    const following = await Following.launch(changes);
    const outcome = await following.through(life);
    expect(outcome).toMatchObject(expected);
    expect(following.world.json(following.names.outcome)).toEqual(outcome);
    expect(following.world.markers()).toEqual([]);
  });

  test('no start in time: nothing was running, so nothing is announced as running', async () => {
    const following = await Following.launch({ startup_timeout_seconds: 5 });
    const { world, pod } = following;
    const waiting = { name: 'base', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such' } } };
    world.cluster.put({
      ...pod,
      status: { phase: 'Pending', conditions: [scheduled], containerStatuses: [waiting] },
    });
    const outcome = await world.clock.runUntil(following.start());
    expect(outcome).toMatchObject({
      reason: 'image_pull_failed',
      summary: 'Pod took too long to start. More than 5s.',
      detail: 'The image of base cannot be pulled.\nImagePullBackOff: no such',
      containers: [{ name: 'base', log: null, log_bytes: 0 }],
    });
    expect(world.events()).toEqual(['r1 failed']);
    expect(world.cluster.names()).toEqual([]);
    // The schedule was kept, 1 s after the Pod's creation; five seconds later its time was up.
    expect(world.clock.now()).toBe(Date.parse('2026-11-23T10:00:06Z'));
  });

  test('the light transport: too big names its own limit', async () => {
    const following = await Following.launch({ xcom: 'termination_message' });
    const { world, pod } = following;
    const full = terminated(0, { message: 'x'.repeat(4_096) });
    world.cluster.put({ ...pod, status: { phase: 'Succeeded', containerStatuses: [full] } });
    world.cluster.log('t1-r1').end();
    expect(await world.clock.runUntil(following.start())).toMatchObject({
      reason: 'xcom_too_big',
      detail: '4096 bytes, at most 4095 are taken',
    });
  });

  test('deleted by somebody while it was running', async () => {
    const following = await Following.launch();
    const { world, pod } = following;
    world.cluster.put({
      ...pod,
      status: { phase: 'Running', conditions: [scheduled], containerStatuses: [running()] },
    });
    world.cluster.log('t1-r1').write('one');
    const done = following.start();
    await world.clock.advance(5_000);
    world.cluster.drop('t1-r1');
    world.cluster.log('t1-r1').isGone = true;
    const outcome = await world.clock.runUntil(done);
    expect(outcome).toMatchObject({ state: 'failed', reason: 'pod_deleted', containers: [{ log_gaps: 1 }] });
    expect(world.store.text(following.names.log('base'))).toMatch(/^\S+ one\n\S+ \[taskpod\] .*\n$/);
    expect(world.cluster.calls.filter(call => call.startsWith('remove'))).toEqual([]);
    expect(world.markers()).toEqual([]);
  });

  test('deleted while the first look is still on its way', async () => {
    const following = await Following.launch();
    const { world } = following;
    world.store.fault = async (call, moment) => {
      if (moment === 'before' && call.startsWith('list runs/'))
        await world.clock.sleep(2_000, following.hard.signal);
    };
    const done = following.start();
    await world.clock.advance(1_000);
    world.cluster.drop('t1-r1');
    const outcome = await world.clock.runUntil(done);
    expect(outcome).toMatchObject({ state: 'failed', reason: 'pod_deleted', started_at: null });
    expect(world.events()).toEqual(['r1 failed']);
  });
});

describe('another Turn was faster (I4)', () => {
  const stored = async (following: Following): Promise<Outcome> => {
    const other = await Following.launch();
    const outcome = { ...(await other.through({ exitCode: 9 })), summary: 'Another Turn has seen this.' };
    await following.world.store.create(following.names.outcome, writeOutcome(outcome), {
      signal: following.hard.signal,
    });
    return outcome;
  };

  test('its outcome is there from the start: only what follows it is done', async () => {
    const following = await Following.launch();
    const { world } = following;
    const outcome = await stored(following);
    expect(await world.clock.runUntil(following.start())).toEqual(outcome);
    expect(world.events()).toEqual(['r1 failed']);
    expect(world.cluster.names()).toEqual([]);
    expect(world.markers()).toEqual([]);
    expect(world.objectsOf(following.record)).toEqual(['launch.json', 'outcome.json']);
  });

  test('its outcome comes first: it stands, and is what is announced', async () => {
    const following = await Following.launch();
    const { world } = following;
    const done = following.start();
    void world.play(following.pod, { exitCode: 0 });
    await world.clock.advance(500);
    const outcome = await stored(following);
    expect(await world.clock.runUntil(done)).toEqual(outcome);
    expect(world.json(following.names.outcome)).toEqual(outcome);
    expect(world.events()).toEqual(['r1 running', 'r1 failed']);
  });
});

describe('stopping', () => {
  test('at a handover what was received is written, and the follower ends at once', async () => {
    const following = await Following.launch();
    const { world } = following;
    const done = following.start();
    void world.play(following.pod, { lines: ['one', 'two', 'three', 'four', 'five'] });
    await world.clock.advance(1_500);
    following.handover.abort();
    await world.clock.settle();
    await expect(done).rejects.toMatchObject({ name: 'TaskpodError', code: 'aborted' });
    expect(world.objectsOf(following.record)).toEqual([
      'launch.json',
      'logs/base/000001.log',
      'pod.json',
      'running.json',
    ]);
    const next = new Following({ world, record: following.record, pod: following.pod });
    const outcome = await world.clock.runUntil(next.start());
    expect(outcome).toMatchObject({ state: 'success', containers: [{ log_gaps: 0 }] });
    expect(world.store.text(next.names.log('base'))?.match(/ \w+$/gm)).toEqual([
      ' one',
      ' two',
      ' three',
      ' four',
      ' five',
    ]);
    expect(world.events()).toEqual(['r1 running', 'r1 success']);
  });

  test('at a lost lease nothing more is written', async () => {
    const following = await Following.launch();
    const { world } = following;
    const done = following.start();
    void world.play(following.pod, { lines: ['one', 'two', 'three'] });
    await world.clock.advance(1_500);
    const before = world.store.names();
    const lost = new TaskpodError('lease_lost', 'lost');
    following.hard.abort(lost);
    await expect(done).rejects.toBe(lost);
    await world.clock.advance(60_000);
    expect(world.store.names()).toEqual(before);
    expect(world.events()).toEqual(['r1 running']);
    expect(world.clock.sleeping).toBe(0);
  });

  test('one failing part ends the others; begun again, the attempt ends as if nothing had been', async () => {
    const following = await Following.launch();
    const { world } = following;
    const outage = new TaskpodError('pubsub_unavailable', 'down', { retryable: true });
    world.publisher.fault = failOnce(/events/, 'before', outage);
    const first = following.start();
    void world.play(following.pod, { lines: ['one', 'two'] });
    await expect(world.clock.runUntil(first)).rejects.toBe(outage);
    expect(world.cluster.watches).toBe(1);
    const outcome = await world.clock.runUntil(following.start());
    expect(outcome).toMatchObject({ state: 'success', containers: [{ log_gaps: 0 }] });
    expect(world.store.text(following.names.log('base'))).toMatch(/^\S+ one\n\S+ two\n$/);
  });
});

test.each([
  { action: 'delete_pod', exitCode: 0, left: [] },
  { action: 'delete_pod', exitCode: 1, left: [] },
  { action: 'delete_succeeded_pod', exitCode: 0, left: [] },
  { action: 'delete_succeeded_pod', exitCode: 1, left: ['t1-r1'] },
  { action: 'delete_active_pod', exitCode: 0, left: ['t1-r1'] },
  { action: 'keep_pod', exitCode: 0, left: ['t1-r1'] },
] as const)('$action after exit $exitCode leaves $left', async ({ action, exitCode, left }) => {
  const following = await Following.launch({ on_finish_action: action });
  await following.through({ exitCode });
  expect(following.world.cluster.names()).toEqual(left);
  expect(following.world.markers()).toEqual([]);
});

test('only the Pod with this uid is deleted', async () => {
  const following = await Following.launch();
  const { world, record } = following;
  world.cluster.put(
    makePod({ phase: 'Succeeded', containerStatuses: [terminated(0)] }, { record, uid: 'r1' }),
  );
  world.cluster.log('t1-r1').end();
  const done = following.start();
  await world.clock.settle();
  const other = makePod({ phase: 'Running' }, { record, uid: 'r1' });
  world.cluster.put({ ...other, metadata: { ...other.metadata, uid: 'another' } });
  await world.clock.runUntil(done);
  expect(world.cluster.names()).toEqual(['t1-r1']);
});
