import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLaunch } from '../../functions/launch/wire.ts';
import { startBus } from '../../local/bus/server.ts';
import { startStorageServer } from '../../local/storage/server.ts';
import type { HttpFunction } from '../../shared/adapters/http-function.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { attemptObjects, connectionObject, variableObject } from '../../shared/object-names.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { systemClock } from '../../shared/time.ts';
import type { RequestFault } from '../proxy/faults.ts';
import { startPlannedProxy } from '../proxy/planned-proxy.ts';
import { planted } from '../secrets/planted.ts';
import { witness, witnessFolder } from '../secrets/witness.ts';

/** The Pods of an API server, as far as launching goes; `lost` answers are Pods that are made without saying so. */
function podServer() {
  const pods = new Map<string, object>();
  const asked: string[] = [];
  const state = { lost: 0 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      const send = (status: number, json: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      };
      const failure = (code: number, reason: string) => ({ kind: 'Status', code, reason, message: reason });
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      if (request.method === 'GET') {
        const pod = pods.get(path);
        return pod === undefined ? send(404, failure(404, 'NotFound')) : send(200, pod);
      }
      const posted = JSON.parse(body);
      const place = `${path}/${posted.metadata.name}`;
      if (pods.has(place)) return send(409, failure(409, 'AlreadyExists'));
      const made = { uid: `u${pods.size}`, resourceVersion: '1', creationTimestamp: '2026-11-23T10:00:00Z' };
      const pod = { ...posted, metadata: { ...posted.metadata, ...made }, status: { phase: 'Pending' } };
      pods.set(place, pod);
      if (state.lost-- > 0) response.destroy();
      else send(201, pod);
    });
  });
  return { pods, asked, state, server };
}

const api = podServer();
let folder = '';
let close: (() => Promise<unknown>)[] = [];
let env: Record<string, string> = {};
let launch: HttpFunction;
let storageUrl = '';
let printed: string[] = [];
const never = new AbortController().signal;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-launch-'));
  const storage = await startStorageServer({ folder: join(folder, 'storage'), port: 0 });
  const bus = await startBus({ port: 0 });
  await new Promise<void>(resolve => api.server.listen(0, '127.0.0.1', resolve));
  close = [storage.close, bus.close, () => new Promise(resolve => api.server.close(resolve))];
  storageUrl = storage.url;
  await fetch(`${storageUrl}/storage/v1/b?project=p`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bucket' }),
  });
  const topics = ['tasks', 'watch', 'events'].map(name => `projects/p/topics/${name}`);
  for (const topic of topics) await fetch(`http://${bus.host}/v1/${topic}`, { method: 'PUT' });
  const address = api.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [
      { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'u', user: { token: planted.token } }],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  vi.stubEnv('KUBECONFIG', join(folder, 'kubeconfig'));
  const [tasksTopic = '', watchTopic = '', eventsTopic = ''] = topics;
  env = {
    TASKPOD_BUCKET: 'bucket',
    TASKPOD_TASKS_TOPIC: tasksTopic,
    TASKPOD_WATCH_TOPIC: watchTopic,
    TASKPOD_EVENTS_TOPIC: eventsTopic,
    TASKPOD_CLUSTER: 'kubeconfig',
    STORAGE_EMULATOR_HOST: storageUrl,
    PUBSUB_EMULATOR_HOST: bus.host,
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(line => {
    witness('launch', String(line));
    return printed.push(String(line)) > 0;
  });
  launch = await createLaunch(env);
});

beforeEach(() => {
  printed = [];
});

afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  api.server.closeAllConnections();
  await Promise.all(close.map(end => end()));
  await witnessFolder(join(folder, 'storage'));
  await rm(folder, { recursive: true });
});

const task = { task_id: 'hello', image: 'busybox', env_vars: { TOKEN: 'geheim' } };
const push = (messageId: string, data: unknown = task) => ({
  subscription: 'projects/p/subscriptions/s',
  message: { messageId, data: Buffer.from(JSON.stringify(data)).toString('base64') },
});
const event = {
  specversion: '1.0',
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
  source: '//pubsub',
};

describe('the three forms of a delivery', () => {
  test.each([
    {
      name: 'a push',
      id: 'm-push',
      request: { headers: { 'content-type': 'application/json' }, body: push('m-push') as object },
    },
    {
      name: 'a binary CloudEvent',
      id: 'm-binary',
      request: {
        headers: { 'content-type': 'application/json', 'ce-id': 'm-binary', 'ce-specversion': '1.0' },
        body: push('m-binary'),
      },
    },
    {
      name: 'a structured CloudEvent',
      id: 'm-structured',
      request: {
        headers: { 'content-type': 'application/cloudevents+json' },
        body: { ...event, id: 'm-structured', data: push('m-structured') },
      },
    },
  ])('$name becomes a Pod', async ({ id, request }) => {
    const body = Buffer.from(JSON.stringify(request.body));
    expect(await launch.handle({ headers: request.headers, body }, never)).toMatchObject({ status: 204 });
    const claim = await stored(id);
    expect(claim).toMatchObject({ message_id: id, task, pod: { namespace: 'composer-user-workloads' } });
    const path = `/api/v1/namespaces/composer-user-workloads/pods/${claim.pod.name}`;
    expect(api.pods.get(path)).toMatchObject({ spec: { containers: [{ name: 'base', image: 'busybox' }] } });
  });
});

test('a POST whose answer is lost is not repeated blindly: the next delivery adopts the Pod', async () => {
  const deliver = () =>
    launch.handle({ headers: {}, body: Buffer.from(JSON.stringify(push('m-lost'))) }, never);
  const before = api.pods.size;
  api.state.lost = 1;
  expect(await deliver()).toMatchObject({ status: 503 });
  expect(await deliver()).toMatchObject({ status: 204 });
  expect(api.pods.size).toBe(before + 1);
  expect(api.asked.slice(-2).map(line => line.split(' ')[0])).toEqual(['POST', 'GET']);
});

describe('a task with templates', () => {
  const templated = {
    task_id: 'hello',
    image: 'busybox',
    arguments: ['{{ var.value.greeting }}'],
    env_vars: { B: '{{ conn.db.password }}' },
  };
  const deliver = (to: HttpFunction, messageId: string, data: unknown = templated) =>
    to.handle({ headers: {}, body: Buffer.from(JSON.stringify(push(messageId, data))) }, never);
  const podOf = async (messageId: string): Promise<unknown> => {
    const { pod } = await stored(messageId);
    return api.pods.get(`/api/v1/namespaces/composer-user-workloads/pods/${pod.name}`);
  };
  const podWith = (greeting: string) => ({
    spec: { containers: [{ args: [greeting], env: [{ name: 'B', value: 'geheim' }] }] },
  });

  test('reads what they name; what has not changed is not sent again, what has changed is seen', async () => {
    const proxy = await startPlannedProxy(storageUrl);
    const proxied = await createLaunch({ ...env, STORAGE_EMULATOR_HOST: proxy.url });
    try {
      const store = connect();
      const first = await store.replace(variableObject('greeting'), 'hello', '0', { signal: never });
      await store.create(connectionObject('db'), '{"password": "geheim"}', { signal: never });
      for (const id of ['m-t1', 'm-t2']) expect(await deliver(proxied, id)).toMatchObject({ status: 204 });
      await store.replace(variableObject('greeting'), 'goodbye', first ?? '', { signal: never });
      expect(await deliver(proxied, 'm-t3')).toMatchObject({ status: 204 });
      expect(await podOf('m-t2')).toMatchObject(podWith('hello'));
      expect(await podOf('m-t3')).toMatchObject(podWith('goodbye'));
      const reads = proxy.requests.filter(line =>
        line.includes(encodeURIComponent(variableObject('greeting'))),
      );
      const asked = reads.map(line => new URL(line.split(' ')[1] ?? '', proxy.url).searchParams);
      expect(asked.map(query => query.get('ifGenerationNotMatch'))).toEqual([null, first, first]);
      // Once for the instance, not once for each of its launches.
      expect(proxy.requests.filter(line => line.includes('kubernetes_default'))).toHaveLength(1);
    } finally {
      await proxy.close();
    }
  });

  test('and a storage that is away: 503, nothing written, and the next delivery launches it', async () => {
    const proxy = await startPlannedProxy(storageUrl);
    const proxied = await createLaunch({ ...env, STORAGE_EMULATOR_HOST: proxy.url });
    const away: RequestFault = { kind: 'answer', status: 503, headers: { 'retry-after': '0' } };
    try {
      proxy.plan(...Array.from({ length: 40 }, () => away));
      expect(await deliver(proxied, 'm-away')).toMatchObject({ status: 503 });
      expect(await stored('m-away')).toBeNull();
      expect(printed.join('')).toMatch(/launch failed: Cloud Storage answered 503 to read config/);
      expect(printed.join('')).not.toContain('geheim');
    } finally {
      await proxy.close();
    }
    expect(await deliver(launch, 'm-away')).toMatchObject({ status: 204 });
    expect(await podOf('m-away')).toMatchObject(podWith('goodbye'));
  });
});

test('a request that is not from Pub/Sub is 400, and logged without its body', async () => {
  expect(await launch.handle({ headers: {}, body: Buffer.from('geheim') }, never)).toEqual({
    status: 400,
    body: 'the request body is not JSON; send a Pub/Sub push or a CloudEvent\n',
  });
  expect(printed.map(line => JSON.parse(line))).toEqual([
    {
      severity: 'WARNING',
      message:
        'a request that is not a Pub/Sub push: the request body is not JSON; send a Pub/Sub push or a CloudEvent',
    },
  ]);
});

test('one line of JSON is logged for each message', async () => {
  await launch.handle({ headers: {}, body: Buffer.from(JSON.stringify(push('m-log'))) }, never);
  expect(printed.map(line => JSON.parse(line))).toEqual([
    {
      severity: 'INFO',
      message: 'launch: created',
      message_id: 'm-log',
      run: 'default/m-log/hello',
      duration_ms: expect.any(Number),
    },
  ]);
});

test('a configuration that is wrong is told whole', async () => {
  const created = createLaunch({ TASKPOD_BUCKET: 'B', TASKPOD_SHARDS: '0' });
  const error = await created.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TaskpodError);
  expect(String(error)).toMatch(/TASKPOD_BUCKET .*TASKPOD_TASKS_TOPIC .*TASKPOD_CLUSTER .*TASKPOD_SHARDS /s);
});

function connect(): ObjectStore {
  return connectStore({
    bucket: 'bucket',
    retryDeps: { clock: systemClock, random: Math.random },
    emulatorHost: storageUrl,
  });
}

async function stored(runId: string) {
  const store = connect();
  const { launch: name } = attemptObjects({ dagId: 'default', runId, taskId: 'hello', tryNumber: 1 });
  return JSON.parse((await store.read(name, never))?.body.toString('utf8') ?? 'null');
}
