import { beforeEach, describe, expect, test } from 'vitest';
import { attemptLabel } from '../../../../shared/cluster-operation.ts';
import { writeControlMessage } from '../../../../shared/control-message.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { writeOutcome } from '../../../../shared/outcome.ts';
import type { Attempt } from '../../../../shared/run.ts';
import { failOnce } from '../../../fakes/faults.ts';
import { planted } from '../../../secrets/planted.ts';
import { killedAt, Launcher, outage } from '../launcher.ts';
import { makeOutcome } from '../make-outcome.ts';

const attempt: Attempt = { dagId: 'd', runId: 'r', taskId: 'make', tryNumber: 1 };
const names = attemptObjects(attempt);
const cluster = 'projects/p/locations/europe-west1/clusters/nightly';
const create = {
  dag_id: 'd',
  run_id: 'r',
  task_id: 'make',
  operator: 'gke_create_cluster',
  project_id: 'p',
  location: 'europe-west1',
  body: {
    name: 'nightly',
    initialNodeCount: 1,
    nodeConfig: { metadata: { token: planted.envValue } },
    resourceLabels: { team: 'reports' },
  },
};
const { body: _, ...where } = create;
const remove = { ...where, operator: 'gke_delete_cluster', cluster_name: 'nightly' };
const label = attemptLabel(attempt, 'bucket');
const cancel = writeControlMessage({ kind: 'cancel', run: attempt });

let launcher: Launcher;
let gke: Launcher['operations']['gke'];
beforeEach(() => {
  launcher = new Launcher();
  launcher.clusterOperations = ['projects/p/locations/*/clusters/nightly'];
  gke = launcher.operations.gke;
  gke.looks = Number.POSITIVE_INFINITY;
});

const sent = (): unknown => JSON.parse(launcher.store.text(names.operation) ?? 'null');
const answer = (end: string) => ({ status: 204, result: { end, run: 'd/r/make' } });

describe('a creation', () => {
  test('is claimed, asked for with its label, written down and announced', async () => {
    launcher.publishTime = '2026-11-23T09:59:59.123Z';
    expect(await launcher.deliver(create)).toEqual(answer('created'));
    expect(gke.bodies).toEqual([
      { ...create.body, resourceLabels: { team: 'reports', 'taskpod-attempt': label } },
    ]);
    expect(JSON.parse(launcher.store.text(names.launch) ?? '')).toEqual({
      version: 1,
      message_id: 'm1',
      published_at: '2026-11-23T09:59:59.123Z',
      claimed_at: '2026-11-23T10:00:00.000Z',
      record: {
        version: 1,
        dag_id: 'd',
        run_id: 'r',
        task_id: 'make',
        try_number: 1,
        scope: expect.stringMatching(/^operations-[a-z2-7]{8}-0$/),
        queued_at: '2026-11-23T10:00:00.000Z',
        total_timeout_seconds: 3_600,
        total_deadline_at: '2026-11-23T11:00:00.000Z',
        retries: expect.objectContaining({ left: 0, infrastructure_left: 3 }),
      },
      gke_cluster: { action: 'create', name: cluster, delete_on_failure: true, push_xcom: false },
      task: create,
    });
    const at = '2026-11-23T10:00:00.000Z';
    expect(sent()).toEqual({ version: 1, kind: 'started', operation: 'operation-1', at });
    expect(launcher.states()).toEqual(['r queued']);
    expect(launcher.tickets()).toEqual([{ kind: 'ticket', scope: expect.stringContaining('operations-') }]);
    expect(launcher.markers()).toHaveLength(1);
  });

  test('delivered twice starts one operation', async () => {
    await launcher.deliver(create);
    expect(await launcher.deliver(create)).toEqual(answer('adopted'));
    expect(gke.operations).toHaveLength(1);
  });

  test('whose body comes from templates keeps what they give to itself', async () => {
    await launcher.store.create('config/variables/network', 'geheimes-netz', {
      signal: new AbortController().signal,
    });
    const body = { ...create.body, network: '{{ var.value.network }}' };
    launcher.operations.refusal = { status: 400, message: 'no network "geheimes-netz"' };
    expect(await launcher.deliver({ ...create, body })).toMatchObject({ result: { end: 'rejected' } });
    expect(launcher.outcome(attempt)?.problems).toEqual([{ path: '', message: 'no network "***"' }]);
    const stored = launcher.store
      .names()
      .filter(name => name.startsWith('runs/'))
      .map(name => launcher.store.text(name));
    expect(stored.join('') + JSON.stringify(launcher.logs)).not.toContain('geheim');
  });

  test.each([
    [403, 'cluster_forbidden'],
    [400, 'cluster_request_refused'],
    [404, 'cluster_request_refused'],
  ])('that GKE refuses with %i is rejected: %s', async (status, reason) => {
    launcher.operations.refusal = { status, message: 'says GKE' };
    expect(await launcher.deliver(create)).toMatchObject({ status: 204, result: { end: 'rejected' } });
    expect(launcher.outcome(attempt)).toMatchObject({ state: 'rejected', reason, detail: 'says GKE' });
    expect(launcher.markers()).toEqual([]);
  });

  test('of a cluster that is there is left to the watch as such', async () => {
    gke.create('projects/p/locations/europe-west1', { name: 'nightly' });
    gke.end('operation-1');
    expect(await launcher.deliver(create)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'exists', operation: null });
  });

  test('of a name whose cluster is being deleted is delivered again, until the deadline', async () => {
    gke.create('projects/p/locations/europe-west1', { name: 'nightly' });
    gke.end('operation-1');
    gke.remove(cluster);
    launcher.advance(60_000);
    expect(await launcher.deliver(create)).toEqual({ status: 503 });
    gke.end('operation-2');
    launcher.advance(60_000);
    expect(await launcher.deliver(create)).toEqual(answer('created'));
    gke.end('operation-3');
    gke.remove(cluster);
    expect(await launcher.deliver({ ...create, run_id: 'r2' }, 'm2')).toEqual({ status: 503 });
    launcher.advance(3_600_000);
    expect(await launcher.deliver({ ...create, run_id: 'r2' }, 'm2')).toMatchObject({
      result: { end: 'rejected' },
    });
  });

  test('whose answer is lost is known again by its label, and is not made twice', async () => {
    launcher.operations.fault = failOnce(/^create/, 'after', outage);
    expect(await launcher.deliver(create)).toEqual({ status: 503 });
    expect(sent()).toBeNull();
    launcher.advance(30_000);
    expect(await launcher.deliver(create)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'started', operation: 'operation-1' });
    expect(gke.started('CREATE_CLUSTER')).toEqual(['operation-1']);
  });

  test('whose cluster came and went before anybody wrote it down is not made again', async () => {
    launcher.operations.fault = failOnce(/^create/, 'after', outage);
    await launcher.deliver(create);
    gke.end('operation-1');
    gke.remove(cluster);
    gke.end('operation-2');
    expect(await launcher.deliver(create)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'started', operation: 'operation-1' });
    expect(gke.started('CREATE_CLUSTER')).toEqual(['operation-1']);
  });

  test("is not taken for another's that was asked for by name, whatever its time", async () => {
    launcher.operations.fault = failOnce(/^create/, 'before', outage);
    await launcher.deliver(create);
    gke.create('projects/p/locations/europe-west1', { name: 'nightly' });
    expect(await launcher.deliver(create)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'exists' });
  });
});

describe('a deletion', () => {
  const put = (): void => {
    gke.create('projects/p/locations/europe-west1', { name: 'nightly' });
    gke.end('operation-1');
  };

  test('is asked for and written down', async () => {
    put();
    expect(await launcher.deliver(remove)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'started', operation: 'operation-2' });
  });

  test('of a cluster that is not there is over', async () => {
    expect(await launcher.deliver(remove)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'absent', operation: null });
  });

  test('that somebody else has begun is taken for our own', async () => {
    put();
    gke.remove(cluster);
    expect(await launcher.deliver(remove)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ kind: 'started', operation: 'operation-2' });
  });

  test('of a cluster that is being made is delivered again', async () => {
    gke.create('projects/p/locations/europe-west1', { name: 'nightly' });
    expect(await launcher.deliver(remove)).toEqual({ status: 503 });
  });

  test('whose answer is lost does not delete the cluster that was made since', async () => {
    put();
    launcher.operations.fault = failOnce(/^remove/, 'after', outage);
    await launcher.deliver(remove);
    gke.end('operation-2');
    launcher.advance(30_000);
    gke.create('projects/p/locations/europe-west1', { name: 'nightly' });
    gke.end('operation-3');
    expect(await launcher.deliver(remove)).toEqual(answer('created'));
    expect(sent()).toMatchObject({ operation: 'operation-2' });
    expect(gke.clusters.get(cluster)?.status).toBe('RUNNING');
  });
});

describe('the deployment’s rule', () => {
  const problem = async (task: object) => {
    await launcher.deliver(task);
    const { reason, problems } = launcher.outcome(attempt) ?? {};
    return { reason, problems, asked: gke.operations.length };
  };

  test('off', async () => {
    launcher.clusterOperations = [];
    const message = `is off in this deployment: have ${cluster} added to TASKPOD_CLUSTER_OPERATIONS`;
    const problems = [{ path: 'operator', message }];
    expect(await problem(create)).toEqual({ reason: 'policy_refused', problems, asked: 0 });
  });

  test('another project, though the end fits', async () => {
    launcher.clusterOperations = ['projects/q/locations/*/clusters/*', 'projects/p/locations/*/clusters/x-*'];
    const allowed = launcher.clusterOperations.join(', ');
    const message = `names ${cluster}, and TASKPOD_CLUSTER_OPERATIONS allows only ${allowed}`;
    const problems = [{ path: 'body.name', message }];
    expect(await problem(create)).toEqual({ reason: 'policy_refused', problems, asked: 0 });
  });

  test('the default cluster is never deleted', async () => {
    launcher.cluster = cluster;
    const message = `names ${cluster}, which is TASKPOD_CLUSTER: no task may delete it`;
    const problems = [{ path: 'cluster_name', message }];
    expect(await problem(remove)).toEqual({ reason: 'policy_refused', problems, asked: 0 });
  });

  test('a name from a template is held against it too', async () => {
    const task = { ...remove, cluster_name: '{{ params.c }}', params: { c: 'other' } };
    expect(await problem(task)).toMatchObject({ reason: 'policy_refused', asked: 0 });
  });

  test('a project that nobody names is that of the default cluster', async () => {
    const { project_id: __, ...task } = create;
    launcher.cluster = 'projects/p/locations/l/clusters/default';
    expect(await launcher.deliver(task)).toEqual(answer('created'));
  });
});

describe('cancelling', () => {
  test('a creation that has begun is left to the watch', async () => {
    await launcher.deliver(create);
    expect(await launcher.deliver(cancel, 'c1')).toEqual(answer('cancelling'));
    expect(launcher.store.text(names.cancel)).toContain('c1');
    expect(launcher.outcome(attempt)).toBeUndefined();
  });

  test('one that was never asked for ends at once', async () => {
    launcher.operations.fault = failOnce(/^create/, 'before', outage);
    await launcher.deliver(create);
    expect(await launcher.deliver(cancel, 'c1')).toEqual(answer('cancelled'));
    expect(launcher.outcome(attempt)).toMatchObject({ state: 'cancelled', pod: null });
    expect(launcher.markers()).toEqual([]);
    expect(await launcher.deliver(create)).toEqual(answer('ended'));
    expect(gke.operations).toEqual([]);
  });

  test('one that was asked for without a word of it is found, and left to the watch', async () => {
    launcher.operations.fault = failOnce(/^create/, 'after', outage);
    await launcher.deliver(create);
    expect(await launcher.deliver(cancel, 'c1')).toEqual(answer('cancelling'));
    expect(sent()).toMatchObject({ operation: 'operation-1' });
  });

  test('a request that comes after the outcome gets a marker again, so that a Turn undoes it', async () => {
    launcher.operations.fault = async (call, moment) => {
      if (!call.startsWith('create') || moment !== 'after') return;
      const outcome = makeOutcome({ task_id: 'make', state: 'cancelled', reason: 'cancelled' });
      await launcher.store.create(names.outcome, writeOutcome(outcome), {
        signal: new AbortController().signal,
      });
    };
    expect(await launcher.deliver(create)).toEqual(answer('left to the watch'));
    expect(launcher.markers()).toHaveLength(1);
    expect(launcher.tickets()).toHaveLength(1);
    expect(launcher.states()).toEqual([]);
  });
});

describe('a launch that dies anywhere', () => {
  const moments = ['before', 'after'] as const;
  const cases = moments.flatMap(moment => Array.from({ length: 7 }, (_unused, at) => ({ moment, at })));

  test.each(cases)(
    '$moment call $at: the next delivery brings it to the same end',
    async ({ moment, at }) => {
      launcher.setFault(killedAt(at, moment));
      await launcher.deliver(create);
      launcher.setFault(undefined);
      launcher.advance(10_000);
      await launcher.deliver(create);
      expect(gke.started('CREATE_CLUSTER')).toEqual(['operation-1']);
      expect(sent()).toMatchObject({ kind: 'started', operation: 'operation-1' });
      expect(new Set(launcher.states())).toEqual(new Set(['r queued']));
      expect(launcher.markers()).toHaveLength(1);
    },
  );
});

test('a retry renders the task anew, under the next attempt’s label', async () => {
  const retry = { try_number: 2, at: '2026-11-23T10:10:00Z', budget: 'user' as const };
  await launcher.deliver({ ...create, retries: 1 });
  gke.end('operation-1');
  gke.remove(cluster);
  gke.end('operation-2');
  const outcome = makeOutcome({ task_id: 'make', state: 'failed', reason: 'cluster_failed', retry });
  await launcher.store.create(names.outcome, writeOutcome(outcome), { signal: new AbortController().signal });
  const again = writeControlMessage({ kind: 'retry', run: attempt, tryNumber: 2 });
  expect(await launcher.deliver(again, 'm2')).toEqual(answer('created'));
  const second = attemptObjects({ ...attempt, tryNumber: 2 });
  expect(JSON.parse(launcher.store.text(second.launch) ?? '')).toMatchObject({
    record: { try_number: 2, retries: { left: 0 } },
  });
  const labels = gke.bodies.map(body => JSON.stringify(body).match(/"taskpod-attempt":"(\w+)"/)?.[1]);
  expect(labels).toEqual([label, attemptLabel({ ...attempt, tryNumber: 2 }, 'bucket')]);
});
