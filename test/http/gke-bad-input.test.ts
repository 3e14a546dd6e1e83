import { once } from 'node:events';
import { createServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectClusters } from '../../shared/adapters/connect-clusters.ts';
import type { RenewableToken } from '../../shared/adapters/google-token.ts';
import type { ClusterAccess } from '../../shared/cluster-access.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { helloTask, Launcher } from '../functions/launch/launcher.ts';
import { AccessTokens } from '../google/access-tokens.ts';
import { type Certificate, selfSigned } from '../google/certificate.ts';
import { GoogleServer, googleError } from '../google/google-server.ts';
import { containerService, iamCredentialsService } from '../google/services.ts';
import { status } from './api-server.ts';

const known = 'projects/my-project/locations/europe-west1/clusters/known';
const me = 'launch@p.iam.gserviceaccount.com';
const other = 'other@p.iam.gserviceaccount.com';
const certificate = selfSigned('cluster');
const ca = (of: Certificate) => ({ clusterCaCertificate: Buffer.from(of.cert).toString('base64') });

let google: GoogleServer;
let tokens: AccessTokens;
let clusters: Map<string, unknown>;
let closers: (() => void)[];

beforeEach(async () => {
  tokens = new AccessTokens();
  clusters = new Map();
  closers = [];
  google = await GoogleServer.start(
    containerService(clusters, tokens),
    iamCredentialsService({}, tokens, []),
  );
});
afterEach(async () => {
  for (const close of closers) close();
  await google.stop();
});

/** An API server that answers everything so; gives its address. */
async function apiServer(code: number, body: string): Promise<string> {
  const server = createServer(certificate, (_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** Launches the task on the named cluster, once, through the real way to it. */
async function launchOn(
  cluster: string,
  access: Partial<ClusterAccess> = {},
  login: RenewableToken = { token: async () => tokens.issue(me).token, forget: () => undefined },
) {
  const launcher = new Launcher();
  launcher.cluster = cluster;
  launcher.access = { endpoint: 'auto', impersonationChain: [], ...access };
  const config = { clusters: [cluster], access: launcher.access, accessByCluster: new Map() };
  const { podsOf } = connectClusters(config, 'test', {
    clock: new RecordingClock(),
    random: () => 0.5,
    login,
    endpoints: { container: google.url, iamCredentials: google.url },
  });
  launcher.podsOf = podsOf;
  const answer = await launcher.deliver(helloTask);
  return { launcher, answer };
}

describe('what does not come by waiting is rejected at once, with what to do', () => {
  const away = 'projects/my-project/locations/europe-west1/clusters/away';
  const cases: {
    what: string;
    cluster?: string;
    plan?: () => void;
    access?: Partial<ClusterAccess>;
    message: string;
  }[] = [
    {
      what: 'an unknown cluster',
      cluster: away,
      message: `GKE answered 404 to read ${away}: Not found: ${away}. Correct TASKPOD_CLUSTER or TASKPOD_CLUSTERS: there is no ${away}.`,
    },
    {
      what: 'no permission',
      plan: () =>
        google.plan(/clusters/, googleError(403, 'PERMISSION_DENIED', 'Required container.clusters.get')),
      message: `GKE answered 403 to read ${known}: Required container.clusters.get. Give this identity container.clusters.get on ${known}.`,
    },
    {
      what: 'a project without the API',
      plan: () =>
        google.plan(
          /clusters/,
          googleError(
            403,
            'PERMISSION_DENIED',
            'Kubernetes Engine API has not been used',
            'SERVICE_DISABLED',
          ),
        ),
      message: `GKE answered 403 to read ${known}: Kubernetes Engine API has not been used. Enable the API: gcloud services enable container.googleapis.com --project my-project`,
    },
    {
      what: 'no endpoint of the chosen kind',
      access: { endpoint: 'internal' },
      message: `${known} has no private address. Open its DNS endpoint: gcloud container clusters update known --enable-dns-access, or set TASKPOD_CLUSTER_ENDPOINT to one that it has.`,
    },
    {
      what: 'an identity that may not be acted as',
      access: { impersonationChain: [other] },
      message: `read ${known}: IAM answered 403 to act as ${other}: Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist). Grant roles/iam.serviceAccountTokenCreator on ${other}; the first to the function’s own service account.`,
    },
  ];
  test.each(cases)('$what', async ({ cluster = known, plan, access, message }) => {
    clusters.set(known, { endpoint: '127.0.0.1:1', masterAuth: ca(certificate) });
    plan?.();
    const { launcher, answer } = await launchOn(cluster, access);
    expect(answer).toMatchObject({ status: 204, result: { end: 'rejected' } });
    expect(launcher.outcome()).toMatchObject({
      state: 'rejected',
      reason: 'cluster_refused',
      class: 'config',
      summary: `The functions cannot use the cluster ${cluster}.`,
      problems: [{ path: '', message }],
    });
    expect([launcher.states(), launcher.markers()]).toEqual([['r rejected cluster_refused'], []]);
    expect(launcher.logs[0]).toMatchObject({
      severity: 'ERROR',
      record: { cluster, action: expect.any(String) },
    });
    expect(google.requests).toHaveLength(1);
  });

  test.each([
    ['IAM at the DNS endpoint', 403, '{"error":{"code":403}}', 'cluster_refused'],
    [
      'RBAC in the cluster',
      403,
      status(403, 'Forbidden', 'User "x" cannot create resource "pods" in API group ""'),
      'forbidden',
    ],
  ])('a refusal by %s', async (_title, code, body, reason) => {
    clusters.set(known, { endpoint: await apiServer(code, body), masterAuth: ca(certificate) });
    const { launcher, answer } = await launchOn(known);
    expect([answer.status, launcher.states(), launcher.markers()]).toEqual([
      204,
      [`r rejected ${reason}`],
      [],
    ]);
  });
});

describe('what may come by waiting is answered 503, with what to look at in the log', () => {
  const outages: { what: string; plan: () => Promise<void> | void; action: RegExp; asked: number }[] = [
    {
      what: 'GKE answers 500',
      plan: () => google.plan(/clusters/, { status: 500, body: {} }),
      action: /status\.cloud\.google\.com/,
      asked: 5,
    },
    {
      what: 'GKE answers 429',
      plan: () => google.plan(/clusters/, { status: 429, body: {}, headers: { 'retry-after': '7' } }),
      action: /status\.cloud\.google\.com/,
      asked: 5,
    },
    {
      what: 'GKE cuts the connection',
      plan: () => google.plan(/clusters/, 'reset'),
      action: /status\.cloud\.google\.com/,
      asked: 5,
    },
    {
      what: 'the endpoint cannot be reached',
      plan: () => {
        clusters.set(known, { endpoint: '127.0.0.1:1', masterAuth: ca(certificate) });
      },
      action: /whether its endpoint can be reached from here: docs\/clusters\.md/,
      asked: 1,
    },
    {
      what: 'the certificate is of another authority',
      plan: async () => {
        clusters.set(known, { endpoint: await apiServer(200, '{}'), masterAuth: ca(selfSigned('another')) });
      },
      action: /not of the authority that the cluster names/,
      asked: 1,
    },
    {
      what: 'the API server does not know the identity',
      plan: async () => {
        const unknown = await apiServer(401, status(401, 'Unauthorized', 'Unauthorized'));
        clusters.set(known, { endpoint: unknown, masterAuth: ca(certificate) });
      },
      action: /exists and is enabled/,
      asked: 2,
    },
  ];
  test.each(outages)('$what', async ({ plan, action, asked }) => {
    await plan();
    const { launcher, answer } = await launchOn(known);
    expect(answer).toEqual({ status: 503 });
    expect([launcher.outcome(), launcher.states()]).toEqual([undefined, []]);
    expect(launcher.logs).toMatchObject([
      { severity: 'WARNING', record: { action: expect.stringMatching(action) } },
    ]);
    expect(google.requests).toEqual(Array.from({ length: asked }, () => `GET /v1/${known}`));
  });

  test('there is no token', async () => {
    const token = () =>
      Promise.reject(new TaskpodError('credentials_unavailable', 'no metadata server', { retryable: true }));
    const { launcher, answer } = await launchOn(known, {}, { token, forget: () => undefined });
    expect([answer, launcher.states(), google.requests]).toEqual([{ status: 503 }, [], []]);
  });
});

test('a token that GKE does not take any more is made anew, once', async () => {
  const refusal = status(403, 'Forbidden', 'User "x" cannot create resource "pods" in API group ""');
  clusters.set(known, { endpoint: await apiServer(403, refusal), masterAuth: ca(certificate) });
  let own = tokens.issue(me).token;
  const forget = (): void => {
    own = tokens.issue(me).token;
  };
  tokens.revokeAll();
  const { launcher } = await launchOn(known, {}, { token: async () => own, forget });
  const asked = [`GET /v1/${known}`, `GET /v1/${known}`];
  expect([launcher.states(), google.requests]).toEqual([['r rejected forbidden'], asked]);
  const stale = { token: async () => 'stale', forget: () => undefined };
  const { launcher: another } = await launchOn(known, {}, stale);
  expect([another.states(), google.requests]).toEqual([['r rejected cluster_refused'], [...asked, ...asked]]);
});
