import { afterAll, beforeAll, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { expectNoPod, runShellTask } from './support/run-task.ts';

let deployment: Deployment;
beforeAll(async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  deployment = await startDeployment({ TASKPOD_POD_SECURITY: 'restricted' }, labels);
  await deployment.startAll();
});
afterAll(() => deployment.stop());

const careful = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

test.each([
  { taskId: 'own-file', context: { runAsUser: 1_000 }, more: {} },
  { taskId: 'own-file-of-pod', context: {}, more: { security_context: { runAsUser: 1_001 } } },
])('where "restricted" is enforced a result comes by the sidecar: $taskId', async one => {
  const script = 'umask 077; id -u > /airflow/xcom/return.json';
  const { attempt, outcome } = await runShellTask(deployment, one.taskId, script, {
    do_xcom_push: true,
    container_security_context: { ...careful, ...one.context },
    ...one.more,
  });
  expect(outcome).toMatchObject({ state: 'success', xcom: { size: 5 } });
  expect((await deployment.bucket.read(attemptObjects(attempt).xcom))?.toString()).toMatch(/^100[01]\n$/);
  await expectNoPod(deployment, one.taskId);
});
