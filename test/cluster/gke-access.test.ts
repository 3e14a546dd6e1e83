import { readFile } from 'node:fs/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { AccessTokens } from '../google/access-tokens.ts';
import { ApiFront } from '../google/api-front.ts';
import { selfSigned } from '../google/certificate.ts';
import { clusterEnvironment } from './support/environment.ts';
import { emails, GkeDeployment, gkeCluster, labToken } from './support/gke-deployment.ts';
import { firstAttempt, logLines, runShellTask, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

const { kubeconfig, lab } = clusterEnvironment();

/** The identities' tokens at the API server. */
const known = new Map<string, string>();
let target: { server: string; ca: Buffer };
let gke: GkeDeployment | undefined;
let front: ApiFront | undefined;

beforeAll(async () => {
  if (lab === undefined) return;
  for (const email of Object.values(emails)) known.set(email, await labToken(lab, email));
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('no cluster');
  const ca = cluster.caFile ? await readFile(cluster.caFile) : Buffer.from(cluster.caData ?? '', 'base64');
  target = { server: cluster.server, ca };
});
afterEach(async () => {
  await gke?.stop();
  await front?.stop();
  gke = undefined;
  front = undefined;
});

const tokenOf = (email: string): string => known.get(email) ?? 'unknown';
const resource = (endpoint: string, ca: string | Buffer) => ({
  endpoint,
  masterAuth: { clusterCaCertificate: Buffer.from(ca).toString('base64') },
});

/** A task that writes a line each tenth of a second, and its result at the end. */
const speaking = (lines: number): string =>
  `i=0; while [ $i -lt ${lines} ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done; echo $i > /airflow/xcom/return.json`;
const allLines = (lines: number): string[] =>
  Array.from({ length: lines }, (_, index) => `line ${index + 1}`);

/** A deployment behind a front that takes the tokens of the local Google. */
async function startBehindFront(
  options: Partial<Parameters<typeof GkeDeployment.start>[0]> = {},
): Promise<{ gke: GkeDeployment; front: ApiFront }> {
  const tokens = new AccessTokens();
  const certificate = selfSigned('cluster');
  front = await ApiFront.start({ target, tokens, tokenOf, certificate });
  const cluster = resource(front.address, certificate.cert);
  gke = await GkeDeployment.start({ tokens, cluster, ...options });
  return { gke, front };
}

/** Runs the speaking task, lets something happen when it runs, and gives what came of it. */
async function runWhile(
  { deployment }: GkeDeployment,
  happens: () => Promise<void>,
): Promise<{ state: string; gaps: number | undefined; log: string[]; xcom: string | undefined }> {
  await deployment.publishTask(shellTask('speaks', speaking(120), { do_xcom_push: true }));
  const attempt = firstAttempt('speaks');
  await deployment.waitForObject(attemptObjects(attempt).running, 60_000);
  await happens();
  const outcome = await deployment.waitForOutcome(attempt, 120_000);
  return {
    state: outcome.state,
    gaps: outcome.containers[0]?.log_gaps,
    log: logLines((await deployment.readLog(attempt, 'base')) ?? ''),
    xcom: (await deployment.bucket.read(attemptObjects(attempt).xcom))?.toString(),
  };
}
const whole = { state: 'success', gaps: 0, log: allLines(120), xcom: '120\n' };

describe.skipIf(lab === undefined)('a cluster that is found by its name', () => {
  test('runs a whole task, with the rights of the two functions and one look for each of them', async () => {
    const tokens = new AccessTokens(tokenOf);
    const { host } = new URL(target.server);
    gke = await GkeDeployment.start({ tokens, cluster: resource(host, target.ca) });
    await gke.startAll();
    const { deployment, google } = gke;
    const script = 'echo here; echo 1 > /airflow/xcom/return.json';
    const { attempt, outcome } = await runShellTask(deployment, 'one', script, { do_xcom_push: true });
    expect({
      state: outcome.state,
      cluster: outcome.pod?.cluster,
      log: logLines((await deployment.readLog(attempt, 'base')) ?? ''),
      xcom: (await deployment.bucket.read(attemptObjects(attempt).xcom))?.toString(),
    }).toEqual({ state: 'success', cluster: gkeCluster, log: ['here'], xcom: '1\n' });
    await runShellTask(deployment, 'two', 'true');
    const looks = [google.launch, google.watch].map(
      ({ requests }) => requests.filter(line => line === `GET /v1/${gkeCluster}`).length,
    );
    expect(looks).toEqual([1, 1]);
  });

  test('is not used with rights that the identity has not', async () => {
    const tokens = new AccessTokens(tokenOf);
    const { host } = new URL(target.server);
    const cluster = resource(host, target.ca);
    const identities = { launch: emails.nobody, watch: emails.nobody };
    gke = await GkeDeployment.start({ tokens, cluster, identities });
    await gke.startAll();
    const { outcome } = await runShellTask(gke.deployment, 'one', 'true');
    expect([outcome.state, outcome.reason]).toEqual(['rejected', 'forbidden']);
  });

  test('takes new tokens in the middle of a watch and of a log, and no line is lost or doubled', async () => {
    const started = await startBehindFront();
    await started.gke.startAll();
    const { tokens } = started.gke;
    let before = 0;
    const ended = await runWhile(started.gke, async () => {
      before = tokens.issued.length;
      tokens.revokeAll();
      started.front.cut();
    });
    expect(ended).toEqual(whole);
    // Who first hears that a token is not good any more, the cluster or Google, depends on what the cut has met.
    expect(tokens.issued.slice(before)).toContain(emails.watch);
    const answers = new Set(started.front.requests.map(line => line.split(' ', 1)[0]));
    answers.delete('401');
    expect(answers).toEqual(new Set([emails.launch, emails.watch]));
  });

  test('is found again when its endpoint has changed', async () => {
    const certificate = selfSigned('cluster');
    const started = await startBehindFront();
    await started.gke.startAll();
    const ended = await runWhile(started.gke, async () => {
      await started.front.move(certificate, 'another port');
      started.gke.clusters.set(gkeCluster, resource(started.front.address, certificate.cert));
    });
    expect(ended).toEqual(whole);
    const { outcome } = await runShellTask(started.gke.deployment, 'after', 'true');
    expect(outcome.state).toBe('success');
  });

  test('waits while its certificate is not of the authority that it names, and goes on when it is', async () => {
    const certificate = selfSigned('the new authority');
    const started = await startBehindFront();
    const { launch } = await started.gke.startAll();
    const ended = await runWhile(started.gke, async () => {
      await started.front.move(certificate, 'the same port');
      await started.gke.deployment.publishTask(shellTask('meanwhile', 'true'));
      await waitFor(() => /is not of the authority that the cluster names/.test(launch.logs()) || undefined, {
        what: 'launch to say what is wrong',
        withinMs: 30_000,
        explain: () => launch.logs(),
      });
      started.gke.clusters.set(gkeCluster, resource(started.front.address, certificate.cert));
    });
    expect(ended).toEqual(whole);
    const meanwhile = await started.gke.deployment.waitForOutcome(firstAttempt('meanwhile'), 120_000);
    expect(meanwhile.state).toBe('success');
  });

  test('is spoken to as a service account that the functions may act as', async () => {
    const identities = { launch: emails.nobody, watch: emails.nobody };
    const relay = 'relay@lab.iam.gserviceaccount.com';
    const mayActAs = { [emails.nobody]: [relay], [relay]: [emails.launch, emails.watch] };
    const started = await startBehindFront({ identities, mayActAs });
    await started.gke.startAll({
      launch: { TASKPOD_IMPERSONATION_CHAIN: `${relay},${emails.launch}` },
      watch: { TASKPOD_IMPERSONATION_CHAIN: `${relay},${emails.watch}` },
    });
    const chain = [relay, emails.launch];
    const { outcome } = await runShellTask(started.gke.deployment, 'one', 'true', {
      impersonation_chain: chain,
    });
    const other = await runShellTask(started.gke.deployment, 'other', 'true', {
      impersonation_chain: emails.watch,
    });
    expect([outcome.state, other.outcome.state, other.outcome.reason]).toEqual([
      'success',
      'rejected',
      'policy_refused',
    ]);
    const by = emails.nobody;
    expect(started.gke.impersonations.toSorted((a, b) => a.target.localeCompare(b.target))).toEqual([
      { by, target: emails.launch, delegates: [relay] },
      { by, target: emails.watch, delegates: [relay] },
    ]);
  });
});
