import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readCluster } from '../../shared/adapters/gke/cluster.ts';
import { keepAliveAgents } from '../../shared/adapters/google-client.ts';
import type { EndpointChoice } from '../../shared/cluster-access.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';

const name = 'projects/p/locations/europe-west1/clusters/c';
const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
const ca = Buffer.from(pem);
const masterAuth = { clusterCaCertificate: ca.toString('base64') };

let answers: { status: number; body: unknown }[] = [];
let seen: { path: string | undefined; authorization: string | undefined }[] = [];
const server = createServer((request, response) => {
  seen.push({ path: request.url, authorization: request.headers.authorization });
  const answer = answers.shift() ?? { status: 500, body: {} };
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
});
let baseUrl: string;
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
let clock: RecordingClock;
beforeEach(() => {
  answers = [];
  seen = [];
  clock = new RecordingClock();
});

const read = (endpoint: EndpointChoice = 'auto') =>
  readCluster(name, {
    endpoint,
    baseUrl,
    agent: keepAliveAgents(),
    token: async () => 'token-1',
    timeoutMs: 2_000,
    clock,
    random: () => 0.5,
    signal: AbortSignal.timeout(10_000),
  });

test.each([
  [
    'the DNS endpoint, with the system’s authorities',
    {
      endpoint: '34.1.2.3',
      masterAuth,
      privateClusterConfig: { privateEndpoint: '10.0.0.2' },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { endpoint: 'gke-1.europe-west1.gke.goog', allowExternalTraffic: true },
      },
    },
    { server: 'https://gke-1.europe-west1.gke.goog' },
  ],
  [
    'the private address, when the DNS endpoint is not open',
    {
      endpoint: '34.1.2.3',
      masterAuth,
      privateClusterConfig: { privateEndpoint: '10.0.0.2' },
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: 'gke-1.europe-west1.gke.goog' } },
    },
    { server: 'https://10.0.0.2', ca },
  ],
  [
    'the private address where new clusters have it',
    {
      masterAuth,
      controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: true, privateEndpoint: '10.0.0.3' } },
    },
    { server: 'https://10.0.0.3', ca },
  ],
  ['the public address', { endpoint: '34.1.2.3', masterAuth }, { server: 'https://34.1.2.3', ca }],
])('takes, left to itself, %s', async (_title, cluster, expected) => {
  answers = [{ status: 200, body: { name: 'c', status: 'RUNNING', ...cluster } }];
  expect(await read()).toEqual(expected);
  expect(seen).toEqual([{ path: `/v1/${name}`, authorization: 'Bearer token-1' }]);
});

const everywhere = {
  endpoint: '34.1.2.3',
  masterAuth,
  privateClusterConfig: { privateEndpoint: '10.0.0.2', publicEndpoint: '34.1.2.3' },
  controlPlaneEndpointsConfig: {
    dnsEndpointConfig: { endpoint: 'gke-1.europe-west1.gke.goog', allowExternalTraffic: true },
    ipEndpointsConfig: { enabled: true, enablePublicEndpoint: true },
  },
};
const withoutPublic = {
  ...everywhere,
  endpoint: '10.0.0.2',
  controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: true, enablePublicEndpoint: false } },
};

test.each<[EndpointChoice, object, string]>([
  ['dns', everywhere, 'https://gke-1.europe-west1.gke.goog'],
  ['internal', everywhere, 'https://10.0.0.2'],
  ['public', everywhere, 'https://34.1.2.3'],
  ['internal', withoutPublic, 'https://10.0.0.2'],
  ['public', { endpoint: '34.1.2.3', masterAuth }, 'https://34.1.2.3'],
])('takes the one that is chosen: %s', async (choice, cluster, expected) => {
  answers = [{ status: 200, body: cluster }];
  expect((await read(choice)).server).toBe(expected);
});

test.each<[EndpointChoice, object, string]>([
  ['dns', withoutPublic, 'DNS endpoint that is open'],
  ['internal', { endpoint: '34.1.2.3', masterAuth }, 'private address'],
  ['public', withoutPublic, 'public address'],
])('takes no other than the one that is chosen: %s', async (choice, cluster, lacks) => {
  answers = [{ status: 200, body: cluster }];
  await expect(read(choice)).rejects.toMatchObject({
    code: 'cluster_unavailable',
    message: `${name} has no ${lacks}`,
    retryable: false,
    action: expect.stringContaining('TASKPOD_CLUSTER_ENDPOINT'),
  });
});

test.each([
  ['nothing', {}],
  ['no authority', { endpoint: '34.1.2.3' }],
  [
    'addresses that are switched off',
    {
      endpoint: '34.1.2.3',
      masterAuth,
      controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } },
    },
  ],
])('refuses a cluster with %s', async (_title, cluster) => {
  answers = [{ status: 200, body: cluster }];
  await expect(read()).rejects.toMatchObject({
    code: 'cluster_unavailable',
    retryable: false,
    action: 'Open its DNS endpoint: gcloud container clusters update c --enable-dns-access',
  });
});

test.each([
  [403, `Give this identity container.clusters.get on ${name}.`],
  [404, `Correct TASKPOD_CLUSTER or TASKPOD_CLUSTERS: there is no ${name}.`],
])('says what to do about %i, and does not try again', async (status, action) => {
  answers = [{ status, body: { error: { code: status, message: 'why' } } }];
  await expect(read()).rejects.toMatchObject({
    code: 'cluster_unavailable',
    retryable: false,
    status,
    message: `GKE answered ${status} to read ${name}: why`,
    action,
  });
  expect(seen).toHaveLength(1);
});

test('rides out an outage', async () => {
  answers = [
    { status: 503, body: {} },
    { status: 200, body: { endpoint: '34.1.2.3', masterAuth } },
  ];
  expect(await read()).toEqual({ server: 'https://34.1.2.3', ca });
  expect(clock.sleeps).toEqual([100]);
});
