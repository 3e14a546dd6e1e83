import { describe, expect, test } from 'vitest';
import { heartbeatMs, staleMs } from '../../../functions/watch/lease.ts';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects, leaseObject } from '../../../shared/object-names.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import { abortedError, isoTime } from '../../../shared/time.ts';
import { failOnce } from '../../fakes/faults.ts';
import { scope, Turns } from './turns.ts';

const lease = leaseObject(scope);
const outage = new TaskpodError('kubernetes_unavailable', 'down', { retryable: true });

/** A store in which creating and removing such objects never ends; only the signal ends the wait. */
function stuckStore(store: ObjectStore, pattern: RegExp): ObjectStore {
  const untilAborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(abortedError(signal)));
    });
  return {
    read: (...args) => store.read(...args),
    readKnown: (...args) => store.readKnown(...args),
    readStream: (...args) => store.readStream(...args),
    create: (name, body, options) =>
      pattern.test(name) ? untilAborted(options.signal) : store.create(name, body, options),
    replace: (...args) => store.replace(...args),
    remove: (name, options) =>
      pattern.test(name) ? untilAborted(options.signal) : store.remove(name, options),
    list: (...args) => store.list(...args),
    compose: (...args) => store.compose(...args),
  };
}

describe('the handover', () => {
  test('at the end of its time: logs written, lease given back, next ticket published', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod, record } = await world.launch();
    const lines = Array.from({ length: 600 }, (_, i) => `line ${i}`);
    const life = world.play(pod, { lines });
    const began = world.clock.now();
    expect(await turns.run()).toEqual({ kind: 'handed_over', outcomes: 0 });
    expect(world.clock.now() - began).toBe(480_000);
    expect(world.store.text(lease)).toBeUndefined();
    expect(turns.tickets).toEqual([{ kind: 'ticket', scope }]);
    // The next Turn goes on, and no line is lost or told twice.
    expect(await turns.run('m2')).toEqual({ kind: 'done', outcomes: 1 });
    await world.clock.runUntil(life);
    const log = world.store.text(attemptObjects(attemptOf(record)).log('base')) ?? '';
    expect(log.match(/line \d+/g)).toEqual(lines);
    turns.expectQuiet();
  });

  test('at a shutdown is the same, at once', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod, record } = await world.launch();
    void world.play(pod, { lines: ['one', 'two', 'three', 'four'] });
    const turn = turns.start();
    await world.clock.advance(2_500);
    turns.shutdown.abort();
    await world.clock.settle();
    expect(await turn).toEqual({ kind: 'handed_over', outcomes: 0 });
    expect(world.store.text(attemptObjects(attemptOf(record)).segment('base', 1))).toMatch(/two\n$/);
    expect(world.store.text(lease)).toBeUndefined();
    expect(turns.tickets).toHaveLength(1);
  });

  test('that takes too long is cut off after 6 s', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod, record } = await world.launch();
    void world.play(pod, { lines: ['one', 'two', 'three', 'four'] });
    const stuck = stuckStore(world.store, /\/logs\//);
    const turn = turns.start('m1', { ...world.deps(), store: stuck });
    await world.clock.advance(1_500);
    turns.shutdown.abort();
    await world.clock.advance(5_999);
    expect([world.store.text(lease) === undefined, turns.tickets]).toEqual([false, []]);
    await world.clock.advance(1);
    expect(await turn).toEqual({ kind: 'handed_over', outcomes: 0 });
    expect([world.store.text(lease) === undefined, turns.tickets]).toEqual([
      true,
      [{ kind: 'ticket', scope }],
    ]);
    expect(world.objectsOf(record)).toEqual(['launch.json', 'pod.json', 'running.json']);
  });

  test('whose last words take too long fails after 2.5 s more, so that the message comes again', async () => {
    const turns = new Turns();
    const { world } = turns;
    await world.launch();
    const turn = turns.start('m1', { ...world.deps(), store: stuckStore(world.store, /^leases/) });
    await world.clock.advance(1_000);
    turns.shutdown.abort();
    await world.clock.advance(2_499);
    expect(await Promise.race([turn.catch(() => 'failed'), Promise.resolve('pending')])).toBe('pending');
    await world.clock.advance(1);
    await expect(turn).rejects.toMatchObject({ code: 'deadline_exceeded', retryable: true });
    expect(turns.tickets).toEqual([]);
    turns.expectQuiet();
  });

  test.each([
    { when: 'the first list', pattern: /^list/ },
    { when: 'the first watch', pattern: /^watch/ },
  ])('works while the API server does not answer: $when', async ({ pattern }) => {
    const turns = new Turns();
    const { world } = turns;
    await world.launch();
    world.cluster.fault = call => {
      if (pattern.test(call)) throw outage;
    };
    const turn = turns.start();
    await world.clock.advance(30_000);
    turns.shutdown.abort();
    await world.clock.settle();
    expect(await turn).toEqual({ kind: 'handed_over', outcomes: 0 });
    expect(world.store.text(lease)).toBeUndefined();
    expect(turns.tickets).toHaveLength(1);
    turns.expectQuiet();
  });

  test('whose ticket cannot be published ends with that error, so that the message comes again', async () => {
    const turns = new Turns();
    await turns.world.launch();
    const down = new TaskpodError('pubsub_unavailable', 'down', { retryable: true });
    turns.world.publisher.fault = failOnce(/watch$/, 'before', down);
    const turn = turns.start();
    await turns.world.clock.advance(1_000);
    turns.shutdown.abort();
    await expect(turns.world.clock.runUntil(turn)).rejects.toBe(down);
    turns.expectQuiet();
  });
});

describe('a lease that is lost', () => {
  test('ends the Turn, and nothing is written any more', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod } = await world.launch();
    void world.play(pod, { lines: Array.from({ length: 30 }, (_, i) => `line ${i}`) });
    const turn = turns.start();
    await world.clock.advance(2_000);
    const held = await world.store.read(lease, turns.shutdown.signal);
    const other = { version: 1, holder: 'm2', turn: 'other', closing: false };
    await world.store.replace(
      lease,
      JSON.stringify({ ...other, heartbeat_at: isoTime(world.clock.now()) }),
      held?.generation ?? '',
      { signal: turns.shutdown.signal },
    );
    await world.clock.advance(heartbeatMs);
    await expect(turn).rejects.toMatchObject({ code: 'lease_lost' });
    const before = world.store.names();
    await world.clock.advance(staleMs);
    expect(world.store.names()).toEqual(before);
    expect(world.json(lease)).toMatchObject({ turn: 'other' });
    expect(turns.tickets).toEqual([]);
    expect(world.cluster.watches).toBe(0);
  });
});
