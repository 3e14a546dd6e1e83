import { describe, expect, test } from 'vitest';
import { healMarkers } from '../../../functions/watch/heal.ts';
import { isDue } from '../../../functions/watch/is-due.ts';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects, openMarker, openPrefix } from '../../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../../shared/outcome.ts';
import type { PlannedRetry } from '../../../shared/retries.ts';
import { formatRun, type RunKey } from '../../../shared/run.ts';
import { failOnce } from '../../fakes/faults.ts';
import { makePod, makeRecord, running, terminated } from '../../fakes/make-pod.ts';
import { Turns } from './turns.ts';
import { WatchWorld } from './watch-world.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const record = makeRecord();
const names = attemptObjects(attemptOf(record));
const marker = openMarker(record.scope, attemptOf(record));

/** A world with markers, and a pass of healing over them. */
class Healing {
  readonly world = new WatchWorld();
  readonly stop = new AbortController();
  /** Retries that the Turn waits for. */
  readonly waiting: string[] = [];

  /** Ages what is there, and heals. */
  async heal(ageMs = minute, followed: readonly string[] = []): Promise<void> {
    const { clock, store } = this.world;
    await clock.advance(ageMs);
    const deps = this.world.deps();
    const markers = await Array.fromAsync(store.list(openPrefix(record.scope), { signal: this.stop.signal }));
    const retries = {
      add: (run: RunKey, { try_number, at }: PlannedRetry) =>
        void this.waiting.push(`${formatRun(run)} ${try_number} ${at}`),
    };
    const context = { isFollowed: (name: string) => followed.includes(name), retries };
    const done = healMarkers(markers, context, deps, this.stop.signal);
    await clock.runUntil(done);
  }

  async write(name: string, body: string): Promise<void> {
    await this.world.store.create(name, body, { signal: this.stop.signal });
  }

  /** The sight of a Pod by an earlier Turn. */
  async sight(): Promise<void> {
    await this.write(names.pod, '{"version":1,"uid":"r1"}\n');
  }

  async outcome(changes: Partial<Outcome> = {}): Promise<Outcome> {
    const outcome = makeOutcome(record, changes);
    await this.write(names.outcome, writeOutcome(outcome));
    return outcome;
  }

  get published(): unknown[] {
    return this.world.publisher.on('projects/p/topics/tasks');
  }

  get healed(): string[] {
    return this.world.records.map(({ message }) => message);
  }
}

function makeOutcome(of: AttemptRecord, changes: Partial<Outcome>): Outcome {
  const { dag_id, run_id, task_id, try_number } = of;
  return {
    ...{ version: 1, dag_id, run_id, task_id, try_number, state: 'success', reason: 'completed' },
    ...{ class: 'none', exit_code: 0, summary: 'The task succeeded.', detail: '', action: '' },
    ...{ queued_at: null, scheduled_at: null, started_at: null, ended_at: '2026-11-23T10:00:09Z' },
    ...{ pod: null, containers: [], xcom: null, events: [] },
    ...changes,
  };
}

describe('a retry that was planned', () => {
  const second = { ...attemptOf(record), tryNumber: 2 };
  const secondMarker = openMarker(record.scope, second);
  const failed = { state: 'failed', reason: 'exit_code', class: 'user', exit_code: 1 } as const;
  const startMs = new WatchWorld().clock.now();
  const planned = (inMs: number): PlannedRetry => ({
    try_number: 2,
    at: new Date(startMs + inMs).toISOString(),
    budget: 'user',
  });
  const message = { kind: 'retry', dag_id: 'default', run_id: 'r1', task_id: 't1', try_number: 2 };

  test.each([
    { what: 'is waited for until its time', ageMs: 10_000, dueMs: 70_000, published: 0, waits: true },
    { what: 'is published when it is due', ageMs: 10_000, dueMs: 10_000, published: 1, waits: false },
    {
      what: 'is published at once, even by a Turn that comes late',
      ageMs: minute,
      dueMs: 1_000,
      published: 1,
    },
    { what: 'is published again after a minute', ageMs: 90_000, dueMs: 30_000, published: 1 },
    { what: 'but not in each minute', ageMs: 4 * minute, dueMs: minute, published: 0 },
  ])('$what', async ({ ageMs, dueMs, published, waits = false }) => {
    const healing = new Healing();
    await healing.outcome({ ...failed, retry: planned(dueMs) });
    await healing.write(secondMarker, '{}');
    await healing.heal(ageMs);
    expect(healing.published).toEqual(Array(published).fill(message));
    expect(healing.waiting).toEqual(waits ? [`default/r1/t1 2 ${planned(dueMs).at}`] : []);
    expect(healing.world.store.names()).toContain(secondMarker);
  });

  test('whose outcome is still to come is left alone', async () => {
    const healing = new Healing();
    await healing.write(secondMarker, '{}');
    await healing.heal();
    expect([healing.published, healing.waiting, healing.healed]).toEqual([[], [], []]);
    expect(healing.world.store.names()).toContain(secondMarker);
  });

  test('and that the stored outcome does not know is none: its marker goes', async () => {
    const healing = new Healing();
    await healing.outcome({ state: 'cancelled', reason: 'cancelled', class: 'cancelled' });
    await healing.write(secondMarker, '{}');
    await healing.heal();
    expect(healing.healed).toEqual(['healed: a marker is removed, because no retry is planned']);
    expect(healing.world.store.names()).not.toContain(secondMarker);
  });

  test('whose launch was never finished is asked for again, as a retry', async () => {
    const healing = new Healing();
    await healing.outcome({ ...failed, retry: planned(0) });
    await healing.world.claim({ ...record, try_number: 2 });
    await healing.heal();
    expect(healing.published).toEqual([message]);
  });
});

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
