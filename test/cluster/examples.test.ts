import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTask } from '../../cli/read-task.ts';
import { runCli } from '../../cli/run.ts';
import { attemptObjects, variableObject } from '../../shared/object-names.ts';
import { TestContext } from '../cli/test-context.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { repository } from './support/environment.ts';
import { logLines } from './support/run-task.ts';

const folder = join(repository, 'examples');
let deployment: Deployment;

beforeAll(async () => {
  deployment = await startDeployment();
  const { namespace, bucket } = deployment;
  await namespace.createSecret('airflow-secrets', { sql_alchemy_conn: 'test_value' });
  await namespace.createSecret('service-account', { 'service-account.json': '{}' });
  await namespace.createSecret('database', { user: 'reader', password: 'geheim' });
  await namespace.createConfigMap('settings', { MODE: 'full' });
  await namespace.createConfigMap('queries', { 'daily.sql': 'SELECT 1' });
  await namespace.createServiceAccount('reports');
  await namespace.labelNodes({ 'cloud.google.com/gke-spot': 'true' });
  await bucket.write(variableObject('my_value'), 'example_value');
  await deployment.startAll();
});
afterAll(() => deployment.stop());

/** Submits an example as `taskpod submit` makes it, with what the lab has otherwise, and waits for its end. */
async function run(file: string, changes: Record<string, unknown> = {}) {
  const published = JSON.parse(String(await readTask(join(folder, file), [], new TestContext(false))));
  const task = { run_id: 'r1', ...published, ...changes };
  await deployment.publishTask(task);
  const attempt = {
    dagId: task.dag_id ?? 'default',
    runId: task.run_id,
    taskId: task.task_id,
    tryNumber: 1,
  };
  const outcome = await deployment.waitForOutcome(attempt, 120_000);
  const log = logLines((await deployment.readLog(attempt, 'base')) ?? '');
  const xcom = await deployment.bucket.read(attemptObjects(attempt).xcom);
  return { state: outcome.state, log, ...(xcom === undefined ? {} : { xcom: JSON.parse(String(xcom)) }) };
}

describe.concurrent('the examples run on a cluster', () => {
  const here = () => ({ namespace: deployment.namespace.name });
  test.each([
    { file: 'minimum.json', changes: { namespace: 'of this test' }, log: [''] },
    { file: 'templates.yaml', log: ['2024-03-08'] },
    { file: 'secrets.yaml', log: [''] },
    { file: 'script.yaml', log: ['part one', 'part two', 'part three'], xcom: { parts: 3 } },
    { file: 'secret-file.yaml', log: ['user reader'] },
    { file: 'config-map.yaml', log: ['mode full: SELECT 1'] },
    { file: 'with-template.yaml', log: ['region europe-west4, user 1000'] },
    { file: 'spot.yaml', log: ['on a Spot node'] },
    {
      file: 'own-image.yaml',
      changes: {
        image: 'bash',
        cmds: ['bash', '-c', 'echo "$0 $@"; echo "[1]" > /airflow/xcom/return.json'],
      },
      log: ['--day 2024-03-08'],
      xcom: [1],
    },
    {
      file: 'workload-identity.yaml',
      changes: { image: 'bash', cmds: ['echo'], namespace: 'of this test' },
      log: ['gs://my-project-reports'],
    },
  ])('$file', async ({ file, changes = {}, ...expected }) => {
    const where = 'namespace' in changes ? here() : {};
    expect(await run(file, { ...changes, ...where })).toEqual({ state: 'success', ...expected });
  });

  test('extract.yaml, and then load.yaml with its result', async () => {
    const extracted = await run('extract.yaml');
    expect(extracted).toEqual({ state: 'success', log: [], xcom: { table: 'events', rows: 3 } });
    expect(await run('load.yaml')).toEqual({ state: 'success', log: ['load 3 rows into events'] });
  });

  test.each(['gpu.yaml', 'other-cluster.yaml'])('%s: the API server takes its Pod', async file => {
    const context = new TestContext(false);
    expect(await runCli(['render', join(folder, file), '--offline', '--json'], context)).toBe(0);
    const { pod } = JSON.parse(context.out.text);
    const { name } = deployment.namespace;
    const metadata = { ...pod.metadata, namespace: name };
    expect(await deployment.namespace.refusalOf({ ...pod, metadata })).toBeUndefined();
  });
});
