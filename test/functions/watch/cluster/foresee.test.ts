import { expect, test } from 'vitest';
import { foreseeSweep } from '../../../../functions/watch/foresee.ts';
import type { Foreseen } from '../../../../functions/watch/foreseen.ts';
import { attemptObjects, openMarker } from '../../../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../../../shared/outcome.ts';
import { isoTime } from '../../../../shared/time.ts';
import { makeRecord } from '../../../fakes/make-pod.ts';
import { makeOutcome, minute } from '../healing.ts';
import { cluster, OperationWorld, scope } from './operation-world.ts';

const never = new AbortController().signal;
const attempt = { dagId: 'd', runId: 'r', taskId: 'make', tryNumber: 1 };
const record = makeRecord({ dag_id: 'd', run_id: 'r', task_id: 'make' });
const marker = openMarker(scope, attempt);
const secondMarker = openMarker(scope, { ...attempt, tryNumber: 2 });
const names = attemptObjects(attempt);

const write = (world: OperationWorld, name: string, body: string) =>
  world.store.create(name, body, { signal: never });
const outcome = (world: OperationWorld, changes: Partial<Outcome>) =>
  write(world, names.outcome, writeOutcome(makeOutcome(record, changes)));

interface State {
  what: string;
  make: (world: OperationWorld) => Promise<unknown>;
  /** How long ago; default a minute. */
  ageMs?: number;
  foreseen: { action: Foreseen['action']; why: unknown; inMs?: number; tryNumber?: number };
  /** What a Turn really does: messages on the tasks topic, events, and markers that are left. */
  done: { tasks?: number; events?: string[]; left?: string[] };
}

const states: State[] = [
  {
    what: 'a launch on its way',
    make: world => world.claimed('create'),
    ageMs: 59_000,
    foreseen: { action: 'nothing', why: 'its launch may still be on its way', inMs: 1_000 },
    done: { left: [marker] },
  },
  {
    what: 'a claim whose request is not known to have been sent',
    make: world => world.claimed('create'),
    foreseen: { action: 'publish_task', why: 'its launch was never finished' },
    done: { tasks: 1, left: [marker] },
  },
  {
    what: 'an operation that goes on, however young',
    make: world => world.creation(),
    ageMs: 0,
    foreseen: { action: 'watch_operation', why: `the Turn follows its operation on ${cluster}` },
    done: { events: ['r running', 'r success'] },
  },
  {
    what: 'an operation that has its outcome',
    make: async world => {
      await world.creation();
      await outcome(world, { gke_cluster: { action: 'create', name: cluster, operation: 'operation-1' } });
    },
    foreseen: {
      action: 'finish',
      why: 'it has ended (success), and what follows was not done to its end',
    },
    done: { events: ['r success'] },
  },
  {
    what: 'a creation that was asked for after its end',
    make: async world => {
      await world.creation();
      await outcome(world, { state: 'cancelled', reason: 'cancelled', class: 'cancelled' });
    },
    foreseen: {
      action: 'watch_operation',
      why: `the Turn undoes ${cluster}, asked for after its end (cancelled)`,
    },
    done: { events: ['r cancelled'] },
  },
  {
    what: 'an outcome, and no request',
    make: async world => {
      await world.claimed('create');
      await outcome(world, { state: 'cancelled', reason: 'cancelled', class: 'cancelled' });
    },
    foreseen: {
      action: 'finish',
      why: 'it has ended (cancelled), and what follows was not done to its end',
    },
    done: { events: ['r cancelled'] },
  },
  {
    what: 'a retry that waits for its time',
    make: async world => {
      const at = isoTime(world.clock.now() + 60 * minute);
      await outcome(world, {
        state: 'failed',
        reason: 'cluster_failed',
        class: 'infrastructure',
        retry: { try_number: 2, at, budget: 'infrastructure' },
      });
      await write(world, secondMarker, '{}');
    },
    foreseen: { action: 'start_retry', why: 'the retry waits for its time', inMs: 59 * minute, tryNumber: 2 },
    done: { left: [secondMarker] },
  },
  {
    what: 'a marker that nobody has claimed for long',
    make: world => write(world, marker, '{}'),
    ageMs: 8 * 24 * 60 * minute,
    foreseen: { action: 'remove_marker', why: 'a stale marker is removed' },
    done: {},
  },
  {
    what: 'a marker whose claim is of a Pod elsewhere',
    make: async world => {
      await world.claim(record);
      await write(world, marker, '{}');
      await world.store.remove(openMarker(record.scope, attempt), { signal: never });
    },
    foreseen: {
      action: 'remove_marker',
      why: 'a marker is removed whose attempt is of another scope',
    },
    done: {},
  },
  {
    what: 'a claim that cannot be read',
    make: async world => {
      await write(world, marker, '{}');
      await write(world, names.launch, '{');
    },
    foreseen: { action: 'unknown', why: expect.stringContaining('launch.json') },
    done: { left: [marker] },
  },
];

test.each(states)('$what', async ({ make, ageMs = minute, foreseen, done }) => {
  const world = new OperationWorld();
  await make(world);
  await world.clock.advance(ageMs);
  const before = world.store.names();
  const { items, unseen } = await foreseeSweep(world.functionDeps(), never);
  expect([world.store.names(), unseen]).toEqual([before, []]);
  const { inMs, tryNumber = 1, ...told } = foreseen;
  const atMs =
    foreseen.action === 'publish_task' || inMs === undefined ? {} : { atMs: world.clock.now() + inMs };
  expect(items).toEqual([
    { action: 'wake_turn', scope, why: 'an attempt is open in it' },
    { ...told, scope, attempt: { ...attempt, tryNumber }, ...atMs },
  ]);
  await world.run();
  expect({
    tasks: world.publisher.on('projects/p/topics/tasks').length,
    events: world.events(),
    left: world.markers(),
  }).toEqual({ tasks: 0, events: [], left: [], ...done });
});
