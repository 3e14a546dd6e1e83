import { randomBytes } from 'node:crypto';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { ApiProxy } from './support/api-proxy.ts';
import { clusterEnvironment } from './support/environment.ts';
import { Namespace } from './support/namespace.ts';
import { firstAttempt, logLines, runShellTask, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

const { kubeconfig } = clusterEnvironment();

let proxy: ApiProxy;
let deployment: Deployment;
/** The namespace of the tasks on the second cluster. */
let second: Namespace;
let cluster: string;

/** The second cluster is the first under another address, which can go away. */
const elsewhere = { cluster_context: 'proxy' };

beforeAll(async () => {
  proxy = await ApiProxy.start();
  second = new Namespace(kubeconfig, `taskpod-test-${randomBytes(4).toString('hex')}`);
  await second.create();
  const contexts = new KubeConfig();
  contexts.loadFromFile(kubeconfig);
  cluster = `kubeconfig:${contexts.getCurrentContext()}`;
  deployment = await startDeployment({
    KUBECONFIG: [kubeconfig, proxy.kubeconfig].join(delimiter),
    TASKPOD_CLUSTER: cluster,
    TASKPOD_CLUSTERS: 'kubeconfig:proxy,kubeconfig:not-there',
    TASKPOD_NAMESPACES: second.name,
  });
  await deployment.permit(second);
  await deployment.startAll();
});
afterAll(async () => {
  await deployment?.stop();
  await second?.cleanUp();
  await proxy?.stop();
});

/** Pods, markers and leases of both clusters. */
async function expectNothingLeft(): Promise<void> {
  await waitFor(
    async () => {
      const objects = [
        ...(await deployment.bucket.list('open/')),
        ...(await deployment.bucket.list('leases/')),
      ];
      const pods = [...(await deployment.namespace.pods()), ...(await second.pods())];
      return objects.length + pods.length === 0 || undefined;
    },
    { what: 'Pods, markers and leases to be gone', withinMs: 60_000, explain: () => deployment.explain() },
  );
}

test('tasks run on both clusters at once, each where it says', async () => {
  const script = 'echo here; echo 1 > /airflow/xcom/return.json';
  const xcom = { do_xcom_push: true };
  const ended = await Promise.all([
    runShellTask(deployment, 'one', script, xcom),
    runShellTask(deployment, 'two', script, { ...xcom, ...elsewhere, namespace: second.name }),
  ]);
  const found = await Promise.all(
    ended.map(async ({ attempt, outcome }) => ({
      state: outcome.state,
      cluster: outcome.pod?.cluster,
      namespace: outcome.pod?.namespace,
      log: logLines((await deployment.readLog(attempt, 'base')) ?? ''),
      xcom: (await deployment.bucket.read(attemptObjects(attempt).xcom))?.toString(),
    })),
  );
  const common = { state: 'success', log: ['here'], xcom: '1\n' };
  expect(found).toEqual([
    { ...common, cluster, namespace: deployment.namespace.name },
    { ...common, cluster: 'kubeconfig:proxy', namespace: second.name },
  ]);
  await expectNothingLeft();
});

test('while one cluster is away the other’s tasks go on, and its own end when it is back', async () => {
  const speak =
    'i=0; while [ $i -lt 150 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done; echo $i > /airflow/xcom/return.json';
  const there = { ...elsewhere, namespace: second.name };
  await deployment.publishTask(shellTask('during', speak, { do_xcom_push: true, ...there }));
  const during = firstAttempt('during');
  await deployment.waitForObject(attemptObjects(during).running, 60_000);
  await proxy.away();
  try {
    // Launch answers 503 to this one, and Pub/Sub comes again.
    await deployment.publishTask(shellTask('meanwhile', 'echo later', there));
    for (const taskId of ['first', 'second']) {
      const { outcome } = await runShellTask(deployment, taskId, 'echo now');
      expect([outcome.state, outcome.pod?.cluster]).toEqual(['success', cluster]);
    }
    expect(await deployment.bucket.read(attemptObjects(during).outcome)).toBeUndefined();
    expect(await deployment.bucket.read(attemptObjects(firstAttempt('meanwhile')).running)).toBeUndefined();
  } finally {
    await proxy.back();
  }
  const [first, late] = await Promise.all([
    deployment.waitForOutcome(during, 120_000),
    deployment.waitForOutcome(firstAttempt('meanwhile'), 120_000),
  ]);
  expect([first.state, first.containers[0]?.log_gaps, late.state]).toEqual(['success', 0, 'success']);
  const log = logLines((await deployment.readLog(during, 'base')) ?? '');
  expect(log).toEqual(Array.from({ length: 150 }, (_, index) => `line ${index + 1}`));
  expect((await deployment.bucket.read(attemptObjects(during).xcom))?.toString()).toBe('150\n');
  await expectNothingLeft();
});

test('functions that start while a cluster is away work on the other', async () => {
  const { launch, watch } = {
    launch: deployment.functions.find(({ target }) => target === 'launch'),
    watch: deployment.functions.find(({ target }) => target === 'watch'),
  };
  if (!launch || !watch) throw new Error('no functions');
  await proxy.away();
  try {
    await Promise.all([launch.kill(), watch.kill()]);
    await deployment.startFunction('launch', { port: launch.port });
    await deployment.startFunction('watch', { port: watch.port });
    const { outcome } = await runShellTask(deployment, 'restarted', 'echo now');
    expect(outcome.state).toBe('success');
  } finally {
    await proxy.back();
  }
  await expectNothingLeft();
});

test('a task for a cluster that is not on the list is rejected, with those that are', async () => {
  const { outcome } = await runShellTask(deployment, 'nowhere', 'true', { cluster_context: 'production' });
  expect({ state: outcome.state, reason: outcome.reason, problems: outcome.problems }).toEqual({
    state: 'rejected',
    reason: 'invalid_task',
    problems: [
      {
        path: 'cluster_context',
        message: expect.stringMatching(new RegExp(`${cluster}.*kubeconfig:proxy`)),
      },
    ],
  });
});
