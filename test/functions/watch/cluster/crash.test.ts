import { expect, test } from 'vitest';
import { attemptOf } from '../../../../shared/attempt-record.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { type Death, Life } from '../../../fakes/mortal.ts';
import { OperationWorld } from './operation-world.ts';

const failure = { code: 13, message: 'internal error' };

/** A creation that fails and is undone, by Turns of which the first may die; everything that can be seen in the end. */
async function liveThrough(death?: Death) {
  const world = new OperationWorld();
  world.gke.looks = 2;
  world.gke.failure = failure;
  const claim = await world.creation();
  world.gke.failure = undefined;
  const life = new Life(death);
  const deps = world.functionDeps();
  const turn = world.start('m1', {
    ...deps,
    store: life.mortal(deps.store),
    publisher: life.mortal(deps.publisher),
    operations: life.mortal(deps.operations),
  });
  await world.clock.runUntil(Promise.race([turn.then(() => undefined), life.died]));
  for (let next = 1; life.isDead && world.outcomeOf(claim) === undefined; next++) {
    await world.clock.advance(60_000);
    await world.run(`sweep-${next}`).catch(() => undefined);
  }
  // What a death just after the outcome has left is healed by the next Turn.
  if (life.isDead) {
    await world.clock.advance(60_000);
    await world.run('last');
  }
  const { ended_at: _, retry, ...outcome } = world.outcomeOf(claim) ?? {};
  const state = {
    outcome,
    isRetried: retry?.try_number,
    events: [...new Set(world.events())],
    clusters: world.gke.clusters.size,
    operations: world.gke.operations.map(({ operationType }) => operationType),
    ending: world.json(attemptObjects(attemptOf(claim.record)).ending) !== undefined,
    own: world.markers().filter(name => name.endsWith('attempt=1')),
  };
  return { state, writes: life.writes };
}

test('undisturbed: undone, then told, then planned again', async () => {
  expect((await liveThrough()).state).toMatchObject({
    outcome: { reason: 'cluster_failed', notes: ['Nothing is left of the cluster.'] },
    isRetried: 2,
    events: ['r running', 'r up_for_retry'],
    clusters: 0,
    operations: ['CREATE_CLUSTER', 'DELETE_CLUSTER'],
    ending: true,
    own: [],
  });
});

test.each<Death['moment']>(['before', 'after'])('dying %s any write, the end is the same', async moment => {
  const { state: undisturbed, writes } = await liveThrough();
  expect(writes.length).toBeGreaterThan(5);
  for (const [index, what] of writes.entries()) {
    const { state } = await liveThrough({ write: index + 1, moment });
    expect({ what, state }).toEqual({ what, state: undisturbed });
  }
});
