import { describe, expect, test } from 'vitest';
import { attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { scopeLabel } from '../../../shared/pod-labels.ts';
import { type Fault, failOnce } from '../../fakes/faults.ts';
import { Turns } from './turns.ts';

const lines = Array<string>(30).fill('line');
const outage = new TaskpodError('kubernetes_unavailable', 'no answer', { retryable: true });

function withoutLabel(pod: Pod): Pod {
  const { [scopeLabel]: _, ...labels } = pod.metadata.labels ?? {};
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

/** Somebody takes the label off a Pod as it is now; then calls may fail. */
async function takeLabel({ world }: Turns, fault?: Fault): Promise<void> {
  const pod = await world.cluster.read('tasks', 't1-r1', new AbortController().signal);
  world.cluster.fault = fault;
  if (pod) world.cluster.put(withoutLabel(pod));
}

describe('a Pod whose label of the scope was taken off', () => {
  test.each([
    ['', undefined],
    [', and the API server does not answer at once', outage],
  ])('while it is followed is followed on%s', async (_, error) => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch();
    void world.play(pod, { lines });
    const turn = turns.start();
    await world.clock.advance(10_000);
    await takeLabel(turns, error && failOnce(/^read tasks/, 'before', error));
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    const names = attemptObjects(attemptOf(record));
    expect(world.json(names.outcome)).toMatchObject({ state: 'success', containers: [{ log_gaps: 0 }] });
    expect(world.store.text(names.log('base'))?.match(/line$/gm)).toHaveLength(30);
    expect([world.cluster.names(), world.markers()]).toEqual([[], []]);
    turns.expectQuiet();
  });

  test('while nobody looks is found by its marker', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch();
    await takeLabel(turns);
    await world.clock.advance(60_000);
    void world.play(pod, { lines: ['one'] });
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.json(attemptObjects(attemptOf(record)).outcome)).toMatchObject({ state: 'success' });
    expect([world.cluster.names(), world.markers()]).toEqual([[], []]);
    expect(world.records.map(({ message }) => message)).toContain(
      'healed: a Pod is followed that has lost the label of its scope',
    );
    turns.expectQuiet();
  });

  test('is given up when it goes', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch();
    void world.play(pod, { lines });
    const turn = turns.start();
    await world.clock.advance(10_000);
    await takeLabel(turns);
    await world.clock.advance(7_000);
    world.cluster.dropSilently('t1-r1');
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.json(attemptObjects(attemptOf(record)).outcome)).toMatchObject({ reason: 'pod_lost' });
    expect(world.cluster.watches).toBe(0);
  });

  test('that was replaced by another of its name is gone', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { record, pod } = await world.launch();
    void world.play(pod, { lines });
    const turn = turns.start();
    await world.clock.advance(10_000);
    await takeLabel(turns);
    await world.clock.advance(1_000);
    world.cluster.put({ ...withoutLabel(pod), metadata: { ...withoutLabel(pod).metadata, uid: 'other' } });
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.json(attemptObjects(attemptOf(record)).outcome)).toMatchObject({ reason: 'pod_lost' });
    expect(world.cluster.names()).toEqual(['t1-r1']);
  });
});
