import { describe, expect, test } from 'vitest';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { openMarker } from '../../../shared/object-names.ts';
import type { PlannedRetry } from '../../../shared/retries.ts';
import { Healing, minute, record } from './healing.ts';
import { WatchWorld } from './watch-world.ts';

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
