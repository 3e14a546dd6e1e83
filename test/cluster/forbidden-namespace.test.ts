import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deployment, startDeployment } from './harness.ts';
import { clusterEnvironment } from './support/environment.ts';
import { Namespace } from './support/namespace.ts';
import { logLines, runShellTask } from './support/run-task.ts';

/** Belongs to the deployment, and none of its functions may do anything in it. */
let closed: Namespace;
let deployment: Deployment;

beforeAll(async () => {
  closed = new Namespace(clusterEnvironment().kubeconfig, `taskpod-test-${randomBytes(4).toString('hex')}`);
  await closed.create();
  deployment = await startDeployment({ TASKPOD_NAMESPACES: closed.name });
  await deployment.startAll();
});
afterAll(async () => {
  await deployment?.stop();
  await closed?.cleanUp();
});

describe('a namespace in which nothing may run', () => {
  test.each([
    {
      name: 'that is not the deployment’s',
      taskId: 'foreign',
      namespace: () => 'kube-system',
      expected: {
        reason: 'policy_refused',
        detail: expect.stringContaining('is not a namespace of this deployment'),
      },
    },
    {
      name: 'in which launch may not create Pods',
      taskId: 'closed',
      namespace: () => closed.name,
      expected: {
        reason: 'forbidden',
        summary: 'Launch may not create Pods in this namespace.',
        action: 'Grant the launch function’s service account "create" on pods in this namespace.',
      },
    },
  ])('$name: the run is rejected', async ({ taskId, namespace, expected }) => {
    const more = { namespace: namespace(), retries: 2, retry_delay_seconds: 0 };
    const { attempt, outcome } = await runShellTask(deployment, taskId, 'echo never', more);
    expect(outcome).toMatchObject({
      state: 'rejected',
      class: 'config',
      exit_code: null,
      pod: null,
      ...expected,
    });
    expect(outcome.retry).toBeUndefined();
    expect(await deployment.readLog(attempt, 'base')).toBeUndefined();
    expect(await closed.pods()).toEqual([]);
    const open = await deployment.bucket.list('open/');
    expect(open.filter(({ name }) => name.includes(`task_id=${taskId}/`))).toEqual([]);
  });

  test('keeps no run of another one from being watched to its end', async () => {
    const { attempt, outcome } = await runShellTask(deployment, 'open', 'echo here; exit 3');
    expect(outcome).toMatchObject({ state: 'failed', reason: 'exit_code', exit_code: 3 });
    expect(logLines((await deployment.readLog(attempt, 'base')) ?? '')).toEqual(['here']);
    expect(outcome.notes).toBeUndefined();
    expect(outcome.pod_events?.length).toBeGreaterThan(0);
  });
});
