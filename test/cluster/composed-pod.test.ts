import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Deployment, startDeployment } from './harness.ts';
import { logLines, runShellTask } from './support/run-task.ts';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.namespace.createSecret('given', { key: 'hidden', other: 'too' });
  await deployment.namespace.createConfigMap('settings', { COLOUR: 'green' });
  await deployment.startAll();
});
afterAll(() => deployment.stop());

/** A template that the API server would not even schedule, with containers of its own. */
const template = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'template', creationTimestamp: null },
  spec: {
    restartPolicy: 'Always',
    nodeSelector: { no: 'such-node' },
    volumes: [{ name: 'shared', emptyDir: {} }],
    initContainers: [
      {
        name: 'fetch',
        image: 'busybox:1.35',
        command: ['sh', '-c', 'echo fetched; echo from-init >/shared/file'],
        volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
      },
    ],
    containers: [
      { name: 'any', env: [{ name: 'LAYER', value: 'template' }] },
      { name: 'second', image: 'busybox:1.35', command: ['sh', '-c', 'sleep 2; echo second ends last'] },
    ],
  },
};

test('a Pod of template, full Pod, parameters, Secrets, ConfigMap and sidecar runs as it says', async () => {
  const script = [
    'echo "$LAYER $FULL $PARAMETER $COLOUR"',
    '[ "$PW" = hidden ] && [ "$other" = too ] && [ "$(cat /etc/given/sub/file)" = hidden ] && echo secrets',
    'cat /shared/file',
    'hostname',
    'echo \'{"composed": true}\' >/airflow/xcom/return.json',
  ].join('\n');
  const { attempt, outcome } = await runShellTask(deployment, 'composed', script, {
    pod_template_dict: template,
    full_pod_spec: { spec: { containers: [{ env: [{ name: 'FULL', value: 'full' }] }] } },
    base_container_name: 'main',
    env_vars: { PARAMETER: 'own' },
    configmaps: ['settings'],
    secrets: [
      { deploy_type: 'env', deploy_target: 'pw', secret: 'given', key: 'key' },
      { deploy_type: 'env', secret: 'given' },
      {
        deploy_type: 'volume',
        deploy_target: '/etc/given',
        secret: 'given',
        items: [{ key: 'key', path: 'sub/file' }],
      },
    ],
    volume_mounts: [{ name: 'shared', mountPath: '/shared' }],
    node_selector: {},
    hostname: 'composed-host',
    container_logs: true,
    init_container_logs: true,
    do_xcom_push: true,
  });
  expect(outcome).toMatchObject({ state: 'success', reason: 'completed', exit_code: 0 });
  expect(outcome.pod?.name).toMatch(/^template-/);
  const logs = await Promise.all(
    ['fetch', 'main', 'second'].map(async name => logLines((await deployment.readLog(attempt, name)) ?? '')),
  );
  expect(logs).toEqual([
    ['fetched'],
    ['template full own green', 'secrets', 'from-init', 'composed-host'],
    ['second ends last'],
  ]);
  expect(outcome.xcom).toMatchObject({ size: '{"composed": true}\n'.length });
});
