import { describe, expect, test } from 'vitest';
import { isDue } from '../../../functions/watch/is-due.ts';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { openMarker, openPrefix } from '../../../shared/object-names.ts';
import { failOnce } from '../../fakes/faults.ts';
import { makePod, makeRecord, running, terminated } from '../../fakes/make-pod.ts';
import { Healing, marker, minute, names, record } from './healing.ts';
import { Turns } from './turns.ts';

const day = 24 * 60 * minute;

describe('what is left alone', () => {
  test.each([
    { what: 'a marker that is younger than a minute', ageMs: minute - 1, followed: [] },
    { what: 'a marker whose attempt is followed', ageMs: minute, followed: [marker] },
  ])('$what', async ({ ageMs, followed }) => {
    const healing = new Healing();
    await healing.world.claim(record);
    const before = healing.world.store.names();
    await healing.heal(ageMs, followed);
    expect([healing.world.store.names(), healing.world.cluster.calls, healing.published]).toEqual([
      before,
      [],
      [],
    ]);
  });

  test('an object below open/ that is no marker', async () => {
    const healing = new Healing();
    await healing.write(`${openPrefix(record.scope)}note.txt`, 'mine');
    await healing.heal(30 * day);
    expect(healing.world.store.names()).toEqual([`${openPrefix(record.scope)}note.txt`]);
  });

  test('an attempt whose Pod is there: the watch follows it', async () => {
    const healing = new Healing();
    await healing.world.launch(record);
    await healing.heal();
    expect([healing.world.markers(), healing.published, healing.healed]).toEqual([[marker], [], []]);
    expect(healing.unlabelled).toEqual([]);
  });

  test('an attempt on another cluster: nothing is known of its Pod here', async () => {
    const healing = new Healing();
    await healing.world.claim(record, 't1-r1', 'projects/p/locations/l/clusters/c');
    await healing.sight();
    const before = healing.world.store.names();
    await healing.heal();
    expect([healing.world.store.names(), healing.world.cluster.calls, healing.published]).toEqual([
      before,
      [],
      [],
    ]);
  });

  test('a claim that was rejected and has no outcome yet: its message comes again', async () => {
    const healing = new Healing();
    await healing.write(marker, '{}');
    const rejected = { version: 1, message_id: 'm0', claimed_at: record.queued_at, rejected: true };
    await healing.write(names.launch, JSON.stringify(rejected));
    await healing.heal(8 * day - 1);
    expect([healing.world.markers(), healing.published, healing.healed]).toEqual([[marker], [], []]);
  });
});

describe('a marker whose message is long gone is removed', () => {
  test.each([
    { what: 'without a claim', claim: undefined },
    {
      what: 'with a claim that was rejected',
      claim: '{"version":1,"message_id":"m0","claimed_at":"2026-11-23T10:00:00Z","rejected":true}',
    },
  ])('$what', async ({ claim }) => {
    const healing = new Healing();
    await healing.write(marker, '{}');
    if (claim !== undefined) await healing.write(names.launch, claim);
    await healing.heal(8 * day - 1);
    expect(healing.world.markers()).toEqual([marker]);
    await healing.heal(1);
    expect(healing.world.markers()).toEqual([]);
    expect(healing.healed).toEqual(['healed: a stale marker is removed']);
  });

  test('but not one that was written anew in between', async () => {
    const healing = new Healing();
    await healing.write(marker, '{}');
    healing.world.store.fault = async (call, moment) => {
      if (moment === 'after' || !call.startsWith('list runs/')) return;
      healing.world.store.fault = undefined;
      await healing.world.store.remove(marker, { signal: healing.stop.signal });
      await healing.write(marker, '{"message_id":"m9"}');
    };
    await healing.heal(9 * day);
    expect(healing.world.json(marker)).toEqual({ message_id: 'm9' });
  });
});

test('a marker in a scope that is not its attempt’s goes; the attempt’s own stays', async () => {
  const healing = new Healing();
  const there = makeRecord({ scope: 'main-12345678-0' });
  await healing.world.claim(there, 't1-r1', 'projects/p/locations/l/clusters/main');
  await healing.write(marker, '{}');
  await healing.heal();
  expect(healing.world.markers()).toEqual([openMarker(there.scope, attemptOf(there))]);
  expect(healing.healed).toEqual(['healed: a marker is removed whose attempt is of another scope']);
  expect([healing.world.cluster.calls, healing.published]).toEqual([[], []]);
});

describe('a claim whose launch was never finished (I2)', () => {
  test('is published again as it was, under its run key', async () => {
    const healing = new Healing();
    await healing.world.claim(record);
    await healing.heal();
    expect(healing.published).toEqual([{ task_id: 't1', image: 'busybox', dag_id: 'default', run_id: 'r1' }]);
    expect(healing.world.markers()).toEqual([marker]);
    expect(healing.world.records).toEqual([
      {
        severity: 'NOTICE',
        message: 'healed: the task is published again, because its launch was never finished',
        run: 'default/r1/t1',
        try_number: 1,
      },
    ]);
  });

  test('is published in minutes 1, 2, 4, 8, ... of its age', async () => {
    const healing = new Healing();
    await healing.world.claim(record);
    const minutes: number[] = [];
    for (let at = 1; at <= 70; at++) {
      const before = healing.published.length;
      await healing.heal(minute);
      if (healing.published.length > before) minutes.push(at);
    }
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  test('whose name another Pod has taken is launch’s to reject, and that Pod stays', async () => {
    const healing = new Healing();
    await healing.world.claim(record, 't1-u9');
    healing.world.cluster.put(
      makePod({ phase: 'Running' }, { uid: 'u9', record: makeRecord({ run_id: 'r9' }) }),
    );
    await healing.heal();
    expect(healing.published).toHaveLength(1);
    expect(healing.world.cluster.names()).toEqual(['t1-u9']);
  });
});

describe('a Pod that was seen and is gone (I2)', () => {
  test('is `pod_lost`, with the log that was stored', async () => {
    const healing = new Healing();
    const { world } = healing;
    const lost = makeRecord({ log_containers: ['fetch', 'base'], xcom: 'sidecar' });
    await world.claim(lost);
    const earlier = await world.launch({ ...lost, run_id: 'r1' });
    // An earlier Turn has come this far.
    const turns = Object.assign(new Turns(), { world });
    const turn = turns.start();
    void world.play(earlier.pod, { lines: ['one', 'two', 'three', 'four', 'five', 'six'] });
    await world.clock.advance(4_000);
    turns.shutdown.abort();
    await world.clock.runUntil(turn);
    world.cluster.dropSilently('t1-r1');
    world.publisher.published.length = 0;
    await healing.heal();
    expect(world.json(names.outcome)).toMatchObject({
      state: 'failed',
      reason: 'pod_lost',
      class: 'lost',
      exit_code: null,
      xcom: null,
      pod: { namespace: 'tasks', name: 't1-r1', uid: 'r1' },
      containers: [
        { name: 'fetch', log: null },
        { name: 'base', log: names.log('base'), log_gaps: 1 },
      ],
    });
    const log = world.store.text(names.log('base')) ?? '';
    expect(log.match(/(?<= )(\[taskpod\]|\w+$)/gm)).toEqual(['one', 'two', 'three', 'four', '[taskpod]']);
    expect(world.events()).toEqual(['r1 failed']);
    expect(world.markers()).toEqual([]);
    expect(healing.healed.at(-1)).toBe('healed: the Pod was lost');
  });

  test('is lost also when nothing but its sight is known, whatever stands in it', async () => {
    const healing = new Healing();
    await healing.world.claim(record);
    await healing.write(names.pod, 'damaged');
    await healing.heal();
    expect(healing.world.json(names.outcome)).toMatchObject({ reason: 'pod_lost', pod: { uid: '' } });
    expect([healing.world.markers(), healing.published]).toEqual([[], []]);
  });

  test('is lost also when only its start is known', async () => {
    const healing = new Healing();
    await healing.world.claim(record);
    await healing.write(names.running, '{"version":1,"started_at":"2026-11-23T10:00:05Z"}');
    await healing.heal();
    expect(healing.world.json(names.outcome)).toMatchObject({ reason: 'pod_lost', pod: { uid: '' } });
  });

  test('is not lost when it was posted and seen in between the two looks', async () => {
    const healing = new Healing();
    const { world } = healing;
    await world.claim(record);
    world.store.fault = async (call, moment) => {
      if (moment === 'after' || call !== `list ${names.launch.slice(0, -'launch.json'.length)}`) return;
      world.store.fault = undefined;
      // The message came again: a follower has seen the Pod since the first look.
      world.cluster.put(makePod({ phase: 'Running', containerStatuses: [running()] }, { uid: 'r1' }));
      await healing.sight();
    };
    await healing.heal();
    expect([world.json(names.outcome), world.markers(), world.events()]).toEqual([undefined, [marker], []]);
  });
});

describe('what follows an outcome is done to its end', () => {
  test('announced again, Pod deleted by policy, marker removed', async () => {
    const healing = new Healing();
    await healing.world.launch(record);
    await healing.outcome();
    await healing.heal();
    expect([healing.world.events(), healing.world.cluster.names(), healing.world.markers()]).toEqual([
      ['r1 success'],
      [],
      [],
    ]);
    expect(healing.world.publisher.on('projects/p/topics/events')).toMatchObject([
      { type: 'dev.taskpod.run.success', time: '2026-11-23T10:00:09Z' },
    ]);
    expect(healing.healed).toEqual(['healed: what follows an outcome was not done to its end']);
  });

  test('a Pod that policy keeps stays', async () => {
    const healing = new Healing();
    await healing.world.launch({ ...record, on_finish_action: 'keep_pod' });
    await healing.outcome();
    await healing.heal();
    expect([healing.world.cluster.names(), healing.world.markers()]).toEqual([['t1-r1'], []]);
  });

  test('another’s Pod of that name is never deleted', async () => {
    const healing = new Healing();
    await healing.world.claim(record, 't1-u9');
    const foreign = makePod({ phase: 'Running', containerStatuses: [terminated(0)] }, { uid: 'u9' });
    healing.world.cluster.put({ ...foreign, metadata: { ...foreign.metadata, annotations: {} } });
    await healing.outcome({ state: 'rejected', reason: 'pod_name_taken', class: 'config', exit_code: null });
    await healing.heal();
    expect(healing.world.cluster.names()).toEqual(['t1-u9']);
    expect([healing.world.events(), healing.world.markers()]).toEqual([['r1 rejected'], []]);
  });

  test('the marker of a rejected claim is removed', async () => {
    const healing = new Healing();
    await healing.write(marker, '{}');
    await healing.write(names.launch, '{"version":1,"message_id":"m0","claimed_at":"","rejected":true}');
    await healing.outcome({ state: 'rejected', reason: 'invalid_task', class: 'config', exit_code: null });
    await healing.heal();
    expect([healing.world.markers(), healing.world.events()]).toEqual([[], []]);
  });
});

describe('a marker that cannot be mended', () => {
  const outage = new TaskpodError('storage_unavailable', 'down', { retryable: true });

  test('does not keep the others from it', async () => {
    const healing = new Healing();
    await healing.world.claim(makeRecord({ run_id: 'a' }));
    await healing.world.claim(makeRecord({ run_id: 'b' }));
    healing.world.store.fault = failOnce(/^read .*run_id=a/, 'before', outage);
    await healing.heal();
    expect(healing.published).toMatchObject([{ run_id: 'b' }]);
    expect(healing.world.records[0]).toEqual({
      severity: 'ERROR',
      message: 'healing an attempt failed',
      run: 'default/a/t1',
      error: 'down (storage_unavailable)',
    });
  });

  test('is not even tried when the Turn ends', async () => {
    const healing = new Healing();
    await healing.world.claim(makeRecord({ run_id: 'a' }));
    await healing.world.claim(makeRecord({ run_id: 'b' }));
    healing.world.store.fault = call => {
      if (!call.startsWith('read')) return;
      healing.stop.abort();
      throw outage;
    };
    await healing.heal();
    expect([healing.published, healing.world.records]).toEqual([[], []]);
  });
});

test.each([
  [0, false],
  [minute - 1, false],
  [minute, true],
  [2 * minute - 1, true],
  [2 * minute, true],
  [3 * minute, false],
  [4 * minute, true],
  [6 * minute, false],
  [day, false],
  [2 ** 14 * minute, true],
])('isDue(%i) is %s', (ageMs, expected) => {
  expect(isDue(ageMs)).toBe(expected);
});
