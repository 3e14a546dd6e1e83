import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acquireLease,
  heartbeatMs,
  Lease,
  type LeaseAnswer,
  staleMs,
} from '../../../functions/watch/lease.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { leaseObject } from '../../../shared/object-names.ts';
import { isoTime } from '../../../shared/time.ts';
import { failOnce } from '../../fakes/faults.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';

const scope = 'kubeconfig-test-0';
const name = leaseObject(scope);
const outage = new TaskpodError('storage_unavailable', 'down', { retryable: true });

/** A store with a lease in it, and those who want it. */
class LeaseWorld {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore({ now: () => this.clock.now() });
  readonly stop = new AbortController();

  /** Lets somebody else write the lease; age of the heartbeat in ms. */
  async write(changes: Record<string, unknown> = {}, ageMs = 0): Promise<void> {
    const heartbeatAt = isoTime(this.clock.now() - ageMs);
    const document = { version: 1, holder: 'm0', turn: 't0', heartbeat_at: heartbeatAt, closing: false };
    await this.writeText(JSON.stringify({ ...document, ...changes }));
  }

  async writeText(text: string): Promise<void> {
    const { signal } = this.stop;
    const current = await this.store.read(name, signal);
    await this.store.replace(name, text, current?.generation ?? '0', { signal });
  }

  async remove(): Promise<void> {
    await this.store.remove(name, { signal: this.stop.signal });
  }

  /** The lease as it stands there. */
  get document(): unknown {
    const text = this.store.text(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  ask(messageId = 'm1', turn = 't1'): Promise<LeaseAnswer> {
    return acquireLease({ scope, messageId, turn }, this, this.stop.signal);
  }

  async acquire(messageId = 'm1', turn = 't1'): Promise<Lease> {
    const answer = await this.clock.runUntil(this.ask(messageId, turn), 60_000);
    if (answer.kind !== 'acquired') throw new Error(`the lease is ${answer.kind}`);
    return answer.lease;
  }

  /** What m1 writes when it takes or keeps the lease now. */
  mine(closing = false): unknown {
    return { version: 1, holder: 'm1', turn: 't1', heartbeat_at: isoTime(this.clock.now()), closing };
  }
}

describe('asking for a lease', () => {
  test('that is free takes it', async () => {
    const world = new LeaseWorld();
    expect((await world.ask()).kind).toBe('acquired');
    expect(world.document).toEqual(world.mine());
  });

  test('that another message holds is `taken`, at once and without a write', async () => {
    const world = new LeaseWorld();
    await world.write({}, staleMs - 1);
    const before = world.store.text(name);
    expect(await world.ask()).toEqual({ kind: 'taken' });
    expect(world.store.text(name)).toBe(before);
    expect(world.clock.sleeping).toBe(0);
  });

  test.each([
    { what: 'is stale', text: undefined, ageMs: staleMs },
    { what: 'is stale, though closing', text: undefined, ageMs: staleMs, closing: true },
    { what: 'has its heartbeat far in the future', text: undefined, ageMs: -staleMs },
    { what: 'is not JSON', text: 'holder: m0', ageMs: 0 },
    { what: 'is of another version', text: '{"version":2,"holder":"m0"}', ageMs: 0 },
    {
      what: 'has a heartbeat that is no time',
      text: '{"version":1,"holder":"m0","turn":"t0","heartbeat_at":"soon","closing":false}',
      ageMs: 0,
    },
  ])('that $what takes it', async ({ text, ageMs, closing = false }) => {
    const world = new LeaseWorld();
    await (text === undefined ? world.write({ closing }, ageMs) : world.writeText(text));
    expect((await world.ask()).kind).toBe('acquired');
    expect(world.document).toEqual(world.mine());
  });

  test('that an earlier delivery of the same message has left behind waits until it is stale', async () => {
    const world = new LeaseWorld();
    await world.write({ holder: 'm1' }, 5_000);
    const start = world.clock.now();
    await world.acquire();
    expect(world.clock.now() - start).toBe(staleMs - 5_000);
    expect(world.document).toEqual(world.mine());
  });

  test('that an earlier delivery keeps alive is `busy` in the end, so that the message comes again', async () => {
    const world = new LeaseWorld();
    const earlier = await world.acquire('m1', 't0');
    const ended = new AbortController();
    const keeping = earlier.keep(ended.signal);
    const start = world.clock.now();
    expect(await world.clock.runUntil(world.ask())).toEqual({ kind: 'busy' });
    expect(world.clock.now() - start).toBe(staleMs + 2 * heartbeatMs);
    expect(world.document).toMatchObject({ turn: 't0' });
    ended.abort();
    await keeping;
  });

  test.each([
    { what: 'is opened again', meanwhile: (world: LeaseWorld) => world.write(), expected: 'taken' },
    { what: 'is given back', meanwhile: (world: LeaseWorld) => world.remove(), expected: 'acquired' },
  ])('that is closing waits for the answer: it $what', async ({ meanwhile, expected }) => {
    const world = new LeaseWorld();
    await world.write({ closing: true });
    const asking = world.ask();
    await world.clock.advance(3_000);
    await meanwhile(world);
    await world.clock.advance(500);
    expect((await asking).kind).toBe(expected);
  });

  test('that is closing for ever is `busy`: who closes may not see the Pod that this ticket is about', async () => {
    const world = new LeaseWorld();
    const earlier = await world.acquire('m0', 't0');
    await earlier.setClosing(true, world.stop.signal);
    const ended = new AbortController();
    const keeping = earlier.keep(ended.signal);
    expect(await world.clock.runUntil(world.ask())).toEqual({ kind: 'busy' });
    ended.abort();
    await keeping;
  });

  test('ends with the signal (I8)', async () => {
    const world = new LeaseWorld();
    await world.write({ holder: 'm1' });
    const asking = world.ask();
    await world.clock.advance(1_000);
    world.stop.abort();
    await expect(asking).rejects.toMatchObject({ code: 'aborted' });
    expect(world.clock.sleeping).toBe(0);
  });
});

describe('of several who ask at once exactly one gets the lease', () => {
  test.each([
    { what: 'free', ageMs: undefined },
    { what: 'stale', ageMs: staleMs },
  ])('that is $what', async ({ ageMs }) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, number) => {
        const world = new LeaseWorld();
        if (ageMs !== undefined) await world.write({}, ageMs);
        world.store.fault = (call, moment) => scheduler.schedule(Promise.resolve(), `${call} ${moment}`);
        const asking = Array.from({ length: number }, (_, i) => world.ask(`m${i + 1}`, `t${i + 1}`));
        await scheduler.waitFor(Promise.all(asking));
        const kinds = (await Promise.all(asking)).map(({ kind }) => kind);
        const winner = kinds.indexOf('acquired');
        expect(kinds.toSorted()).toEqual(['acquired', ...Array(number - 1).fill('taken')]);
        expect(world.document).toMatchObject({ holder: `m${winner + 1}` });
      }),
      { numRuns: 200 },
    );
  });
});

describe('keeping a lease', () => {
  test('writes a heartbeat every 5 s until the signal fires', async () => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    const ended = new AbortController();
    const keeping = lease.keep(ended.signal);
    for (let beat = 0; beat < 3; beat++) {
      await world.clock.advance(heartbeatMs);
      expect(world.document).toEqual(world.mine());
    }
    ended.abort();
    await keeping;
    expect(world.clock.sleeping).toBe(0);
  });

  test('ends with `lease_lost` when another Turn has taken it, and leaves that one’s alone', async () => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    const keeping = lease.keep(world.stop.signal);
    keeping.catch(() => undefined);
    await world.clock.settle();
    await world.write({ holder: 'm2', turn: 't2' });
    await world.clock.advance(heartbeatMs);
    await expect(keeping).rejects.toMatchObject({ code: 'lease_lost' });
    await expect(lease.setClosing(true, world.stop.signal)).rejects.toMatchObject({ code: 'lease_lost' });
    await lease.release(world.stop.signal);
    expect(world.document).toMatchObject({ turn: 't2' });
  });

  test('ends with `lease_lost` when the lease is gone, and makes no new one', async () => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    const keeping = lease.keep(world.stop.signal);
    keeping.catch(() => undefined);
    await world.remove();
    await world.clock.advance(heartbeatMs);
    await expect(keeping).rejects.toMatchObject({ code: 'lease_lost' });
    expect(world.document).toBeUndefined();
  });

  test.each(['before', 'after'] as const)('survives an outage (%s the write has happened)', async moment => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    const ended = new AbortController();
    const keeping = lease.keep(ended.signal);
    world.store.fault = failOnce(/^replace/, moment, outage);
    await world.clock.advance(heartbeatMs);
    await world.clock.advance(heartbeatMs);
    expect(world.document).toEqual(world.mine());
    ended.abort();
    await keeping;
    await lease.release(world.stop.signal);
    expect(world.document).toBeUndefined();
  });

  test('ends with what is refused', async () => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    const refused = new TaskpodError('storage_refused', 'no', { status: 403 });
    world.store.fault = failOnce(/^replace/, 'before', refused);
    const keeping = lease.keep(world.stop.signal);
    keeping.catch(() => undefined);
    await world.clock.advance(heartbeatMs);
    await expect(keeping).rejects.toBe(refused);
  });

  test('and closing it do not get into each other’s way, however the store answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async scheduler => {
        const world = new LeaseWorld();
        const lease = await world.acquire();
        const ended = new AbortController();
        const keeping = lease.keep(ended.signal);
        world.store.fault = (call, moment) => scheduler.schedule(Promise.resolve(), `${call} ${moment}`);
        const closing = lease.setClosing(true, world.stop.signal);
        const opening = lease.setClosing(false, world.stop.signal);
        const again = lease.setClosing(true, world.stop.signal);
        await world.clock.advance(heartbeatMs);
        await scheduler.waitFor(Promise.all([closing, opening, again]));
        await scheduler.waitIdle();
        expect(world.document).toEqual(world.mine(true));
        ended.abort();
        await keeping;
      }),
      { numRuns: 50 },
    );
  });
});

describe('giving a lease back', () => {
  test('ends the heartbeats, whatever is on its way at that moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 0, max: 6_000 }), async (scheduler, afterMs) => {
        const world = new LeaseWorld();
        const lease = await world.acquire();
        const keeping = lease.keep(world.stop.signal);
        keeping.catch(() => undefined);
        world.store.fault = (call, moment) => scheduler.schedule(Promise.resolve(), `${call} ${moment}`);
        await world.clock.advance(afterMs);
        const releasing = lease.release(world.stop.signal);
        await world.clock.advance(heartbeatMs);
        await scheduler.waitFor(releasing);
        expect(world.document).toBeUndefined();
        await world.clock.advance(4 * heartbeatMs);
        await scheduler.waitIdle();
        expect(world.document).toBeUndefined();
        await keeping;
      }),
      { numRuns: 100 },
    );
  });

  test('works though a heartbeat was cut off and may have been written', async () => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    const ended = new AbortController();
    const keeping = lease.keep(ended.signal);
    world.store.fault = (call, moment) => {
      if (moment === 'before' || !call.startsWith('replace')) return;
      ended.abort();
      throw new TaskpodError('aborted', 'aborted');
    };
    await world.clock.advance(heartbeatMs);
    await keeping;
    world.store.fault = undefined;
    await lease.release(world.stop.signal);
    expect(world.document).toBeUndefined();
  });

  test('leaves another’s alone, and one that is gone', async () => {
    const world = new LeaseWorld();
    const lease = await world.acquire();
    await world.write({ holder: 'm2', turn: 't2' });
    await lease.release(world.stop.signal);
    expect(world.document).toMatchObject({ turn: 't2' });
    await world.remove();
    await new Lease({ scope, messageId: 'm1', turn: 't1' }, '1', world).release(world.stop.signal);
    expect(world.document).toBeUndefined();
  });
});
