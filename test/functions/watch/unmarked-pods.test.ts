import { describe, expect, test } from 'vitest';
import { planSweep, sweep } from '../../../functions/watch/sweep.ts';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { PodStatus } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../../shared/outcome.ts';
import { failOnce } from '../../fakes/faults.ts';
import { makePod, makeRecord, running, terminated } from '../../fakes/make-pod.ts';
import { ScriptedCluster } from '../../fakes/scripted-cluster.ts';
import { WatchWorld } from './watch-world.ts';

const never = new AbortController().signal;
const active: PodStatus = { phase: 'Running', containerStatuses: [running()] };
const ended: PodStatus = { phase: 'Succeeded', containerStatuses: [terminated(0)] };

function outcomeOf(record: AttemptRecord, changes: Partial<Outcome>): Outcome {
  const { dag_id, run_id, task_id, try_number } = record;
  const pod = { cluster: 'kubeconfig', namespace: 'tasks', name: 't1-u1', uid: 'u1', node: null };
  return {
    ...{ version: 1, dag_id, run_id, task_id, try_number, state: 'success', reason: 'completed' },
    ...{ class: 'none', exit_code: 0, summary: '', detail: '', action: '', queued_at: null, pod },
    ...{ scheduled_at: null, started_at: null, ended_at: null, containers: [], xcom: null, events: [] },
    ...changes,
  };
}

/** A world with one Pod, whose uid is u1, and perhaps its outcome and its marker. */
async function withPod(
  status: PodStatus,
  of: { record?: Partial<AttemptRecord>; outcome?: Partial<Outcome>; marker?: boolean },
) {
  const world = new WatchWorld();
  const record = makeRecord(of.record);
  const names = attemptObjects(attemptOf(record));
  const marker = openMarker(record.scope, attemptOf(record));
  world.cluster.put(makePod(status, { record }));
  if (of.outcome) {
    await world.store.create(names.outcome, writeOutcome(outcomeOf(record, of.outcome)), { signal: never });
  }
  if (of.marker) await world.store.create(marker, '{}', { signal: never });
  return { world, record, marker };
}

const other = { pod: { cluster: 'kubeconfig', namespace: 'tasks', name: 'x', uid: 'u0', node: null } };

describe('a Pod of ours', () => {
  const cases: [string, PodStatus, Parameters<typeof withPod>[1], 'adopt' | 'delete' | undefined][] = [
    ['with its marker is the Turn’s', active, { marker: true }, undefined],
    ['that nobody watches is adopted', active, {}, 'adopt'],
    ['that has ended, without an outcome, is adopted', ended, {}, 'adopt'],
    ['whose attempt is over should be gone', ended, { outcome: {} }, 'delete'],
    ['that goes on although its attempt is over should be gone', active, { outcome: {} }, 'delete'],
    [
      'that came after the end of its attempt should be gone, whatever the policy',
      active,
      { record: { on_finish_action: 'keep_pod' }, outcome: other },
      'delete',
    ],
    [
      'that is kept and goes on stays',
      active,
      { record: { on_finish_action: 'keep_pod' }, outcome: {} },
      undefined,
    ],
    ['that is kept and has ended stays', ended, { record: { on_finish_action: 'keep_pod' } }, undefined],
    [
      'that is kept because only active ones are deleted stays',
      ended,
      { record: { on_finish_action: 'delete_active_pod' }, outcome: {} },
      undefined,
    ],
    [
      'whose run was cancelled, and that was to stay, stays',
      active,
      { record: { on_kill_action: 'keep_pod' }, outcome: { state: 'cancelled' } },
      undefined,
    ],
    ['of a scope of another deployment is not ours', active, { record: { scope: 'other-abc-0' } }, undefined],
  ];
  test.each(cases)('%s', async (_, status, of, verdict) => {
    const { world, marker } = await withPod(status, of);
    const plan = await planSweep(world.functionDeps(), never);
    expect(plan.pods.map(pod => pod.verdict)).toEqual(verdict === undefined ? [] : [verdict]);
    expect(world.cluster.calls).toEqual(['list tasks']);
    const before = world.store.names();
    const scopes = await sweep(world.functionDeps(), never);
    expect(world.cluster.names()).toEqual(verdict === 'delete' ? [] : ['t1-u1']);
    const added = world.store.names().filter(name => !before.includes(name));
    expect(added).toEqual(verdict === 'adopt' ? [marker] : []);
    expect(world.publisher.on('projects/p/topics/watch')).toEqual(
      scopes.map(scope => ({ kind: 'ticket', scope })),
    );
    expect(scopes.length).toBe(verdict === 'adopt' || of.marker ? 1 : 0);
  });

  test('that is kept costs no read', async () => {
    const { world } = await withPod(ended, { record: { on_finish_action: 'keep_pod' }, outcome: {} });
    const calls: string[] = [];
    world.store.fault = call => void calls.push(call);
    await planSweep(world.functionDeps(), never);
    expect([...new Set(calls)]).toEqual(['list open/']);
  });
});

test('a Pod whose annotation is damaged, or that has none, is left alone', async () => {
  const world = new WatchWorld();
  const pod = makePod(active);
  for (const annotations of [{}, { 'taskpod.dev/run': '{' }]) {
    world.cluster.put({ ...pod, metadata: { ...pod.metadata, annotations } });
    expect(await planSweep(world.functionDeps(), never)).toEqual({ scopes: [], pods: [] });
  }
});

test('a cluster that does not answer keeps no other from its sweep', async () => {
  const { world } = await withPod(ended, { outcome: {} });
  const away = new ScriptedCluster(world.clock);
  away.fault = failOnce(
    /^list/,
    'before',
    new TaskpodError('kubernetes_unavailable', 'away', { retryable: true }),
  );
  await sweep(world.functionDeps({ 'kubeconfig:away': away }), never);
  expect(world.cluster.names()).toEqual([]);
  expect(world.records.map(({ severity, message }) => [severity, message])).toEqual([
    ['WARNING', 'the Pods of a namespace could not be listed for the sweep'],
    ['NOTICE', 'a Pod is deleted whose attempt is over'],
  ]);
});

test('a cluster that never answers is left out after 15 s, and nothing of the waiting is left', async () => {
  const { world } = await withPod(ended, { outcome: {} });
  const deps = world.functionDeps({ 'kubeconfig:slow': new ScriptedCluster(world.clock) });
  const podsOf: typeof deps.podsOf = (cluster, signal) =>
    cluster === 'kubeconfig'
      ? deps.podsOf(cluster, signal)
      : world.clock.sleep(3_600_000, signal).then(() => deps.podsOf(cluster, signal));
  const began = world.clock.monotonicMs();
  await world.clock.runUntil(sweep({ ...deps, podsOf }, never));
  const tookMs = world.clock.monotonicMs() - began;
  expect([world.cluster.names(), tookMs, world.clock.sleeping]).toEqual([[], 15_000, 0]);
  expect(world.records[0]).toMatchObject({
    severity: 'WARNING',
    cluster: 'kubeconfig:slow',
    error: 'no answer within 15 s (deadline_exceeded)',
  });
});

test('a Pod that cannot be deleted keeps no scope from its ticket', async () => {
  const { world } = await withPod(ended, { outcome: {} });
  await world.claim(makeRecord({ run_id: 'r2' }));
  const refusal = new TaskpodError('kubernetes_refused', 'forbidden');
  world.cluster.fault = failOnce(/^remove/, 'before', refusal);
  expect(await sweep(world.functionDeps(), never)).toHaveLength(1);
  expect(world.records.map(({ message }) => message)).toEqual(['a Pod could not be settled']);
});
