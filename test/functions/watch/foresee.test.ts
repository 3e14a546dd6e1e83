import { describe, expect, test } from 'vitest';
import { foreseeSweep } from '../../../functions/watch/foresee.ts';
import type { Foreseen } from '../../../functions/watch/foreseen.ts';
import { sweep } from '../../../functions/watch/sweep.ts';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { writeOutcome } from '../../../shared/outcome.ts';
import { isoTime } from '../../../shared/time.ts';
import { makePod, makeRecord, running } from '../../fakes/make-pod.ts';
import { makeOutcome, minute } from './healing.ts';
import { Turns } from './turns.ts';
import type { WatchWorld } from './watch-world.ts';

const never = new AbortController().signal;
const record = makeRecord();
const second = { ...record, try_number: 2 };
const names = attemptObjects(attemptOf(record));
const marker = openMarker(record.scope, attemptOf(record));
const secondMarker = openMarker(record.scope, attemptOf(second));
const failed = { state: 'failed', reason: 'exit_code', class: 'user', exit_code: 1 } as const;

interface State {
  what: string;
  /** What half-done steps have left. */
  make: (world: WatchWorld) => Promise<unknown>;
  /** How long ago; default a minute. */
  ageMs?: number;
  /** What is foreseen, without the Turn that is woken. */
  foreseen: { action: Foreseen['action']; inMs?: number; pod?: string }[];
  /** What is really done, besides the ticket. */
  done: string[];
  /** False when there is nothing to wake a Turn for. */
  wakes?: boolean;
}

const write = (world: WatchWorld, name: string, body: string) =>
  world.store.create(name, body, { signal: never });
const outcome = (world: WatchWorld, changes: Parameters<typeof makeOutcome>[1] = {}) =>
  write(world, names.outcome, writeOutcome(makeOutcome(record, changes)));
const retryIn = (world: WatchWorld, inMs: number) =>
  ({ try_number: 2, at: isoTime(world.clock.now() + inMs), budget: 'user' }) as const;
const active = { phase: 'Running', containerStatuses: [running()] };
const removed = `removed ${marker}`;
const retry = 'task {"kind":"retry","dag_id":"default","run_id":"r1","task_id":"t1","try_number":2}';

const states: State[] = [
  { what: 'nothing', make: async () => undefined, foreseen: [], done: [], wakes: false },
  {
    what: 'a launch on its way',
    make: world => world.claim(record),
    ageMs: 59_000,
    foreseen: [{ action: 'nothing', inMs: 1_000 }],
    done: [],
  },
  {
    what: 'a claim without a Pod',
    make: world => world.claim(record),
    foreseen: [{ action: 'publish_task' }],
    done: ['task {"task_id":"t1","image":"busybox","dag_id":"default","run_id":"r1"}'],
  },
  {
    what: 'a claim without a Pod, whose task was published again in the minute before',
    make: world => world.claim(record),
    ageMs: 5 * minute,
    foreseen: [{ action: 'nothing', inMs: 3 * minute }],
    done: [],
  },
  {
    what: 'a marker without a claim',
    make: world => write(world, marker, '{}'),
    foreseen: [{ action: 'nothing', inMs: 8 * 24 * 60 * minute - minute }],
    done: [],
  },
  {
    what: 'a marker without a claim, long ago',
    make: world => write(world, marker, '{}'),
    ageMs: 8 * 24 * 60 * minute,
    foreseen: [{ action: 'remove_marker' }],
    done: [removed],
  },
  {
    what: 'a Pod that runs',
    make: world => world.launch(record),
    foreseen: [{ action: 'watch_pod', pod: 'tasks/t1-r1' }],
    done: [`created ${names.pod}`],
  },
  {
    what: 'a Pod that was seen and is gone',
    make: async world => {
      await world.claim(record);
      await write(world, names.pod, '{"version":1,"uid":"r1"}');
    },
    foreseen: [{ action: 'end_as_lost' }],
    done: [removed, `created ${names.outcome}`, 'event failed'],
  },
  {
    what: 'an outcome that was not announced, and its Pod',
    make: async world => {
      await world.launch(record);
      await outcome(world);
    },
    foreseen: [{ action: 'finish', pod: 'tasks/t1-r1' }],
    done: [removed, 'event success', 'deleted t1-r1'],
  },
  {
    what: 'an outcome that was not announced, and a Pod that is kept',
    make: async world => {
      await world.launch({ ...record, on_finish_action: 'keep_pod' });
      await outcome(world);
    },
    foreseen: [{ action: 'finish' }],
    done: [removed, 'event success'],
  },
  {
    what: 'a rejection whose marker is left',
    make: async world => {
      await write(world, marker, '{}');
      await write(world, names.launch, '{"version":1,"message_id":"m","claimed_at":"","rejected":true}');
      await outcome(world, { state: 'rejected', reason: 'invalid_task', class: 'config' });
    },
    foreseen: [{ action: 'remove_marker' }],
    done: [removed],
  },
  {
    what: 'a retry that waits',
    make: async world => {
      await outcome(world, { ...failed, retry: retryIn(world, 60 * minute) });
      await write(world, secondMarker, '{}');
    },
    foreseen: [{ action: 'start_retry', inMs: 59 * minute }],
    done: [],
  },
  {
    what: 'a retry that is due',
    make: async world => {
      await outcome(world, { ...failed, retry: retryIn(world, minute) });
      await write(world, secondMarker, '{}');
    },
    foreseen: [{ action: 'start_retry', inMs: 0 }],
    done: [retry],
  },
  {
    what: 'a retry that was asked for before',
    make: async world => {
      await outcome(world, { ...failed, retry: retryIn(world, minute) });
      await write(world, secondMarker, '{}');
    },
    ageMs: 4 * minute,
    foreseen: [{ action: 'nothing', inMs: minute }],
    done: [],
  },
  {
    what: 'a retry whose launch was never finished',
    make: async world => {
      await outcome(world, { ...failed, retry: retryIn(world, 0) });
      await world.claim(second);
    },
    foreseen: [{ action: 'start_retry', inMs: 0 }],
    done: [retry],
  },
  {
    what: 'the marker of a retry that nobody plans',
    make: async world => {
      await outcome(world, { state: 'cancelled', reason: 'cancelled', class: 'cancelled' });
      await write(world, secondMarker, '{}');
    },
    foreseen: [{ action: 'remove_marker' }],
    done: [`removed ${secondMarker}`],
  },
  {
    what: 'a Pod that nobody watches',
    make: async world => world.cluster.put(makePod(active, { record, uid: 'r1' })),
    foreseen: [{ action: 'adopt_pod', pod: 'tasks/t1-r1' }],
    done: [`created ${marker}`, `created ${names.pod}`],
  },
  {
    what: 'a Pod that should be gone',
    make: async world => {
      world.cluster.put(makePod(active, { record, uid: 'r1' }));
      await outcome(world);
    },
    foreseen: [{ action: 'delete_pod', pod: 'tasks/t1-r1' }],
    done: ['deleted t1-r1'],
    wakes: false,
  },
];

/** What is there: objects but leases, Pods, messages. */
function seen(world: WatchWorld): string[] {
  return world.store.names().filter(name => !name.startsWith('leases/'));
}

describe('what is foreseen is what is done', () => {
  test.each(states)('$what', async ({ make, ageMs = minute, foreseen, done, wakes = true }) => {
    const turns = new Turns();
    const { world } = turns;
    await make(world);
    await world.clock.advance(ageMs);
    const [before, podsBefore] = [seen(world), world.cluster.names()];
    const now = world.clock.now();

    const foresight = await foreseeSweep(world.functionDeps(), never);
    const items = foresight.items.filter(({ action }) => action !== 'wake_turn');
    expect(
      items.map(({ action, atMs, pod }) => ({
        action,
        ...(atMs === undefined ? {} : { inMs: atMs - now }),
        ...(pod === undefined ? {} : { pod }),
      })),
    ).toEqual(foreseen);
    expect(foresight.items.filter(({ action }) => action === 'wake_turn').map(({ scope }) => scope)).toEqual(
      wakes ? [record.scope] : [],
    );
    expect([seen(world), world.cluster.names(), world.publisher.published]).toEqual([before, podsBefore, []]);

    expect(await sweep(world.functionDeps(), never)).toEqual(wakes ? [record.scope] : []);
    if (wakes) {
      const turn = turns.start();
      await world.clock.advance(20_000);
      turns.shutdown.abort();
      await world.clock.runUntil(turn);
    }
    const after = seen(world);
    const told = [
      ...before.filter(name => !after.includes(name)).map(name => `removed ${name}`),
      // What a follower and an end leave besides is not what the healing is about.
      ...after
        .filter(name => !before.includes(name) && /(^open\/.*|\/(outcome|pod)\.json)$/.test(name))
        .map(name => `created ${name}`),
      ...world.events().map(event => event.replace(/^r1 /, 'event ')),
      ...podsBefore.filter(name => !world.cluster.names().includes(name)).map(name => `deleted ${name}`),
      ...world.publisher.on('projects/p/topics/tasks').map(task => `task ${JSON.stringify(task)}`),
    ];
    expect(told.filter(text => text !== 'event running').sort()).toEqual([...done].sort());
  });
});

describe('what cannot be looked at', () => {
  const outage = new TaskpodError('kubernetes_unavailable', 'down', { retryable: true });

  test.each([
    { what: 'a claim without a sight', seenPod: false, action: 'unknown' },
    { what: 'a Pod that was seen', seenPod: true, action: 'unknown' },
    { what: 'an outcome', seenPod: true, ended: true, action: 'finish' },
  ])('$what: $action', async ({ seenPod, ended = false, action }) => {
    const { world } = new Turns();
    await world.claim(record);
    if (seenPod) await write(world, names.pod, '{}');
    if (ended) await outcome(world);
    await world.clock.advance(minute);
    const podsOf = async () => {
      throw outage;
    };
    const { items, unseen } = await foreseeSweep({ ...world.functionDeps(), podsOf }, never);
    expect([items.map(item => item.action), unseen]).toEqual([
      ['wake_turn', action],
      [{ cluster: 'kubeconfig', namespace: 'tasks', error: 'down (kubernetes_unavailable)' }],
    ]);
  });

  test('a scope of a cluster that is none of the deployment’s', async () => {
    const { world } = new Turns();
    await world.claim(makeRecord({ scope: 'other-12345678-0' }));
    await world.clock.advance(minute);
    const { items } = await foreseeSweep(world.functionDeps(), never);
    expect(items.map(({ action }) => action)).toEqual(['wake_turn', 'nothing']);
  });

  test('a claim that is damaged does not hide the others', async () => {
    const { world } = new Turns();
    await write(world, marker, '{}');
    await write(world, names.launch, 'damaged');
    await world.claim(makeRecord({ run_id: 'r2' }));
    await world.clock.advance(minute);
    const { items } = await foreseeSweep(world.functionDeps(), never);
    expect(items.slice(1).map(({ action, why, attempt }) => [attempt?.runId, action, why])).toEqual([
      ['r1', 'unknown', 'launch.json is not JSON (invalid_document)'],
      ['r2', 'publish_task', 'its launch was never finished'],
    ]);
  });
});
