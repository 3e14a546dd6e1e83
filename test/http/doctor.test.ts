import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import type { Finding } from '../../cli/doctor/finding.ts';
import { gather } from '../../cli/doctor/gather.ts';
import type { Settings } from '../../cli/settings.ts';
import { writeKubeconfig } from '../../local/pods/kubeconfig.ts';
import { connectInspectors } from '../../shared/adapters/connect-inspectors.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { systemClock } from '../../shared/time.ts';
import { loopbackAddress } from '../cluster/support/loopback-address.ts';

/** A JSON document, a status with one, or silence. */
type Answer = object | { status: number; body?: object | string } | 'hangs';

const launch = 'launch@p.iam.gserviceaccount.com';
const watch = 'watch@p.iam.gserviceaccount.com';
const agent = 'serviceAccount:service-12@gcp-sa-pubsub.iam.gserviceaccount.com';
const settings: Settings = {
  source: 'file',
  bucket: 'b-1',
  tasksTopic: 'projects/p/topics/tasks',
  watchTopic: 'projects/p/topics/watch',
  eventsTopic: 'projects/p/topics/events',
  deadLettersSubscription: 'projects/p/subscriptions/dead',
  launchSubscription: undefined,
  watchSubscription: 'projects/p/subscriptions/watch',
  launchServiceAccount: launch,
  watchServiceAccount: watch,
  kubeconfig: undefined,
  storageHost: undefined,
  pubsubHost: undefined,
  defaultNamespace: 'n',
  namespaces: ['n'],
  defaultCluster: 'kubeconfig',
  clusters: ['kubeconfig'],
};

/** What Google and a cluster answer where nothing is wrong. */
function usual(): Record<string, Answer> {
  const policy = (role: string, ...members: string[]) => ({ bindings: [{ role, members }] });
  const functions = [`serviceAccount:${launch}`, `serviceAccount:${watch}`];
  const subscription = (name: string, topic: string) => ({
    name: `projects/p/subscriptions/${name}`,
    topic: `projects/p/topics/${topic}`,
    ackDeadlineSeconds: 600,
    expirationPolicy: {},
    state: 'ACTIVE',
  });
  const push = (name: string, topic: string) => ({
    ...subscription(name, topic),
    pushConfig: { pushEndpoint: 'https://x.run.app', oidcToken: { serviceAccountEmail: 'push@p' } },
    retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
    deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dead', maxDeliveryAttempts: 5 },
  });
  const topics = ['tasks', 'watch', 'events'].flatMap((name): [string, Answer][] => [
    [`GET /v1/projects/p/topics/${name}`, { name: `projects/p/topics/${name}` }],
    [`POST /v1/projects/p/topics/${name}:testIamPermissions`, { permissions: ['pubsub.topics.publish'] }],
    [`GET /v1/projects/p/topics/${name}:getIamPolicy`, policy('roles/pubsub.publisher', ...functions)],
  ]);
  const bySubscriber = policy('roles/pubsub.subscriber', agent);
  return {
    ...Object.fromEntries(topics),
    'GET /v1/projects/p/topics/tasks/subscriptions': {
      subscriptions: ['projects/p/subscriptions/launch', 'projects/p/subscriptions/audit'],
    },
    'GET /v1/projects/p/subscriptions/launch': push('launch', 'tasks'),
    // of somebody else, who pulls
    'GET /v1/projects/p/subscriptions/audit': { ...subscription('audit', 'tasks'), pushConfig: {} },
    'GET /v1/projects/p/subscriptions/watch': push('watch', 'watch'),
    'GET /v1/projects/p/subscriptions/dead': subscription('dead', 'dead'),
    'GET /v1/projects/p/subscriptions/launch:getIamPolicy': bySubscriber,
    'GET /v1/projects/p/subscriptions/watch:getIamPolicy': bySubscriber,
    'GET /v1/projects/p/topics/dead:getIamPolicy': policy('roles/pubsub.publisher', agent),
    'GET /storage/v1/b/b-1': {
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    },
    'GET /storage/v1/b/b-1/iam/testPermissions': {
      permissions: ['get', 'list', 'create', 'delete'].map(verb => `storage.objects.${verb}`),
    },
    'GET /storage/v1/b/b-1/iam': policy('roles/storage.objectUser', ...functions),
    'GET /storage/v1/b/b-1/o': { items: [] },
    'GET /version': { gitVersion: 'v1.34.2' },
    'GET /api/v1/namespaces/n': { kind: 'Namespace' },
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews': { status: { userInfo: { username: 'me' } } },
    'POST /apis/authorization.k8s.io/v1/subjectaccessreviews': { status: { allowed: true } },
  };
}

let answers: Record<string, Answer>;
let reviews: string[];
const server = createServer((request, response) => {
  const key = `${request.method} ${request.url?.split('?')[0]}`;
  void textOf(request).then(body => {
    if (key.endsWith('accessreviews')) reviews.push(body);
    const answer = answers[key] ?? { status: 404, body: { error: { code: 404, message: 'no such thing' } } };
    if (answer === 'hangs') return;
    const { status, body: said } =
      'status' in answer && typeof answer.status === 'number'
        ? { status: answer.status, body: 'body' in answer ? answer.body : {} }
        : { status: 200, body: answer };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request)).toString();
}

let folder: string;
let url: string;
beforeAll(async () => {
  url = await loopbackAddress(server);
  folder = await mkdtemp(join(tmpdir(), 'taskpod-doctor-'));
  await writeFile(join(folder, 'kubeconfig'), writeKubeconfig(url));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  answers = usual();
  reviews = [];
});

/** What is found, but for what is right. */
async function doctor(change: Record<string, Answer>, timeoutMs = 5_000): Promise<Finding[]> {
  answers = { ...answers, ...change };
  const retryDeps = { clock: systemClock, random: () => 0 };
  const inspectors = connectInspectors({
    bucket: settings.bucket,
    storageHost: url,
    pubsubHost: url,
    kubeconfig: join(folder, 'kubeconfig'),
    userAgent: 'test',
    retryDeps,
  });
  const store = connectStore({ bucket: settings.bucket, emulatorHost: url, retryDeps });
  const { signal } = new AbortController();
  const facts = await gather(settings, { inspectors, store, clock: systemClock }, { signal, timeoutMs });
  return diagnose(facts, settings, {}).filter(({ status }) => status !== 'ok');
}

/** Checks and how they went. */
function statuses(findings: readonly Finding[]): string[] {
  return findings.map(({ check, status }) => `${check} ${status}`);
}

const excess = ['cluster.excess warning', 'cluster.excess warning'];
const refused = { status: 403, body: { error: { code: 403, message: 'not you' } } };

test('of a deployment in which nothing is wrong nothing is found but what the server lets everybody do', async () => {
  expect(statuses(await doctor({}))).toEqual(excess);
  expect(reviews.map(text => JSON.parse(text).spec)).toContainEqual({
    user: watch,
    groups: ['system:authenticated'],
    resourceAttributes: { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'n' },
  });
});

describe('what is wrong', () => {
  test('is read out of Google’s own words', async () => {
    const found = await doctor({
      'GET /v1/projects/p/subscriptions/launch': {
        name: 'projects/p/subscriptions/launch',
        topic: '_deleted-topic_',
        pushConfig: { pushEndpoint: 'http://x' },
        ackDeadlineSeconds: 10,
        expirationPolicy: { ttl: '2678400s' },
        state: 'RESOURCE_ERROR',
      },
      'GET /storage/v1/b/b-1': { iamConfiguration: { uniformBucketLevelAccess: { enabled: false } } },
      'GET /storage/v1/b/b-1/iam/testPermissions': {},
      'GET /v1/projects/p/topics/tasks:getIamPolicy': {
        bindings: [
          {
            role: 'roles/pubsub.publisher',
            members: [`serviceAccount:${watch}`],
            condition: { expression: 'false' },
          },
        ],
      },
    });
    expect(statuses(found)).toEqual([
      'topic.publish warning',
      'subscription.exists failed',
      'subscription.topic failed',
      'subscription.endpoint failed',
      'subscription.identity failed',
      'subscription.ack_deadline failed',
      'subscription.retry_policy failed',
      'subscription.dead_letters failed',
      'subscription.expiration failed',
      'bucket.access failed',
      'bucket.public warning',
      'bucket.permissions failed',
      ...excess,
    ]);
  });

  test('that is not there, is said of each thing', async () => {
    answers = {};
    expect(statuses(await doctor({}))).toEqual([
      'topic.exists failed',
      'topic.exists failed',
      'topic.exists failed',
      'subscription.exists failed',
      'subscription.exists failed',
      'dead_letters failed',
      'bucket.exists failed',
      'sweep skipped',
      'cluster.reachable failed',
    ]);
  });

  test('that an attempt is left alone, by the bucket’s clock', async () => {
    const name = 'open/s/dag_id=d/run_id=r/task_id=t/attempt=1';
    const item = { name, generation: '1', size: '0', updated: new Date(Date.now() - 600_000).toISOString() };
    const found = await doctor({ 'GET /storage/v1/b/b-1/o': { items: [item] } });
    expect(found.filter(({ check }) => check === 'markers' || check === 'sweep')).toEqual([
      expect.objectContaining({
        check: 'markers',
        status: 'warning',
        what: expect.stringContaining('d/r/t'),
      }),
    ]);
  });
});

describe('what is refused', () => {
  test('is a warning that says who may ask, and holds up nothing else', async () => {
    answers = Object.fromEntries(Object.keys(usual()).map(key => [key, refused]));
    const found = await doctor({ 'GET /version': { gitVersion: 'v1.34.2' } });
    expect(statuses(found)).toEqual([
      'topic.exists warning',
      'topic.exists warning',
      'topic.exists warning',
      'subscription.exists warning',
      'subscription.exists warning',
      'dead_letters warning',
      'bucket.exists warning',
      'sweep warning',
      'cluster.namespace warning',
      'cluster.permissions warning',
      'cluster.permissions warning',
    ]);
    expect(found.map(({ mend }) => mend).filter(mend => mend === null)).toEqual([]);
  });
});

test('a login that does not work has failed: nobody else can look instead', async () => {
  const [found] = await doctor({ 'GET /v1/projects/p/topics/events': { status: 401 } });
  expect(found).toMatchObject({
    check: 'topic.exists',
    status: 'failed',
    mend: expect.stringMatching(/^Run `gcloud auth application-default login`/),
  });
});

describe('what hangs', () => {
  test.each([
    ['GET /v1/projects/p/topics/events', ['topic.exists failed', ...excess]],
    ['GET /v1/projects/p/subscriptions/dead', ['dead_letters failed', ...excess]],
    ['GET /storage/v1/b/b-1', ['bucket.exists failed', ...excess]],
    ['GET /storage/v1/b/b-1/o', ['sweep failed', ...excess]],
    ['GET /version', ['cluster.reachable failed']],
    ['GET /api/v1/namespaces/n', ['cluster.namespace failed', ...excess]],
  ])('%s: is told after its time, and the rest is found all the same', async (what, expected) => {
    const found = await doctor({ [what]: 'hangs' }, 2_000);
    expect(statuses(found)).toEqual(expected);
    expect(found[0]).toMatchObject({
      what: expect.stringMatching(/ could not be checked: no answer within 2 s$/),
      mend: 'Check the network between here and there, and try again; --timeout gives it longer.',
    });
  });

  test('when somebody has had enough, all of it ends', async () => {
    answers = Object.fromEntries(Object.keys(usual()).map(key => [key, 'hangs']));
    const retryDeps = { clock: systemClock, random: () => 0 };
    const inspectors = connectInspectors({
      bucket: 'b-1',
      storageHost: url,
      pubsubHost: url,
      kubeconfig: join(folder, 'kubeconfig'),
      userAgent: 'test',
      retryDeps,
    });
    const store = connectStore({ bucket: 'b-1', emulatorHost: url, retryDeps });
    const stop = new AbortController();
    const facts = gather(
      settings,
      { inspectors, store, clock: systemClock },
      { signal: stop.signal, timeoutMs: 60_000 },
    );
    stop.abort();
    await expect(facts).rejects.toMatchObject({ code: 'aborted' });
  });
});

test('answers that are no answers are an outage, and not what they seem', async () => {
  const page = { status: 200, body: '<html>log in to the network</html>' };
  const found = await doctor({
    'GET /v1/projects/p/topics/events': page,
    'GET /storage/v1/b/b-1': page,
    'POST /apis/authorization.k8s.io/v1/subjectaccessreviews': { status: 200, body: '{"status": {}}' },
  });
  expect(statuses(found)).toEqual([
    'topic.exists failed',
    'bucket.exists failed',
    'cluster.permissions failed',
    'cluster.permissions failed',
  ]);
});
