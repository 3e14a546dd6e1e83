import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { parseOutcome } from '../../../shared/outcome.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import { Turns } from './turns.ts';

/** The store as a Turn sees it that holds a lease of its own: nobody has told it that there is another. */
function withOwnLease(store: ObjectStore): ObjectStore {
  const own = (name: string): string => name.replace(/^leases\//, 'leases/own-');
  return {
    read: (name, signal) => store.read(own(name), signal),
    readKnown: (...args) => store.readKnown(...args),
    readStream: (...args) => store.readStream(...args),
    create: (...args) => store.create(...args),
    replace: (name, ...rest) => store.replace(own(name), ...rest),
    remove: (name, options) => store.remove(own(name), options),
    list: (...args) => store.list(...args),
    compose: (...args) => store.compose(...args),
  };
}

test('two Turns at once do no harm, however slow the store is with either of them (I4)', async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 5, maxLength: 30 });
  const start = fc.integer({ min: 0, max: 9_000 });
  await fc.assert(
    fc.asyncProperty(delays, start, async (delaysMs, startMs) => {
      const turns = new Turns();
      const { world } = turns;
      const { pod, record } = await world.launch({ xcom: 'sidecar' });
      const names = attemptObjects(attemptOf(record));
      const changed: string[] = [];
      let calls = 0;
      world.store.fault = async (call, moment) => {
        if (moment === 'after' && /^(replace|remove) (?!leases\/|open\/|.*\/part\/)/.test(call))
          changed.push(call);
        else await world.clock.sleep(delaysMs[calls++ % delaysMs.length] ?? 0, turns.shutdown.signal);
      };
      const played = world.play(pod, { lines: ['one', 'two', 'three', 'four', 'five'], xcom: '{"a": 1}' });
      const first = turns.start('m1');
      await world.clock.advance(startMs);
      const second = turns.start('m2', { ...world.deps(), store: withOwnLease(world.store) });
      const ends = await world.clock.runUntil(Promise.all([first, second]));
      // The Pod's own life goes on for a moment.
      await world.clock.runUntil(played);
      expect(ends.map(({ kind }) => kind)).toEqual(['done', 'done']);

      expect(changed).toEqual([]);
      expect(world.store.text(names.xcom)).toBe('{"a": 1}');
      expect(world.store.text(names.log('base'))?.match(/ \w+$/gm)).toEqual([
        ' one',
        ' two',
        ' three',
        ' four',
        ' five',
      ]);
      expect(parseOutcome(world.store.text(names.outcome) ?? '')).toMatchObject({
        state: 'success',
        containers: [{ log_gaps: 0 }],
      });
      expect([...new Set(world.events())]).toEqual(['r1 running', 'r1 success']);
      expect([world.markers(), world.cluster.names()]).toEqual([[], []]);
      turns.expectQuiet();
    }),
    { numRuns: 60 },
  );
});

test('a thousand Pods cost seven calls to the store and four to the cluster each, and leave nothing behind', async () => {
  const number = 1_000;
  const turns = new Turns();
  const { world } = turns;
  const launched = [];
  for (let i = 0; i < number; i++) launched.push(await world.launch({ run_id: `r${i}`, xcom: 'sidecar' }));
  const calls = { store: 0, publisher: 0, cluster: 0 };
  world.store.fault = (call, moment) => {
    if (moment === 'before' && !call.includes('leases/')) calls.store++;
  };
  world.publisher.fault = (_, moment) => {
    if (moment === 'before') calls.publisher++;
  };
  world.cluster.fault = (_, moment) => {
    if (moment === 'before') calls.cluster++;
  };
  const turn = turns.start();
  for (const { pod } of launched) void world.play(pod, { lines: ['one'], xcom: '1' });
  expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: number });
  expect(world.store.names().filter(name => name.endsWith('/outcome.json'))).toHaveLength(number);
  expect([world.markers(), world.cluster.names()]).toEqual([[], []]);
  // Each: list, sight, start, log, result, outcome, marker; the Turn itself lists the markers once.
  expect(calls.store).toBe(7 * number + 1);
  // Each: running and success.
  expect(calls.publisher).toBe(2 * number);
  // Each: the log followed, its end looked at, the sidecar's log, the deletion; the Turn: list, watch, last look.
  expect(calls.cluster).toBe(4 * number + 3);
  expect(getEventListeners(turns.shutdown.signal, 'abort')).toEqual([]);
}, 30_000);
