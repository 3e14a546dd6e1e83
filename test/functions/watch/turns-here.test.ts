import { describe, expect, test } from 'vitest';
import { TurnsHere } from '../../../functions/watch/turns-here.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { leaseObject } from '../../../shared/object-names.ts';
import { scope, Turns } from './turns.ts';

describe('TurnsHere', () => {
  const cases = [
    { what: 'a ticket of its scope', scope: 's', messageId: 'm2', stays: true, sees: true },
    { what: 'not one of another scope', scope: 'other', messageId: 'm2', stays: true, sees: false },
    { what: 'not its own message, delivered again', scope: 's', messageId: 'm1', stays: true, sees: false },
    { what: 'nothing when it leaves', scope: 's', messageId: 'm2', stays: false, sees: false },
  ];
  test.each(cases)('a Turn sees to $what', ({ scope, messageId, stays, sees }) => {
    const turns = new TurnsHere();
    const gone = turns.add({ scope: 's', messageId: 'm1', stays: () => stays });
    expect(turns.seesTo(scope, messageId)).toBe(sees);
    gone();
    expect(turns.seesTo(scope, messageId)).toBe(false);
  });
});

describe('a ticket to the instance that runs the Turn', () => {
  test('is answered without a call to the bucket', async () => {
    const turns = new Turns();
    const { world } = turns;
    const deps = world.deps();
    const { pod } = await world.launch();
    const turn = turns.start('m1', deps);
    await world.clock.advance(1_000);
    const calls: string[] = [];
    world.store.fault = async (call, moment) => {
      if (moment === 'before') calls.push(call);
    };
    expect(await turns.start('m2', deps)).toEqual({ kind: 'taken', outcomes: 0 });
    expect(calls).toEqual([]);
    void world.play(pod);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
  });

  test('while the Turn takes its last look, asks the bucket and waits for the answer', async () => {
    const turns = new Turns();
    const { world } = turns;
    const deps = world.deps();
    const lease = leaseObject(scope);
    const [tickets, lives]: [Promise<unknown>[], Promise<void>[]] = [[], []];
    let writes = 0;
    let reads = 0;
    world.store.fault = async (call, moment) => {
      if (moment === 'before' && call === `read ${lease}`) reads += 1;
      // The second write says that the Turn is closing.
      if (moment === 'before' || call !== `replace ${lease}` || ++writes !== 2) return;
      const { pod } = await world.launch();
      lives.push(world.play(pod));
      tickets.push(turns.start('m2', deps));
      await world.clock.settle();
    };
    expect(await world.clock.runUntil(turns.start('m1', deps))).toEqual({ kind: 'done', outcomes: 1 });
    expect(await world.clock.runUntil(Promise.all(tickets))).toEqual([{ kind: 'taken', outcomes: 0 }]);
    // One of the Turn itself, and of the ticket as many as it took.
    expect(reads).toBeGreaterThan(2);
    await world.clock.runUntil(Promise.all(lives));
    expect(world.markers()).toEqual([]);
  });

  test('after a last look that failed, is seen to by the Turn again', async () => {
    const turns = new Turns();
    const { world } = turns;
    const deps = world.deps();
    const outage = new TaskpodError('storage_unavailable', 'down', { retryable: true });
    let writes = 0;
    world.store.fault = async (call, moment) => {
      if (moment === 'before' && call === `replace ${leaseObject(scope)}` && ++writes === 2) throw outage;
    };
    const { pod } = await world.launch();
    void world.play(pod);
    const turn = turns.start('m1', deps);
    await world.clock.advance(500);
    expect(deps.turnsHere.seesTo(scope, 'm2')).toBe(true);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(deps.turnsHere.seesTo(scope, 'm2')).toBe(false);
  });
});
