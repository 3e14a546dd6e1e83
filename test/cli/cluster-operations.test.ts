import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { attemptToFields } from '../../shared/attempt-fields.ts';
import type { ClusterClaim } from '../../shared/claim.ts';
import { attemptLabel } from '../../shared/cluster-operation.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { writeOutcome } from '../../shared/outcome.ts';
import { runOn } from './run-on.ts';
import { TestContext } from './test-context.ts';
import { outcomeOf } from './written-attempt.ts';

const never = new AbortController().signal;
const attempt = { dagId: 'etl', runId: 'r', taskId: 'make', tryNumber: 1 };
const cluster = 'projects/p/locations/l/clusters/nightly';
const create = {
  task_id: 'make',
  dag_id: 'etl',
  run_id: 'r',
  operator: 'gke_create_cluster',
  project_id: 'p',
  location: 'l',
  body: { name: 'nightly', initialNodeCount: 1, network: '{{ var.value.network }}' },
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-cluster-'));
  file = join(folder, 'create.json');
  await writeFile(file, JSON.stringify(create));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A bucket with one cluster operation. */
async function withOperation(action: 'create' | 'delete', isEnded = false): Promise<TestContext> {
  const context = new TestContext(false);
  const record = {
    version: 1 as const,
    ...attemptToFields(attempt),
    scope: 'operations-x-0',
    queued_at: '2026-11-22T10:00:01.000Z',
  };
  const claim: ClusterClaim = {
    version: 1,
    message_id: '7',
    claimed_at: record.queued_at,
    record,
    gke_cluster: { action, name: cluster, delete_on_failure: true, push_xcom: false },
    task: {},
  };
  const names = attemptObjects(attempt);
  await context.bucket.create(names.launch, JSON.stringify(claim), { signal: never });
  if (!isEnded) return context;
  const gke_cluster = { action, name: cluster, operation: 'operation-1' };
  const outcome = { ...outcomeOf(attempt), pod: null, exit_code: null, gke_cluster, notes: ['A note.'] };
  await context.bucket.create(names.outcome, writeOutcome(outcome), { signal: never });
  return context;
}

describe('render', () => {
  test('prints the request as YAML', async () => {
    const said = await runOn(new TestContext(false), 'render', file, '--offline', '--var', 'network=n1');
    expect({ ...said, out: parse(said.out) }).toEqual({
      code: 0,
      err: '',
      out: {
        method: 'POST',
        path: '/v1/projects/p/locations/l/clusters',
        body: {
          cluster: {
            name: 'nightly',
            initialNodeCount: 1,
            network: 'n1',
            resourceLabels: { 'taskpod-attempt': attemptLabel(attempt, 'bucket') },
          },
        },
      },
    });
  });

  test('holds it against what the deployment is known to allow', async () => {
    const context = new TestContext(false);
    context.env.TASKPOD_CLUSTER_OPERATIONS = 'projects/p/locations/l/clusters/x-*';
    const said = await runOn(context, 'render', file, '--offline', '--var', 'network=n1');
    expect(said).toMatchObject({
      code: 2,
      err: expect.stringContaining('TASKPOD_CLUSTER_OPERATIONS allows only'),
    });
  });
});

test('validate tells what has no meaning without a Pod', async () => {
  const bad = join(folder, 'bad.json');
  await writeFile(bad, JSON.stringify({ ...create, image: 'busybox', cluster_name: 'x' }));
  const said = await runOn(new TestContext(false), 'validate', bad);
  expect(said).toMatchObject({ code: 2, out: expect.stringContaining('2 problems') });
  expect(said.out).toContain('image: means nothing for operator "gke_create_cluster": remove it');
  expect(said.out).toContain(
    'cluster_name: means nothing for operator "gke_create_cluster": name the cluster in',
  );
});

describe('status', () => {
  test('shows the operation instead of a Pod', async () => {
    const { out } = await runOn(await withOperation('create', true), 'status', 'etl/r/make');
    expect(out).toMatch(/^operation +create projects\/p\/locations\/l\/clusters\/nightly$/m);
    expect(out).toMatch(/^notes +A note\.$/m);
    expect(out).not.toMatch(/^pod /m);
  });

  test('as JSON, before its end', async () => {
    const { out } = await runOn(await withOperation('delete'), 'status', 'etl/r/make', '--json');
    expect(JSON.parse(out)).toMatchObject({
      state: 'queued',
      pod: null,
      gke_cluster: { action: 'delete', name: cluster, operation: null },
    });
  });
});

test('logs say that there are none', async () => {
  const { code, err } = await runOn(await withOperation('create', true), 'logs', 'etl/r/make');
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('has left no log') });
});

describe('cancel', () => {
  test.each([
    ['create', ''],
    [
      'delete',
      'A deletion that has begun cannot be stopped: it goes on to its end, and is not tried again.\n',
    ],
  ] as const)('of a %s', async (action, err) => {
    const context = await withOperation(action);
    expect(await runOn(context, 'cancel', 'etl/r/make')).toEqual({ code: 0, out: 'etl/r/make\n', err });
    expect(context.messages).toHaveLength(1);
  });
});

test('retry runs it again', async () => {
  const context = await withOperation('create', true);
  expect(await runOn(context, 'retry', 'etl/r/make')).toMatchObject({ code: 0 });
  expect(context.messages.map(({ data }) => JSON.parse(String(data)))).toMatchObject([
    { kind: 'retry', task_id: 'make', try_number: 2 },
  ]);
});
