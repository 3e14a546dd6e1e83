import { describe, expect, test } from 'vitest';
import { RestartBackoff } from '../../../../local/pods/kubelet/backoff.ts';
import { endSidecars } from '../../../../local/pods/kubelet/sidecars.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

describe('endSidecars', () => {
  /** Sidecars that take a fixed time to end; notes when each was told, with what grace, in milliseconds. */
  function sidecars(clock: ManualClock, takesMs: Record<string, number>) {
    const startMs = clock.now();
    const told: [name: string, atMs: number, graceMs: number][] = [];
    const all = Object.entries(takesMs).map(([name, ms]) => ({
      terminate: async (graceMs: number) => {
        told.push([name, clock.now() - startMs, graceMs]);
        await clock.sleep(Math.min(ms, graceMs), new AbortController().signal);
      },
    }));
    return { all, told };
  }

  test('ends them one after another, the last first, each with what is left', async () => {
    const clock = new ManualClock();
    const { all, told } = sidecars(clock, { a: 100, b: 4_000, c: 1_000 });
    await clock.runUntil(endSidecars(all, Promise.resolve(), 10_000, clock));
    expect(told).toEqual([
      ['c', 0, 10_000],
      ['b', 1_000, 9_000],
      ['a', 5_000, 5_000],
    ]);
  });

  test('waits for the main containers, but not longer than the grace; then each has two seconds', async () => {
    const clock = new ManualClock();
    const { all, told } = sidecars(clock, { a: 60_000, b: 60_000 });
    await clock.runUntil(endSidecars(all, new Promise(() => {}), 5_000, clock));
    expect(told.toSorted()).toEqual([
      ['a', 5_000, 2_000],
      ['b', 5_000, 2_000],
    ]);
    expect(clock.now() - Date.parse('2026-11-23T10:00:00Z')).toBe(7_000);
  });

  test('is done at once without sidecars', async () => {
    const clock = new ManualClock();
    await endSidecars([], Promise.resolve(), 10_000, clock);
    expect(clock.sleeping).toBe(0);
  });
});

describe('RestartBackoff', () => {
  test('pauses not at all, then 10 s doubled up to 5 minutes', () => {
    const backoff = new RestartBackoff();
    const pauses = Array.from({ length: 8 }, () => backoff.next(1_000));
    expect(pauses).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  test('begins again after ten minutes of running', () => {
    const backoff = new RestartBackoff();
    expect([backoff.next(0), backoff.next(0), backoff.next(600_000), backoff.next(0)]).toEqual([
      0, 10_000, 0, 10_000,
    ]);
  });
});
