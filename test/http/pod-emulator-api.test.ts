import { readFile } from 'node:fs/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectPods } from '../../shared/adapters/kubernetes/pods.ts';
import { hasCode } from '../../shared/errors.ts';
import { systemClock } from '../../shared/time.ts';
import { type EmulatorHarness, hasEnded, isRunning, openEmulator } from './pod-emulator-harness.ts';

let emulator: EmulatorHarness;
beforeAll(async () => {
  emulator = await openEmulator({ historySize: 5 });
});
afterAll(() => emulator.close());

async function fetchText(at: string, init: RequestInit = {}): Promise<string> {
  return (await fetch(emulator.url + at, init)).text();
}

describe('refusals', () => {
  const refusal = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
  const elsewhere =
    'the Pod emulator does not support this; use a real cluster: taskpod local --context NAME';
  test.each([
    ['GET', 'pods/none', undefined, 404, 'NotFound', 'pods "none" not found'],
    ['GET', 'secrets/none', undefined, 404, 'NotFound', 'secrets "none" not found'],
    ['GET', 'services', undefined, 404, 'NotFound', 'the server could not find the requested resource'],
    ['PATCH', 'pods/none', {}, 405, 'MethodNotAllowed', elsewhere],
    ['DELETE', 'pods', undefined, 405, 'MethodNotAllowed', elsewhere],
    ['POST', 'pods/none/exec', {}, 405, 'MethodNotAllowed', elsewhere],
    [
      'GET',
      'pods?labelSelector=a%3D%3D%3Db',
      undefined,
      400,
      'BadRequest',
      'unable to parse requirement: "a===b"',
    ],
    ['GET', 'pods?fieldSelector=a%3Db', undefined, 400, 'BadRequest', 'field label not supported: a'],
    [
      'POST',
      'pods',
      { metadata: { name: 'x', namespace: 'other' }, spec: {} },
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'POST',
      'pods?fieldValidation=Strict',
      { metadata: { name: 'x' }, spec: { container: [] } },
      400,
      'BadRequest',
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.container"',
    ],
  ])('%s %s is refused with a Status', async (method, at, body, code, reason, message) => {
    const answer = await emulator.call(method, at, body);
    expect(answer).toEqual({ code, json: expect.objectContaining({ ...refusal, code, reason, message }) });
  });

  test('a body that is not JSON, or protobuf, is refused', async () => {
    const post = async (body: string, type: string): Promise<number> => {
      const init = { method: 'POST', body, headers: { 'content-type': type } };
      return (await fetch(`${emulator.url}/api/v1/namespaces/test/pods`, init)).status;
    };
    expect([
      await post('{nope', 'application/json'),
      await post('k8s\0', 'application/vnd.kubernetes.protobuf'),
    ]).toEqual([400, 415]);
  });

  test('a typed field of another type is refused with its path', async () => {
    const answer = await emulator.call('POST', 'pods', {
      metadata: { name: 'x' },
      spec: { containers: 'x' },
    });
    expect(answer).toMatchObject({
      code: 400,
      json: { message: expect.stringContaining('spec.containers: ') },
    });
  });
});

describe('watch', () => {
  test('a version that the history has lost is expired, and listing again helps', async () => {
    const connection = { server: emulator.url, tls: {}, headers: async () => ({}) };
    const pods = connectPods({ connection, userAgent: 'test', clock: systemClock, random: Math.random });
    const signal = AbortSignal.timeout(20_000);
    const { resourceVersion } = await pods.list('test', '', signal);
    for (const name of ['old-1', 'old-2']) {
      await emulator.run(name, 'true');
      await emulator.until(name, hasEnded);
    }
    const watch = async (from: string): Promise<unknown> => {
      for await (const change of pods.watch('test', '', from, signal)) return change.type;
      return 'ended';
    };
    const failure = await watch(resourceVersion).catch((error: unknown) => error);
    expect(hasCode(failure, 'watch_expired')).toBe(true);
    const again = await pods.list('test', '', signal);
    const first = watch(again.resourceVersion);
    await emulator.run('old-3', 'true');
    expect(await first).toBe('ADDED');
    await pods.close();
  });

  test('a version from the future, as after a restart, is a time-out that may be tried again', async () => {
    const answer = await emulator.call('GET', 'pods?watch=true&resourceVersion=999999999999');
    expect(answer).toMatchObject({
      code: 504,
      json: { reason: 'Timeout', details: { retryAfterSeconds: 1 } },
    });
  });

  test('without a version it begins with what exists; it ends in time, with a bookmark', async () => {
    await emulator.run('exists', 'true');
    await emulator.until('exists', hasEnded);
    const query = 'watch=1&fieldSelector=metadata.name%3Dexists&timeoutSeconds=1&allowWatchBookmarks=true';
    const text = await fetchText(`/api/v1/namespaces/test/pods?${query}`);
    const events: { type: string }[] = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(events.map(event => event.type)).toEqual(['ADDED', 'BOOKMARK']);
  });
});

describe('what a client library needs', () => {
  test('CoreV1Api creates, lists, reads the log and deletes by the kubeconfig', async () => {
    const config = new KubeConfig();
    config.loadFromString(await readFile(emulator.kubeconfigPath, 'utf8'));
    const api = config.makeApiClient(CoreV1Api);
    const namespace = 'library';
    const container = { name: 'c', image: 'bash:latest', command: ['sh', '-c', 'echo hello'] };
    const body = {
      metadata: { generateName: 'lib-' },
      spec: { restartPolicy: 'Never', containers: [container] },
    };
    const { metadata } = await api.createNamespacedPod({ namespace, body });
    const name = metadata?.name ?? '';
    expect(name).toMatch(/^lib-[0-9a-f]{5}$/);
    let phase: string | undefined;
    for (const signal = AbortSignal.timeout(20_000); phase !== 'Succeeded'; signal.throwIfAborted()) {
      phase = (await api.readNamespacedPod({ namespace, name })).status?.phase;
    }
    expect(await api.readNamespacedPodLog({ namespace, name })).toBe('hello\n');
    const { items } = await api.listNamespacedEvent({
      namespace,
      fieldSelector: `involvedObject.name=${name}`,
    });
    expect(items.map(event => event.reason)).toEqual(expect.arrayContaining(['Scheduled', 'Started']));
    await api.deleteNamespacedPod({ namespace, name });
    expect((await api.listNamespacedPod({ namespace })).items).toEqual([]);
  });

  test('kubectl’s tables have its columns', async () => {
    await emulator.run('table', 'exit 3');
    await emulator.until('table', hasEnded);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const text = await fetchText('/api/v1/namespaces/test/pods/table', { headers: { accept } });
    const table: { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] } = JSON.parse(text);
    expect(table.columnDefinitions.map(column => column.name)).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
      'Node',
    ]);
    expect(table.rows[0]?.cells.toSpliced(4, 1)).toEqual(['table', '0/1', 'Error', 0, 'taskpod-local']);
  });
});

describe('Secrets and ConfigMaps', () => {
  test('are created, replaced with a version, and deleted', async () => {
    const metadata = { name: 'c' };
    const made = await emulator.call('POST', 'configmaps', { metadata, data: { a: '1' } });
    expect([made.code, (await emulator.call('POST', 'configmaps', { metadata })).code]).toEqual([201, 409]);
    const stale = { metadata: { ...metadata, resourceVersion: '1' }, data: { a: '2' } };
    expect((await emulator.call('PUT', 'configmaps/c', stale)).code).toBe(409);
    expect((await emulator.call('PUT', 'configmaps/c', { metadata, data: { a: '3' } })).code).toBe(200);
    expect((await emulator.call('GET', 'configmaps/c')).json).toMatchObject({
      kind: 'ConfigMap',
      data: { a: '3' },
    });
    expect((await emulator.call('DELETE', 'configmaps/c')).code).toBe(200);
    expect((await emulator.call('GET', 'configmaps/c')).code).toBe(404);
  });

  test('a Secret’s stringData is stored as data', async () => {
    const secret = { metadata: { name: 's' }, data: { a: 'eA==' }, stringData: { b: 'ä' } };
    expect((await emulator.call('POST', 'secrets', secret)).json).toMatchObject({
      kind: 'Secret',
      type: 'Opaque',
      data: { a: 'eA==', b: Buffer.from('ä').toString('base64') },
    });
  });

  test('a container and a volume that wait for one go on as soon as it is there', async () => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }];
    await emulator.run('waits-env', 'echo $A', {}, { env });
    const volumes = [{ name: 'v', configMap: { name: 'late' } }];
    await emulator.run(
      'waits-file',
      'cat /etc/late/a',
      { volumes },
      { volumeMounts: [{ name: 'v', mountPath: '/etc/late' }] },
    );
    const waiting = (pod: {
      status: { containerStatuses: { state: { waiting?: { reason: string } | undefined } }[] };
    }) => pod.status.containerStatuses[0]?.state.waiting?.reason;
    await emulator.until('waits-env', pod => waiting(pod) === 'CreateContainerConfigError');
    await emulator.until('waits-file', pod => waiting(pod) === 'ContainerCreating');
    await emulator.call('POST', 'configmaps', { metadata: { name: 'late' }, data: { a: 'now' } });
    await Promise.all(['waits-env', 'waits-file'].map(name => emulator.until(name, hasEnded)));
    expect([await emulator.log('waits-env'), await emulator.log('waits-file')]).toEqual(['now\n', 'now']);
  });
});

describe('life and death', () => {
  test('restartPolicy OnFailure restarts, pauses, and keeps the log before', async () => {
    const volumes = [{ name: 'v', emptyDir: {} }];
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    await emulator.run(
      'retries',
      'echo x >>/v/n; wc -l </v/n; exit 1',
      { restartPolicy: 'OnFailure', volumes },
      { volumeMounts },
    );
    const pod = await emulator.until(
      'retries',
      ({ status }) => status.containerStatuses[0]?.state.waiting?.reason === 'CrashLoopBackOff',
    );
    expect([pod.status.phase, pod.status.containerStatuses[0]?.restartCount]).toEqual(['Running', 1]);
    expect([await emulator.log('retries', ''), await emulator.log('retries', 'previous=true')]).toEqual([
      '2\n',
      '1\n',
    ]);
  });

  test('a Pod is deleted by force at once, and its process with it', async () => {
    await emulator.run('force', 'trap "" TERM; while :; do sleep 1; done');
    await emulator.until('force', isRunning);
    expect((await emulator.call('DELETE', 'pods/force?gracePeriodSeconds=0')).code).toBe(200);
    expect((await emulator.call('GET', 'pods/force')).code).toBe(404);
  });

  test('a second, shorter deletion is the one that counts', async () => {
    await emulator.run('hurry', 'trap "" TERM; while :; do sleep 1; done');
    await emulator.until('hurry', isRunning);
    const first = await emulator.call('DELETE', 'pods/hurry', { gracePeriodSeconds: 600 });
    const second = await emulator.call('DELETE', 'pods/hurry', { gracePeriodSeconds: 1 });
    const third = await emulator.call('DELETE', 'pods/hurry', { gracePeriodSeconds: 300 });
    expect([first, second, third].map(({ json }) => json)).toMatchObject(
      [600, 1, 1].map(deletionGracePeriodSeconds => ({ metadata: { deletionGracePeriodSeconds } })),
    );
    const signal = AbortSignal.timeout(10_000);
    while ((await emulator.call('GET', 'pods/hurry')).code !== 404) await systemClock.sleep(20, signal);
  });

  test('a Pod that still waits for a volume can be deleted', async () => {
    await emulator.run('stuck', 'true', { volumes: [{ name: 'v', secret: { secretName: 'never' } }] });
    await emulator.call('DELETE', 'pods/stuck', { gracePeriodSeconds: 30 });
    const signal = AbortSignal.timeout(10_000);
    while ((await emulator.call('GET', 'pods/stuck')).code !== 404) await systemClock.sleep(20, signal);
  });

  test('deleting a namespace deletes what is in it', async () => {
    const at = `${emulator.url}/api/v1/namespaces/doomed`;
    const pod = {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'x', command: ['sleep', '60'] }] },
    };
    await fetch(`${at}/pods`, { method: 'POST', body: JSON.stringify(pod) });
    await fetch(`${at}/secrets`, { method: 'POST', body: JSON.stringify({ metadata: { name: 's' } }) });
    await fetch(at, { method: 'DELETE', body: JSON.stringify({ gracePeriodSeconds: 1 }) });
    const signal = AbortSignal.timeout(10_000);
    const left = async (kind: string): Promise<unknown[]> =>
      JSON.parse(await fetchText(`/api/v1/namespaces/doomed/${kind}`)).items;
    while ((await left('pods')).length > 0) await systemClock.sleep(20, signal);
    expect(await left('secrets')).toEqual([]);
  });
});
