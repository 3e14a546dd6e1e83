import { expect, test } from 'vitest';
import type { Settings } from '../../cli/settings.ts';
import { scopeName } from '../../shared/names.ts';
import { attemptObjects, openMarker } from '../../shared/object-names.ts';
import type { Clusters } from '../../shared/ports/clusters.ts';
import { makePod, makeRecord, running } from '../fakes/make-pod.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { ScriptedCluster } from '../fakes/scripted-cluster.ts';
import { runOn } from './run-on.ts';
import { TestContext } from './test-context.ts';

const never = new AbortController().signal;
const scope = scopeName('kubeconfig', 'test-bucket', 0);
const attempt = { dagId: 'default', runId: 'r1', taskId: 't1', tryNumber: 1 };

class SweepContext extends TestContext {
  readonly cluster = new ScriptedCluster(new ManualClock());
  changes: Partial<Settings> = {};

  override async settings(): Promise<Settings> {
    return { ...(await super.settings()), namespaces: ['tasks'], defaultNamespace: 'tasks', ...this.changes };
  }

  override async clusters(_: Settings, names: readonly string[]): Promise<Clusters['podsOf']> {
    return async cluster => {
      if (names.includes(cluster)) return this.cluster;
      throw new Error(`${cluster} is not known`);
    };
  }
}

/** A bucket with an old marker, and a Pod that nobody watches. */
async function halfDone(terminal = false): Promise<SweepContext> {
  const context = new SweepContext(terminal);
  await context.bucket.create(openMarker(scope, attempt), '{}', { signal: never });
  await context.clock.sleep(9 * 24 * 3_600_000, never);
  const record = makeRecord({ scope, run_id: 'r2' });
  context.cluster.put(makePod({ phase: 'Running', containerStatuses: [running()] }, { record, uid: 'r2' }));
  return context;
}

test('sweep publishes what Cloud Scheduler publishes', async () => {
  const context = new SweepContext(false);
  expect(await runOn(context, 'sweep')).toEqual({ code: 0, out: '100\n', err: '' });
  expect(await runOn(context, 'sweep', '--json')).toEqual({
    code: 0,
    out: '{"message_id":"100","topic":"projects/p/topics/w"}\n',
    err: '',
  });
  expect(context.messages).toEqual(Array(2).fill({ data: '{"kind":"sweep"}' }));
});

test('sweep without its topic says which variable is missing', async () => {
  const context = new SweepContext(false);
  context.changes = { watchTopic: undefined };
  expect(await runOn(context, 'sweep')).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(/^taskpod: TASKPOD_WATCH_TOPIC is not set\nSet it to /),
  });
});

test('--dry-run tells a line for each attempt, and changes nothing', async () => {
  const context = await halfDone();
  const before = context.bucket.names();
  expect(await runOn(context, 'sweep', '--dry-run')).toEqual({
    code: 0,
    out: [
      `wake Turn\t${scope}\t-\t-\t2 attempts are open in it`,
      'remove marker\tdefault/r1/t1\t1\t-\ta stale marker is removed',
      'adopt Pod\tdefault/r2/t1\t1\t-\tnobody watches it, and it has no outcome: Pod tasks/t1-r2',
      '',
    ].join('\n'),
    err: '',
  });
  expect([context.bucket.names(), context.messages, context.cluster.names()]).toEqual([
    before,
    [],
    ['t1-r2'],
  ]);
});

test('--dry-run --json', async () => {
  const context = await halfDone();
  const { out } = await runOn(context, 'sweep', '--dry-run', '--json');
  expect(JSON.parse(out)).toEqual({
    items: [
      { action: 'wake_turn', why: '2 attempts are open in it', scope, pod: null, at: null },
      {
        action: 'remove_marker',
        why: 'a stale marker is removed',
        scope,
        run: 'default/r1/t1',
        ...{ dag_id: 'default', run_id: 'r1', task_id: 't1', try_number: 1 },
        pod: null,
        at: null,
      },
      {
        action: 'adopt_pod',
        why: 'nobody watches it, and it has no outcome',
        scope,
        run: 'default/r2/t1',
        ...{ dag_id: 'default', run_id: 'r2', task_id: 't1', try_number: 1 },
        pod: 'tasks/t1-r2',
        at: null,
      },
    ],
    not_looked_at: [],
  });
});

test('--dry-run tells the time of what is not due, and which Pods it has not seen', async () => {
  const context = new SweepContext(false);
  context.changes = { namespaces: ['tasks'], clusters: ['kubeconfig'] };
  context.clusters = async () => async () => {
    throw new Error('no way to the cluster');
  };
  await context.bucket.create(openMarker(scope, attempt), '{}', { signal: never });
  await context.bucket.create(attemptObjects(attempt).launch, 'damaged', { signal: never });
  expect(await runOn(context, 'sweep', '--dry-run')).toEqual({
    code: 0,
    out: [
      `wake Turn\t${scope}\t-\t-\tan attempt is open in it`,
      'nothing yet\tdefault/r1/t1\t1\t2026-01-01T00:01:00Z\tits launch may still be on its way',
      '',
    ].join('\n'),
    err: 'The Pods of tasks on kubeconfig were not looked at: no way to the cluster\n',
  });
});

test.each([
  { terminal: true, changes: {}, err: 'Nothing is open.\n' },
  { terminal: false, changes: {}, err: '' },
  {
    terminal: false,
    changes: { defaultCluster: undefined, clusters: undefined },
    err: 'No Pods were looked at. Set TASKPOD_CLUSTER (and TASKPOD_CLUSTERS) to your deployment’s.\n',
  },
])('--dry-run with nothing open: $changes, on a terminal: $terminal', async ({ terminal, changes, err }) => {
  const context = new SweepContext(terminal);
  context.changes = changes;
  expect(await runOn(context, 'sweep', '--dry-run')).toEqual({ code: 0, out: '', err });
});
