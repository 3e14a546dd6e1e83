import { describe, expect, test } from 'vitest';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import type { Retries } from '../../../shared/retries.ts';
import { scope, Turns } from './turns.ts';

const signal = new AbortController().signal;
const retries: Retries = {
  left: 1,
  infrastructure_left: 0,
  delay_seconds: 30,
  exponential_backoff: false,
  max_delay_seconds: null,
  retry_on: null,
  no_retry_on: [],
};
const message = { kind: 'retry', dag_id: 'default', run_id: 'r1', task_id: 't1', try_number: 2 };
const tasks = 'projects/p/topics/tasks';

/** A Turn over one Pod that ends with this exit code. */
async function turnOver(exitCode: number, changes: Partial<Retries> = {}) {
  const turns = new Turns();
  const { world } = turns;
  const { record, pod } = await world.launch({ retries: { ...retries, ...changes } });
  void world.play(pod, { exitCode });
  const startedMs = world.clock.now();
  const end = await turns.run();
  const attempt = attemptOf(record);
  return {
    world,
    end: end.kind,
    tookMs: world.clock.now() - startedMs,
    outcome: world.json(attemptObjects(attempt).outcome),
    second: openMarker(scope, { ...attempt, tryNumber: 2 }),
    published: world.publisher.on(tasks),
  };
}

describe('a Turn', () => {
  test('waits for a retry whose time comes within it, and asks launch for it', async () => {
    const { world, end, tookMs, outcome, second, published } = await turnOver(1);
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: 'exit_code',
      retry: { try_number: 2, at: expect.any(String), budget: 'user' },
    });
    expect(published).toEqual([message]);
    expect(world.events()).toEqual(['r1 running', 'r1 up_for_retry']);
    expect(world.markers()).toEqual([second]);
    expect(end).toBe('done');
    expect(tookMs).toBeGreaterThanOrEqual(30_000);
  });

  test('leaves a later one to the sweep', async () => {
    const { world, end, tookMs, second, published } = await turnOver(1, { delay_seconds: 600 });
    expect(published).toEqual([]);
    expect(world.markers()).toEqual([second]);
    expect(end).toBe('done');
    expect(tookMs).toBeLessThan(10_000);
  });

  test('whose time is up before the retry leaves it to the next one', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod } = await world.launch({ retries: { ...retries, delay_seconds: 475 } });
    void world.play(pod, { exitCode: 1, lines: ['a', 'b', 'c', 'd', 'e', 'f'] });
    expect(await turns.run()).toMatchObject({ kind: 'done' });
    expect(world.publisher.on(tasks)).toEqual([]);
    expect(await turns.run('m2')).toMatchObject({ kind: 'done' });
    expect(world.publisher.on(tasks)).toEqual([message]);
    turns.expectQuiet();
  });

  test('that is stopped while it waits goes at once', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod } = await world.launch({ retries });
    void world.play(pod, { exitCode: 1 });
    const turn = turns.start();
    await world.clock.advance(10_000);
    turns.shutdown.abort();
    expect(await world.clock.runUntil(turn)).toMatchObject({ kind: 'handed_over' });
    expect(world.publisher.on(tasks)).toEqual([]);
    turns.expectQuiet();
  });

  test('ends what has no retries left, and what succeeds', async () => {
    for (const [exitCode, left] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const { world, outcome, published } = await turnOver(exitCode, { left });
      expect(outcome).not.toHaveProperty('retry');
      expect([published, world.markers()]).toEqual([[], []]);
    }
  });
});

describe('a cancelled attempt', () => {
  const cancel = async (turns: Turns, of: Parameters<typeof attemptOf>[0]) => {
    const { cancel: name } = attemptObjects(attemptOf(of));
    await turns.world.store.create(name, '{}', { signal });
  };
  const cancelled = {
    state: 'cancelled',
    reason: 'cancelled',
    class: 'cancelled',
    summary: 'The run was cancelled.',
  };

  test('whose Pod is deleted while it runs is cancelled, and not tried again', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch({ retries });
    void world.play(pod, { lines: Array<string>(30).fill('line') });
    const turn = turns.start();
    await world.clock.advance(10_000);
    await cancel(turns, record);
    world.cluster.drop(pod.metadata.name);
    expect(await world.clock.runUntil(turn)).toMatchObject({ kind: 'done' });
    expect(world.json(attemptObjects(attemptOf(record)).outcome)).toMatchObject(cancelled);
    expect(world.events()).toEqual(['r1 running', 'r1 cancelled']);
    expect(world.markers()).toEqual([]);
  });

  test('whose Pod was gone before any Turn came is cancelled', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch();
    await world.store.create(attemptObjects(attemptOf(record)).pod, '{"version":1,"uid":"r1"}', { signal });
    world.cluster.drop(pod.metadata.name);
    await cancel(turns, record);
    await world.clock.advance(60_000);
    await turns.run();
    expect(world.json(attemptObjects(attemptOf(record)).outcome)).toMatchObject(cancelled);
  });

  test('whose Pod ended by itself before the deletion came keeps its own end', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch();
    await cancel(turns, record);
    void world.play(pod);
    await turns.run();
    expect(world.json(attemptObjects(attemptOf(record)).outcome)).toMatchObject({ state: 'success' });
  });

  test.each([
    ['keep_pod', true],
    ['delete_pod', false],
    [undefined, false],
  ] as const)('with on_kill_action %s: its Pod stays is %s', async (action, stays) => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch(action === undefined ? {} : { on_kill_action: action });
    const names = attemptObjects(attemptOf(record));
    const outcome = cancelledOutcome(record);
    await world.store.create(names.outcome, `${JSON.stringify(outcome)}\n`, { signal });
    await turns.run();
    const left = await world.cluster.read('tasks', pod.metadata.name, signal);
    expect(left !== undefined).toBe(stays);
    expect(world.markers()).toEqual([]);
  });
});

function cancelledOutcome({ dag_id, run_id, task_id, try_number }: Parameters<typeof attemptOf>[0]) {
  return {
    ...{ version: 1, dag_id, run_id, task_id, try_number, state: 'cancelled', reason: 'cancelled' },
    ...{ class: 'cancelled', exit_code: null, summary: '', detail: '', action: '', queued_at: null },
    ...{ scheduled_at: null, started_at: null, ended_at: '2026-11-23T10:00:09Z', pod: null, containers: [] },
    ...{ xcom: null, events: [] },
  };
}
