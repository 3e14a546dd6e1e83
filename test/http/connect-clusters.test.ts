import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectClusters } from '../../shared/adapters/connect-clusters.ts';
import { systemClock } from '../../shared/time.ts';

const signal = AbortSignal.timeout(30_000);
const login = { token: () => Promise.reject(new Error('no cluster of Google')), forget: () => undefined };
const deps = { clock: systemClock, random: () => 0, login };
const access = {
  access: { endpoint: 'auto', impersonationChain: [] },
  accessByCluster: new Map(),
} as const;
const emptyList = JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] });

let folder: string;
let servers: Server[];
/** `server token`, in the order of the requests. */
let asked: string[];

beforeEach(async () => {
  asked = [];
  servers = [];
  folder = await mkdtemp(join(tmpdir(), 'taskpod-clusters-'));
  vi.stubEnv('KUBECONFIG', join(folder, 'kubeconfig'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await rm(folder, { recursive: true });
});

/** Starts an API server of this name that has no Pods; gives its address. */
async function startServer(name: string): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(`${name} ${request.headers.authorization} ${request.headers['user-agent']}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(emptyList);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** A kubeconfig with one context for each server; the first is the current one. */
async function writeKubeconfig(contexts: Record<string, string>): Promise<void> {
  const names = Object.keys(contexts);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map(name => ({
      name,
      cluster: { server: contexts[name], 'insecure-skip-tls-verify': true },
    })),
    users: names.map(name => ({ name, user: { token: `token-${name}` } })),
    contexts: names.map(name => ({ name, context: { cluster: name, user: name } })),
    'current-context': names[0],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config));
}

test('each context is a cluster of its own, with its own server and credentials', async () => {
  await writeKubeconfig({ one: await startServer('one'), two: await startServer('two') });
  const { podsOf } = connectClusters(
    { ...access, clusters: ['kubeconfig', 'kubeconfig:one', 'kubeconfig:two'] },
    'agent',
    deps,
  );
  for (const cluster of ['kubeconfig', 'kubeconfig:two', 'kubeconfig:one']) {
    const pods = await podsOf(cluster, signal);
    expect(await pods.list('tasks', 'a=b', signal)).toEqual({ pods: [], resourceVersion: '1' });
  }
  expect(asked).toEqual([
    'one Bearer token-one agent',
    'two Bearer token-two agent',
    'one Bearer token-one agent',
  ]);
});

test('a context that is not there is told with those that are, and found when it has come', async () => {
  await writeKubeconfig({ one: 'http://127.0.0.1:1', two: 'http://127.0.0.1:1' });
  const { podsOf } = connectClusters({ ...access, clusters: ['kubeconfig:three'] }, 'agent', deps);
  await expect(podsOf('kubeconfig:three', signal)).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: 'the kubeconfig has no context "three" with a cluster',
    action: 'Set KUBECONFIG to one that has it; this one has: one, two.',
  });
  await writeKubeconfig({ three: await startServer('three') });
  const pods = await podsOf('kubeconfig:three', signal);
  expect(await pods.read('tasks', 'x', signal).catch(() => 'asked')).toBe('asked');
  expect(asked).toEqual(['three Bearer token-three agent']);
});

test('a kubeconfig without a current context is refused', async () => {
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify({ apiVersion: 'v1', kind: 'Config' }));
  const { podsOf } = connectClusters({ ...access, clusters: ['kubeconfig'] }, 'agent', deps);
  await expect(podsOf('kubeconfig', signal)).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: 'the kubeconfig has no current context with a cluster',
    action: 'Choose one: kubectl config use-context NAME.',
  });
});
