import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { createLaunch } from '../../functions/launch/wire.ts';
import { createWatch } from '../../functions/watch/wire.ts';
import { startBus } from '../../local/bus/server.ts';
import { startStorageServer } from '../../local/storage/server.ts';
import { connectClusterOperations } from '../../shared/adapters/gke/operations.ts';
import type { HttpFunction } from '../../shared/adapters/http-function.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { operationsScope } from '../../shared/cluster-operation.ts';
import { writeControlMessage } from '../../shared/control-message.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { systemClock } from '../../shared/time.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { AccessTokens } from '../google/access-tokens.ts';
import { type LocalContainerService, startContainerService } from '../google/container-operations.ts';
import { GoogleServer } from '../google/google-server.ts';
import { metadataService } from '../google/services.ts';

const never = new AbortController().signal;
const location = 'projects/my-project/locations/europe-west1';
const cluster = `${location}/clusters/nightly-20240308`;

let service: LocalContainerService;
beforeEach(async () => {
  service = await startContainerService();
});
afterEach(() => service.close());

describe('the adapter', () => {
  const connect = (clock = new RecordingClock(), timeoutMs = 5_000) =>
    connectClusterOperations({
      clock,
      random: () => 0.5,
      token: async () => 'geheim',
      baseUrl: service.url,
      timeoutMs,
    });
  const create = (clock?: RecordingClock, timeoutMs?: number) =>
    connect(clock, timeoutMs).create(cluster, { name: 'nightly-20240308' }, never);

  test.each([
    [403, 'Required "container.clusters.create" permission'],
    [404, 'project not found'],
    [400, 'Invalid value for "cluster.network"'],
  ])('tells what GKE refuses with %i', async (status, message) => {
    service.faults.push({ on: /^POST/, fault: { kind: 'answer', status, message } });
    expect(await create()).toEqual({
      kind: 'refused',
      status,
      message: `GKE answered ${status} to create ${cluster}: ${message}`,
    });
  });

  test('waits as GKE asks at 429, and goes on after a 500, a 503 and a reset', async () => {
    const clock = new RecordingClock();
    service.faults.push(
      { on: /^POST/, fault: { kind: 'answer', status: 429, headers: { 'retry-after': '7' } } },
      { on: /^POST/, fault: { kind: 'answer', status: 500 } },
      { on: /^POST/, fault: { kind: 'answer', status: 503 } },
      { on: /^POST/, fault: { kind: 'reset' } },
    );
    expect(await create(clock)).toMatchObject({ kind: 'started' });
    expect(clock.sleeps[0]).toBe(7_000);
  });

  test('a creation whose answer breaks off exists at the second try', async () => {
    service.faults.push({ on: /^POST/, fault: { kind: 'reset after' } });
    expect(await create()).toEqual({ kind: 'exists' });
    expect(service.gke.started('CREATE_CLUSTER')).toHaveLength(1);
  });

  test('a server that says nothing is an outage', async () => {
    for (let index = 0; index < 5; index++) service.faults.push({ on: /^POST/, fault: { kind: 'hang' } });
    await expect(create(undefined, 50)).rejects.toMatchObject({
      code: 'cluster_unavailable',
      retryable: true,
    });
  });

  test.each([401, 403])('a read that is refused with %i is thrown, with what to do', async status => {
    service.faults.push({ on: /^GET/, fault: { kind: 'answer', status } });
    await expect(connect().read(cluster, never)).rejects.toMatchObject({
      code: 'cluster_unavailable',
      retryable: false,
      status,
      action: expect.any(String),
    });
  });

  test('an identity that is not taken is no answer to a creation', async () => {
    service.faults.push({ on: /^POST/, fault: { kind: 'answer', status: 401 } });
    await expect(create()).rejects.toMatchObject({ code: 'cluster_unavailable', status: 401 });
  });

  test('every call carries the token', async () => {
    await create();
    expect(service.authorizations).toEqual(['Bearer geheim']);
  });
});

describe('the examples, through both functions', () => {
  let folder = '';
  let close: (() => Promise<unknown>)[] = [];
  let env: Record<string, string> = {};
  let launch: HttpFunction;
  let watch: HttpFunction;
  let create: object;
  let remove: object;
  let runs = 0;
  const printed: string[] = [];
  const scope = operationsScope('bucket');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskpod-operations-'));
    const storage = await startStorageServer({ folder: join(folder, 'storage'), port: 0 });
    const bus = await startBus({ port: 0 });
    const metadata = await GoogleServer.start(
      metadataService('functions@p.iam.gserviceaccount.com', new AccessTokens(() => 'geheimes-token')),
    );
    vi.stubEnv('GCE_METADATA_HOST', metadata.host);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
    vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent');
    close = [storage.close, bus.close, () => metadata.stop()];
    await fetch(`${storage.url}/storage/v1/b?project=p`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bucket' }),
    });
    const topics = ['tasks', 'watch', 'events'].map(name => `projects/p/topics/${name}`);
    for (const topic of topics) await fetch(`http://${bus.host}/v1/${topic}`, { method: 'PUT' });
    env = {
      TASKPOD_BUCKET: 'bucket',
      TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks',
      TASKPOD_WATCH_TOPIC: 'projects/p/topics/watch',
      TASKPOD_EVENTS_TOPIC: 'projects/p/topics/events',
      TASKPOD_CLUSTER: 'kubeconfig',
      TASKPOD_CLUSTER_OPERATIONS: `${location}/clusters/nightly-*`,
      STORAGE_EMULATOR_HOST: storage.url,
      PUBSUB_EMULATOR_HOST: bus.host,
    };
    const read = async (name: string) =>
      parse(await readFile(join(import.meta.dirname, '..', '..', 'examples', name), 'utf8'));
    create = await read('create-cluster.yaml');
    remove = await read('delete-cluster.yaml');
    vi.spyOn(process.stdout, 'write').mockImplementation(line => printed.push(String(line)) > 0);
  });

  beforeEach(async () => {
    const endpoints = { CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: service.url };
    launch = await createLaunch({ ...env, ...endpoints });
    watch = await createWatch({ ...env, ...endpoints });
    runs += 1;
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await Promise.all(close.map(end => end()));
    await rm(folder, { recursive: true });
  });

  const push = (to: HttpFunction, messageId: string, data: unknown) => {
    const message = { messageId, data: Buffer.from(JSON.stringify(data)).toString('base64') };
    const body = Buffer.from(JSON.stringify({ subscription: 'projects/p/subscriptions/s', message }));
    return to.handle({ headers: {}, body }, never);
  };
  const submit = (task: object) => push(launch, `m${runs}`, { ...task, run_id: `r${runs}` });
  const turn = () => push(watch, `t${runs}`, { kind: 'ticket', scope });
  const stored = async (taskId: string, file: 'outcome' | 'xcom' | 'launch'): Promise<unknown> => {
    const store = connectStore({
      bucket: 'bucket',
      retryDeps: { clock: systemClock, random: Math.random },
      emulatorHost: env.STORAGE_EMULATOR_HOST,
    });
    const names = attemptObjects({ dagId: 'default', runId: `r${runs}`, taskId, tryNumber: 1 });
    return JSON.parse((await store.read(names[file], never))?.body.toString('utf8') ?? 'null');
  };

  test('a cluster is created, and its link is the result; then it is deleted', async () => {
    expect(await submit(create)).toMatchObject({ status: 204 });
    expect(await turn()).toMatchObject({ status: 204 });
    expect(service.gke.clusters.get(cluster)).toMatchObject({
      status: 'RUNNING',
      resourceLabels: { team: 'reports', 'taskpod-attempt': expect.any(String) },
    });
    expect(await stored('create-cluster', 'outcome')).toMatchObject({
      state: 'success',
      pod: null,
      gke_cluster: { action: 'create', name: cluster, operation: 'operation-1' },
    });
    expect(await stored('create-cluster', 'xcom')).toBe(`https://container.googleapis.com/v1/${cluster}`);
    runs += 1;
    expect(await submit(remove)).toMatchObject({ status: 204 });
    expect(await turn()).toMatchObject({ status: 204 });
    expect(service.gke.clusters.size).toBe(0);
    expect(await stored('delete-cluster', 'outcome')).toMatchObject({ state: 'success' });
    expect(new Set(service.authorizations)).toEqual(new Set(['Bearer geheimes-token']));
  });

  test('a creation whose answer broke off twice is one operation', async () => {
    service.faults.push({ on: /^POST/, fault: { kind: 'reset after' } });
    expect(await submit(create)).toMatchObject({ status: 204 });
    expect(await submit(create)).toMatchObject({ status: 204 });
    expect(await turn()).toMatchObject({ status: 204 });
    expect(service.gke.operations).toHaveLength(1);
    expect(await stored('create-cluster', 'outcome')).toMatchObject({
      state: 'success',
      gke_cluster: { operation: 'operation-1' },
    });
  });

  test('a creation that fails is told with what GKE says, and stays where the task wants it', async () => {
    service.gke.failure = { code: 3, message: 'no such network' };
    await submit({ ...create, retries: 0, delete_cluster_on_failure: false });
    expect(await turn()).toMatchObject({ status: 204 });
    expect(await stored('create-cluster', 'outcome')).toMatchObject({
      state: 'failed',
      reason: 'cluster_request_refused',
      detail: 'operation-1: no such network',
      notes: [`${cluster} stays as it is (ERROR), as delete_cluster_on_failure says.`],
    });
  });

  test('a creation that is cancelled ends so, whatever GKE has made of it', async () => {
    service.gke.looks = Number.POSITIVE_INFINITY;
    await submit({ ...create, delete_cluster_on_failure: false });
    service.gke.end('operation-1');
    const run = { dagId: 'default', runId: `r${runs}`, taskId: 'create-cluster' };
    const message: object = JSON.parse(writeControlMessage({ kind: 'cancel', run }));
    expect(await push(launch, `c${runs}`, message)).toMatchObject({ status: 204 });
    expect(await turn()).toMatchObject({ status: 204 });
    expect(await stored('create-cluster', 'outcome')).toMatchObject({ state: 'cancelled' });
  });

  test('what the list does not allow never reaches GKE', async () => {
    const body = { name: 'production', autopilot: { enabled: true } };
    expect(await submit({ ...create, body })).toMatchObject({ status: 204 });
    expect(await stored('create-cluster', 'outcome')).toMatchObject({ reason: 'policy_refused' });
    expect(service.calls).toEqual([]);
  });

  test('no value of a body is logged', async () => {
    const body = { name: 'nightly-x', initialNodeCount: 1, masterAuth: { password: 'geheimes-wort' } };
    await submit({ ...create, body });
    await turn();
    expect(printed.join('')).not.toContain('geheim');
    expect(printed.join('')).toContain('attempt ended: success');
  });
});
