import { beforeEach, describe, expect, test } from 'vitest';
import { handleWatch } from '../../../../functions/watch/handler.ts';
import { attemptOf } from '../../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import { attemptObjects, openMarker } from '../../../../shared/object-names.ts';
import { writeOutcome } from '../../../../shared/outcome.ts';
import { failOnce } from '../../../fakes/faults.ts';
import { makeOutcome } from '../../launch/make-outcome.ts';
import { cluster, location, OperationWorld, scope } from './operation-world.ts';

const never = new AbortController().signal;

let world: OperationWorld;
let gke: OperationWorld['gke'];
beforeEach(() => {
  world = new OperationWorld();
  gke = world.gke;
});

const outage = new TaskpodError('cluster_unavailable', 'GKE is away', { retryable: true });
const statusOf = (): string | undefined => gke.clusters.get(cluster)?.status;

describe('a creation', () => {
  test('is followed to its end: running, success, outcome, no marker and no lease', async () => {
    gke.looks = 3;
    const claim = await world.creation({ push_xcom: true });
    expect(await world.run()).toEqual({ kind: 'done', outcomes: 1 });
    const xcom = attemptObjects(attemptOf(claim.record)).xcom;
    expect(world.outcomeOf(claim)).toEqual({
      version: 1,
      ...{ dag_id: 'd', run_id: 'r', task_id: 'make', try_number: 1 },
      ...{ state: 'success', reason: 'completed', class: 'none', exit_code: null },
      ...{ summary: 'The cluster is created.', detail: '', action: '' },
      queued_at: '2026-11-23T10:00:00.000Z',
      scheduled_at: null,
      started_at: '2026-11-23T10:00:00.000Z',
      ended_at: '2026-11-23T10:00:23.750Z',
      pod: null,
      containers: [],
      gke_cluster: { action: 'create', name: cluster, operation: 'operation-1' },
      xcom: { object: xcom, size: 77, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      events: [expect.any(String)],
    });
    expect(world.json(xcom)).toBe(`https://container.googleapis.com/v1/${cluster}`);
    expect(world.events()).toEqual(['r running', 'r success']);
    expect(world.store.names().filter(name => /^(open|leases)\//.test(name))).toEqual([]);
    expect(world.clock.sleeping).toBe(0);
  });

  test('that takes longer than a Turn is handed over, and announced as running once', async () => {
    gke.looks = 40;
    const claim = await world.creation();
    expect(await world.run('m1')).toEqual({ kind: 'handed_over', outcomes: 0 });
    expect(world.publisher.on('projects/p/topics/watch')).toEqual([{ kind: 'ticket', scope }]);
    await world.runToTheEnd();
    expect(world.outcomeOf(claim)?.state).toBe('success');
    expect(world.events()).toEqual(['r running', 'r success']);
  });

  test.each([
    [{ code: 8, message: 'Insufficient regional quota' }, 'cluster_no_capacity', 'capacity'],
    [{ code: 13, message: 'GCE_STOCKOUT' }, 'cluster_no_capacity', 'capacity'],
    [{ code: 3, message: 'no such network' }, 'cluster_request_refused', 'config'],
    [{ code: 7, message: 'actAs' }, 'cluster_forbidden', 'config'],
  ])(
    'that ends with %o: %s, and what was made is deleted before the outcome',
    async (failure, reason, cls) => {
      gke.failure = failure;
      const claim = await world.creation();
      gke.failure = undefined;
      await world.run();
      expect(world.outcomeOf(claim)).toMatchObject({
        state: 'failed',
        reason,
        class: cls,
        detail: `operation-1: ${failure.message}`,
        notes: ['Nothing is left of the cluster.'],
      });
      expect(statusOf()).toBeUndefined();
      expect(world.outcomeOf(claim)?.retry).toBeUndefined();
    },
  );

  test('that fails at GKE’s is tried again from the infrastructure’s budget', async () => {
    gke.failure = { code: 13, message: 'internal error' };
    const claim = await world.creation();
    gke.failure = undefined;
    await world.run();
    expect(world.outcomeOf(claim)).toMatchObject({
      reason: 'cluster_failed',
      retry: { try_number: 2, budget: 'infrastructure' },
    });
    expect(world.events()).toEqual(['r running', 'r up_for_retry']);
    expect(world.publisher.on('projects/p/topics/tasks')).toMatchObject([{ kind: 'retry', try_number: 2 }]);
  });

  test('whose cluster ends in the state ERROR, with a handover in the middle of its deletion', async () => {
    gke.madeStatus = 'ERROR';
    const claim = await world.creation();
    gke.looks = Number.POSITIVE_INFINITY;
    const turn = world.start();
    await world.clock.advance(1_000);
    expect(statusOf()).toBe('STOPPING');
    world.shutdown.abort();
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'handed_over', outcomes: 0 });
    gke.end('operation-2');
    world.shutdown = new AbortController();
    await world.run('m2');
    expect(world.outcomeOf(claim)).toMatchObject({
      reason: 'cluster_failed',
      summary: 'The cluster is in the state ERROR.',
      notes: ['Nothing is left of the cluster.'],
    });
  });

  test('that failed is left as it is where the task says so', async () => {
    gke.failure = { code: 3, message: 'no' };
    const claim = await world.creation({ delete_on_failure: false });
    await world.run();
    const note = `${cluster} stays as it is (ERROR), as delete_cluster_on_failure says.`;
    expect(world.outcomeOf(claim)?.notes).toEqual([note]);
    expect(statusOf()).toBe('ERROR');
  });

  test('whose operation has no name is judged by its cluster', async () => {
    const claim = await world.claimed('create');
    gke.create(location, { name: 'nightly' });
    await world.sent(claim, { operation: null });
    void world.clock.sleep(20_000, never).then(() => gke.end('operation-1'));
    await world.run();
    expect(world.outcomeOf(claim)).toMatchObject({ state: 'success' });
  });

  test.each([
    ['RUNNING', { state: 'success', summary: 'The cluster existed already.' }],
    ['ERROR', { state: 'failed', reason: 'cluster_failed' }],
    ['STOPPING', { state: 'failed', reason: 'cluster_lost' }],
  ])('of a cluster that existed, and is %s', async (status, expected) => {
    gke.create(location, { name: 'nightly' });
    gke.madeStatus = status;
    gke.end('operation-1');
    const claim = await world.claimed('create');
    await world.sent(claim, { kind: 'exists', operation: null });
    await world.run();
    expect(world.outcomeOf(claim)).toMatchObject(expected);
    expect(statusOf()).toBe(status);
    expect(world.events()).not.toContain('r running');
  });

  test('is waited for through an outage and a refusal of GKE, until its deadline', async () => {
    gke.looks = 2;
    const claim = await world.creation();
    let calls = 0;
    world.operations.fault = () => {
      if (++calls < 10) throw outage;
    };
    await world.run();
    expect(world.outcomeOf(claim)?.state).toBe('success');
  });

  test.each([
    [
      { record: { total_deadline_at: '2026-11-23T10:05:00.000Z', total_timeout_seconds: 300 } },
      'total_timeout',
    ],
    [{ record: { execution_timeout_seconds: 300 } }, 'execution_timeout'],
  ])('past a deadline is stopped and undone: %o', async (changes, reason) => {
    gke.looks = Number.POSITIVE_INFINITY;
    const claim = await world.creation(changes);
    const turn = world.start();
    gke.looks = 0;
    await world.clock.runUntil(turn);
    await world.runToTheEnd();
    expect(world.outcomeOf(claim)).toMatchObject({
      reason,
      class: 'user',
      notes: ['Nothing is left of the cluster.'],
    });
    expect(statusOf()).toBeUndefined();
  });

  test('whose attempt has its outcome already is undone, and nothing else is told', async () => {
    const claim = await world.creation();
    const outcome = makeOutcome({ task_id: 'make', state: 'cancelled', reason: 'cancelled', ended_at: 't' });
    const name = attemptObjects(attemptOf(claim.record)).outcome;
    await world.store.create(name, writeOutcome(outcome), { signal: never });
    await world.run();
    expect(statusOf()).toBeUndefined();
    expect(world.outcomeOf(claim)).toEqual(outcome);
    expect(world.events()).toEqual(['r cancelled']);
    expect(world.markers()).toEqual([]);
  });
});

describe('cancelling', () => {
  test('a creation is cancelled at GKE’s, what was made is deleted, and no retry follows', async () => {
    gke.looks = Number.POSITIVE_INFINITY;
    const claim = await world.creation();
    const turn = world.start();
    await world.clock.advance(60_000);
    await world.cancel(claim);
    await world.clock.advance(60_000);
    gke.end('operation-2');
    await world.clock.runUntil(turn);
    expect(world.outcomeOf(claim)).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled',
      notes: ['Nothing is left of the cluster.'],
    });
    expect(gke.operations.map(({ operationType, error }) => [operationType, error?.code])).toEqual([
      ['CREATE_CLUSTER', 1],
      ['DELETE_CLUSTER', undefined],
    ]);
    expect(world.events()).toEqual(['r running', 'r cancelled']);
  });

  test('one that GKE does not cancel is waited for, and deleted then', async () => {
    gke.looks = 10;
    gke.isCancellable = false;
    const claim = await world.creation();
    await world.cancel(claim);
    gke.looks = 0;
    const turn = world.start();
    await world.clock.advance(400_000);
    gke.end('operation-2');
    await world.clock.runUntil(turn);
    await world.runToTheEnd();
    expect(world.outcomeOf(claim)).toMatchObject({ state: 'cancelled' });
    expect(statusOf()).toBeUndefined();
  });

  test('a cluster that may not be deleted, or cannot be in time, stays with a note', async () => {
    const claim = await world.creation();
    await world.cancel(claim);
    world.operations.fault = call => {
      if (call.startsWith('remove'))
        world.operations.refusal = { status: 403, message: 'no clusters.delete' };
    };
    await world.run();
    expect(world.outcomeOf(claim)?.notes).toEqual([`${cluster} may not be deleted: no clusters.delete`]);

    const slow = new OperationWorld();
    const other = await slow.creation();
    await slow.cancel(other);
    slow.operations.fault = call => {
      if (call.startsWith('remove')) throw outage;
    };
    await slow.runToTheEnd();
    expect(slow.outcomeOf(other)?.notes).toEqual([
      `${cluster} could not be cleared away within 20 minutes: see what is left of it. GKE is away (cluster_unavailable)`,
    ]);
  });

  test("somebody else's cluster of the same name is left alone", async () => {
    const claim = await world.creation();
    gke.end('operation-1');
    gke.remove(cluster);
    gke.end('operation-2');
    gke.create(location, { name: 'nightly' });
    await world.cancel(claim);
    await world.run();
    expect(world.outcomeOf(claim)?.notes).toEqual([`${cluster} is not this attempt's, and stays.`]);
    expect(statusOf()).toBe('RUNNING');
  });

  test('a deletion goes on, and says so', async () => {
    const claim = await world.deletion();
    await world.cancel(claim);
    await world.run();
    expect(world.outcomeOf(claim)).toMatchObject({
      state: 'success',
      summary: 'The cluster is deleted.',
      notes: ['A deletion that has begun cannot be cancelled.'],
    });
  });
});

describe('a deletion', () => {
  test('ends with the operation', async () => {
    gke.looks = 2;
    const claim = await world.deletion();
    await world.run();
    expect(world.outcomeOf(claim)).toMatchObject({
      state: 'success',
      gke_cluster: { action: 'delete', name: cluster, operation: 'operation-2' },
    });
  });

  test('of nothing is a success', async () => {
    const claim = await world.claimed('delete');
    await world.sent(claim, { kind: 'absent', operation: null });
    await world.run();
    expect(world.outcomeOf(claim)).toMatchObject({ state: 'success', summary: 'There was no such cluster.' });
  });

  test('that fails is told, and nothing is undone', async () => {
    gke.create(location, { name: 'nightly' });
    gke.end('operation-1');
    gke.failure = { code: 13, message: 'firewall in use' };
    const claim = await world.claimed('delete', { record: { retries: undefined } });
    gke.remove(cluster);
    await world.sent(claim);
    await world.run();
    const detail = 'operation-2: firewall in use';
    expect(world.outcomeOf(claim)).toMatchObject({ reason: 'cluster_failed', detail });
  });
});

describe('the Turn', () => {
  test('takes up an operation whose ticket found the lease held', async () => {
    gke.looks = 6;
    await world.creation();
    const turn = world.start();
    await world.clock.advance(15_000);
    const second = await world.creation({ runId: 'r2', name: `${location}/clusters/second` });
    expect(await world.start('m2')).toEqual({ kind: 'taken', outcomes: 0 });
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 2 });
    expect(world.outcomeOf(second)?.state).toBe('success');
  });

  test('publishes a task again whose request was never written down, and tells launch nothing it knows', async () => {
    await world.claimed('create');
    await world.clock.advance(60_000);
    await world.run();
    expect(world.publisher.on('projects/p/topics/tasks')).toEqual([
      { task_id: 'make', dag_id: 'd', run_id: 'r' },
    ]);
    expect(world.markers()).toHaveLength(1);
  });

  test('finishes what follows an outcome, and removes markers that mean nothing', async () => {
    const claim = await world.claimed('create');
    const name = attemptObjects(attemptOf(claim.record)).outcome;
    await world.store.create(name, writeOutcome(makeOutcome({ task_id: 'make', ended_at: 't' })), {
      signal: never,
    });
    const stale = `open/${scope}/dag_id=d/run_id=x/task_id=t/attempt=1`;
    await world.store.create(stale, '{}', { signal: never });
    await world.clock.advance(9 * 24 * 3_600_000);
    await world.run();
    expect(world.markers()).toEqual([]);
    expect(world.events()).toEqual(['r success']);
  });

  test('follows the others where a claim is damaged', async () => {
    const damaged = { dagId: 'd', runId: 'a', taskId: 'make', tryNumber: 1 };
    await world.store.create(openMarker(scope, damaged), '{}', { signal: never });
    await world.store.create(attemptObjects(damaged).launch, '{', { signal: never });
    const claim = await world.creation();
    await world.run();
    expect(world.outcomeOf(claim)?.state).toBe('success');
    expect(world.markers()).toEqual([openMarker(scope, damaged)]);
  });

  test('lives through an outage of the storage', async () => {
    gke.looks = 3;
    const claim = await world.creation();
    const away = new TaskpodError('storage_unavailable', 'away', { retryable: true });
    world.store.fault = failOnce(/create .*running\.json/, 'before', away);
    await world.run();
    expect(world.outcomeOf(claim)?.state).toBe('success');
    expect(new Set(world.events())).toEqual(new Set(['r running', 'r success']));
  });

  test('is what a ticket for the scope starts, without a word to any cluster', async () => {
    const claim = await world.creation();
    const message = {
      messageId: 'm1',
      data: Buffer.from(JSON.stringify({ kind: 'ticket', scope })),
      attributes: {},
      publishTime: undefined,
      deliveryAttempt: undefined,
      traceparent: undefined,
    };
    const deps = { ...world.functionDeps(), podsOf: () => Promise.reject(new Error('not to be asked')) };
    expect(await world.clock.runUntil(handleWatch(message, deps, never))).toEqual({ status: 204 });
    expect(world.outcomeOf(claim)?.state).toBe('success');
  });
});
