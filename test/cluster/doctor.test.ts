import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import permissions from '../../terraform/modules/namespace/permissions.json' with { type: 'json' };
import { startCli } from '../http/cli-harness.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { clusterEnvironment } from './support/environment.ts';
import { makeIdentity } from './support/identities.ts';
import { writeAs } from './support/identity-kubeconfig.ts';
import { Namespace } from './support/namespace.ts';
import { rest, restJson } from './support/rest.ts';
import { Roles } from './support/roles.ts';
import { waitFor } from './support/wait.ts';

const { kubeconfig, pubsub, lab } = clusterEnvironment();
const launch = 'launch@lab.iam.gserviceaccount.com';
const watch = 'watch@lab.iam.gserviceaccount.com';

const answer = z.object({
  healthy: z.boolean(),
  findings: z.array(
    z.object({ check: z.string(), status: z.string(), what: z.string(), mend: z.string().nullable() }),
  ),
});

/** That of the deployment's tasks; only this test gives roles in it. */
let namespace: Namespace;
let deployment: Deployment;
let roles: Roles;
const made: string[] = [];

beforeAll(async () => {
  namespace = new Namespace(kubeconfig, `taskpod-test-${randomBytes(4).toString('hex')}`);
  await namespace.create();
  deployment = await startDeployment({ TASKPOD_NAMESPACE: namespace.name });
  const dead = deployment.topics.tasks.replace(/tasks$/, 'dead');
  await make(dead, {});
  await make(subscription('dead'), { topic: dead, expirationPolicy: {} });
  for (const part of ['launch', 'watch'] as const) {
    await make(subscription(part), {
      topic: part === 'launch' ? deployment.topics.tasks : deployment.topics.watch,
      ackDeadlineSeconds: 600,
      pushConfig: { pushEndpoint: 'http://127.0.0.1:9/' },
      retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
      deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 },
      expirationPolicy: {},
    });
  }
  roles = new Roles(kubeconfig, namespace.name);
  await roles.give('launch', launch, permissions.launch);
  await roles.give('watch', watch, permissions.watch);
});
afterAll(async () => {
  for (const name of made.reverse()) await rest('DELETE', `${pubsub}/v1/${name}`);
  await deployment?.stop();
  await namespace?.cleanUp();
});

async function make(name: string, body: object): Promise<void> {
  await restJson('PUT', `${pubsub}/v1/${name}`, body);
  made.push(name);
}

function subscription(kind: string): string {
  return `projects/lab-project/subscriptions/${deployment.bucket.name}-${kind}`;
}

/** What doctor says of the deployment. */
async function doctor(env: Record<string, string> = {}) {
  const ended = await startCli(['doctor', '--json', '--timeout', '60'], {
    env: {
      ...deployment.env(),
      TASKPOD_LAUNCH_SUBSCRIPTION: subscription('launch'),
      TASKPOD_WATCH_SUBSCRIPTION: subscription('watch'),
      TASKPOD_DEAD_LETTERS_SUBSCRIPTION: subscription('dead'),
      TASKPOD_LAUNCH_SERVICE_ACCOUNT: launch,
      TASKPOD_WATCH_SERVICE_ACCOUNT: watch,
      ...env,
    },
  }).ended;
  return { code: ended.code, err: ended.err, ...answer.parse(JSON.parse(ended.out)) };
}

type Doctored = Awaited<ReturnType<typeof doctor>>;

function findingsOf({ findings }: Doctored, prefix: string): { status: string; what: string }[] {
  return findings
    .filter(({ check }) => check.startsWith(prefix))
    .map(({ status, what }) => ({ status, what }));
}

/** Changed roles are in force when every API server has seen the change. */
async function untilDoctor(sees: (doctored: Doctored) => boolean, env?: Record<string, string>) {
  return waitFor(
    async () => {
      const doctored = await doctor(env);
      return sees(doctored) ? doctored : undefined;
    },
    { what: 'the roles to be in force', withinMs: 60_000 },
  );
}

describe('taskpod doctor on a real cluster', () => {
  test('finds nothing wrong with a namespace whose roles are those of permissions.json', async () => {
    const found = await untilDoctor(({ healthy }) => healthy);
    const place = `in namespace ${namespace.name} of kubeconfig`;
    expect({ code: found.code, err: found.err }).toEqual({ code: 0, err: '' });
    expect(findingsOf(found, 'cluster')).toEqual([
      { status: 'ok', what: expect.stringMatching(/^the cluster kubeconfig answers, version v1\.\d+/) },
      { status: 'ok', what: `namespace ${namespace.name} of kubeconfig exists` },
      { status: 'ok', what: `${launch} (launch) has its 4 permissions ${place}` },
      { status: 'ok', what: `${launch} (launch) may do nothing dangerous ${place}` },
      { status: 'ok', what: `${watch} (watch) has its 6 permissions ${place}` },
      { status: 'ok', what: `${watch} (watch) may do nothing dangerous ${place}` },
    ]);
    expect(found.findings.filter(({ status }) => status === 'warning' || status === 'failed')).toEqual([]);
    const names = ['tasks', 'watch', 'events'] as const;
    expect(findingsOf(found, 'topic.exists')).toEqual(
      names.map(name => ({ status: 'ok', what: `the ${name} topic ${deployment.topics[name]} exists` })),
    );
  });

  test('names a verb that is missing and nothing else, and its advice mends it', async () => {
    const [rule, ...others] = permissions.launch;
    if (rule === undefined) throw new Error('no rule');
    await roles.change('launch', [
      { ...rule, verbs: rule.verbs.filter(verb => verb !== 'delete') },
      ...others,
    ]);
    const { name } = namespace;
    const found = await untilDoctor(({ healthy }) => !healthy);
    const advice = [
      `kubectl --namespace=${name} create role taskpod-launch-pods --verb=delete --resource=pods`,
      `kubectl --namespace=${name} create rolebinding taskpod-launch-pods --role=taskpod-launch-pods --user=${launch}`,
    ];
    expect(found.code).toBe(1);
    expect(found.findings.filter(({ status }) => status === 'failed')).toEqual([
      {
        check: 'cluster.permissions',
        status: 'failed',
        what: `${launch} (launch) may not delete pods in namespace ${name} of kubeconfig`,
        mend: `Apply terraform/modules/namespace, or: ${advice.join('; ')}`,
      },
    ]);
    if (lab === undefined) return roles.change('launch', permissions.launch);
    for (const command of advice) await promisify(execFile)(lab, ['kubectl', ...command.split(' ').slice(1)]);
    expect((await untilDoctor(({ healthy }) => healthy)).code).toBe(0);
  });

  test('warns of a right that no function should have', async () => {
    await roles.give('too-much', watch, [
      { apiGroups: [''], resources: ['pods/exec', 'secrets'], verbs: ['get', 'create'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] },
    ]);
    const isWarned = ({ check, status }: { check: string; status: string }): boolean =>
      check === 'cluster.excess' && status === 'warning';
    const found = await untilDoctor(({ findings }) => findings.some(isWarned));
    expect({ code: found.code, warnings: found.findings.filter(isWarned).map(({ what }) => what) }).toEqual({
      code: 0,
      warnings: [
        `${watch} (watch) may do more than it needs in namespace ${namespace.name} of kubeconfig: get pods/exec, create pods/exec, get secrets, create secrets, create jobs.batch`,
      ],
    });
  });

  test('says that a namespace is not there', async () => {
    const found = await doctor({ TASKPOD_NAMESPACES: 'taskpod-test-nowhere' });
    expect(found.findings.filter(({ status }) => status === 'failed')).toEqual([
      {
        check: 'cluster.namespace',
        status: 'failed',
        what: 'namespace taskpod-test-nowhere of kubeconfig does not exist',
        mend: 'Apply terraform/modules/namespace, or: kubectl create namespace taskpod-test-nowhere',
      },
    ]);
  });

  test.runIf(lab)('as a function itself: asks about itself, and says what others have to ask', async () => {
    const { token } = await makeIdentity(kubeconfig, namespace.name, lab, 'launch');
    const folder = await mkdtemp(join(tmpdir(), 'taskpod-identity-'));
    try {
      const found = await doctor({ KUBECONFIG: await writeAs(token, kubeconfig, folder) });
      const { name } = namespace;
      const place = `in namespace ${name} of kubeconfig`;
      expect(found.code).toBe(0);
      expect(found.findings.filter(({ check }) => /^cluster\.(namespace|permissions)/.test(check))).toEqual([
        {
          check: 'cluster.namespace',
          status: 'warning',
          what: `namespace ${name} of kubeconfig could not be checked: this identity may not ask`,
          mend: `An administrator asks: kubectl get namespace ${name}`,
        },
        {
          check: 'cluster.permissions',
          status: 'ok',
          what: `${launch} (launch) has its 4 permissions ${place}`,
          mend: null,
        },
        {
          check: 'cluster.permissions',
          status: 'warning',
          what: `what ${watch} (watch) may do ${place} could not be checked: this identity may not ask`,
          mend: `An administrator asks: kubectl auth can-i --list --namespace=${name} --as=${watch}`,
        },
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
