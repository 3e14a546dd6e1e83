import { describe, expect, test } from 'vitest';
import type { WatchDeps } from '../../../functions/watch/deps.ts';
import { runTurn } from '../../../functions/watch/turn.ts';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import type { Fault } from '../../fakes/faults.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { type Death, Life } from '../../fakes/mortal.ts';
import type { PodLife } from './watch-world.ts';
import { WatchWorld } from './watch-world.ts';

const record = makeRecord({ xcom: 'sidecar' });
const names = attemptObjects(attemptOf(record));
const never = new AbortController().signal;
const life: PodLife = { lines: ['one', 'two', 'three', 'four', 'five'], xcom: '{"a": 1}' };

/** Delivers tickets, as Pub/Sub and the sweep do, until nothing is open any more. */
async function turnsUntilClosed(world: WatchWorld, deps: WatchDeps, first: string): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    const messageId = turn === 0 ? first : `sweep-${turn}`;
    try {
      await world.clock.runUntil(runTurn({ scope: record.scope, messageId }, deps, never));
    } catch (error) {
      if (!(error instanceof TaskpodError)) throw error;
    }
    if (world.markers().length === 0) return;
    await world.clock.advance(60_000);
  }
}

/** Everything that a person or a subscriber can see in the end. */
function endState(world: WatchWorld): unknown {
  const events = world.publisher.on('projects/p/topics/events');
  return {
    objects: world.objectsOf(record).filter(name => !/^logs\/base\/|^pod\.json/.test(name)),
    log: world.store.text(names.log('base')),
    xcom: world.store.text(names.xcom),
    running: world.json(names.running),
    outcome: world.json(names.outcome),
    events: [...new Set(events.map(event => JSON.stringify(event)))],
    pods: world.cluster.names(),
    markers: world.markers(),
    leases: world.store.names().filter(name => name.startsWith('leases/')),
  };
}

/** What was replaced or removed, apart from leases, the marker and intermediate objects of a composition (I4). */
function watchOverwrites(world: WatchWorld): string[] {
  const overwritten: string[] = [];
  world.store.fault = (call, moment) => {
    if (moment === 'after' && /^(replace|remove) (?!leases\/|open\/|.*\/part\/)/.test(call)) {
      overwritten.push(call);
    }
  };
  return overwritten;
}

async function liveThrough(
  death?: Death,
): Promise<{ state: unknown; writes: string[]; overwritten: string[] }> {
  const world = new WatchWorld();
  const overwritten = watchOverwrites(world);
  const { pod } = await world.launch(record);
  void world.play(pod, life);
  const process = new Life(death);
  const deps = world.deps();
  const turn = runTurn(
    { scope: record.scope, messageId: 'm1' },
    {
      ...deps,
      store: process.mortal(deps.store),
      pods: process.mortal(deps.pods),
      publisher: process.mortal(deps.publisher),
    },
    never,
  );
  await world.clock.runUntil(Promise.race([turn.then(() => undefined), process.died]));
  if (process.isDead) await turnsUntilClosed(world, world.deps(), 'm1');
  return { state: endState(world), writes: process.writes, overwritten };
}

test('the undisturbed end: one outcome, two events, no Pod, no marker, no lease', async () => {
  const { state } = await liveThrough();
  expect(state).toEqual({
    objects: ['launch.json', 'logs/base.log', 'outcome.json', 'return.json', 'running.json'],
    log: expect.stringMatching(/^\S+ one\n\S+ two\n\S+ three\n\S+ four\n\S+ five\n$/),
    xcom: '{"a": 1}',
    running: { version: 1, started_at: '2026-11-23T10:00:05Z' },
    outcome: expect.objectContaining({ state: 'success', reason: 'completed' }),
    events: [expect.stringContaining('run.running'), expect.stringContaining('run.success')],
    pods: [],
    markers: [],
    leases: [],
  });
});

describe('a process that dies at any of its writes is replaced by one that comes to the same end', () => {
  test.each(['before', 'after'] as const)('%s the write has happened', async moment => {
    const { state: expected, writes } = await liveThrough();
    expect(writes.length).toBeGreaterThan(10);
    for (let write = 1; write <= writes.length; write++) {
      const { state, overwritten } = await liveThrough({ write, moment });
      const when = `died ${moment} write ${write}: ${writes[write - 1]}`;
      expect({ when, state, overwritten }).toEqual({ when, state: expected, overwritten: [] });
    }
  });
});

describe('any one call that fails for an outage changes nothing about the end', () => {
  const outage = new TaskpodError('storage_unavailable', 'down', { retryable: true });

  async function liveThroughOutage(
    at: number,
    moment: 'before' | 'after',
  ): Promise<{ state: unknown; calls: number; call: string; overwritten: string[] }> {
    const world = new WatchWorld();
    const { pod } = await world.launch(record);
    const overwritten = watchOverwrites(world);
    const note = world.store.fault;
    let calls = 0;
    let failed = '';
    const fault: Fault = (call, reached) => {
      if (reached !== moment || ++calls !== at) return;
      failed = call;
      throw outage;
    };
    world.cluster.fault = fault;
    world.publisher.fault = fault;
    world.store.fault = async (call, reached) => {
      await note?.(call, reached);
      await fault(call, reached);
    };
    void world.play(pod, life);
    await turnsUntilClosed(world, world.deps(), 'm1');
    return { state: endState(world), calls, call: failed, overwritten };
  }

  test.each(['before', 'after'] as const)('%s it has happened', async moment => {
    const { state: expected, calls } = await liveThroughOutage(0, moment);
    expect(calls).toBeGreaterThan(20);
    for (let at = 1; at <= calls; at++) {
      const { state, overwritten, call } = await liveThroughOutage(at, moment);
      const when = `outage ${moment} call ${at}: ${call}`;
      expect({ when, state, overwritten }).toEqual({ when, state: expected, overwritten: [] });
    }
  });
});
