import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { scopeLabel } from '../../shared/pod-labels.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { firstAttempt, logLines, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

let deployment: Deployment;

beforeEach(async () => {
  deployment = await startDeployment();
});
afterEach(() => deployment.stop());

const lines = 8_000;
/** 100 lines at a time, for about eight seconds, and a result that tells how many there were. */
const chatter =
  `i=0; while [ $i -lt ${lines} ]; do i=$((i + 1)); echo "line $i"; [ $((i % 100)) -ne 0 ] || sleep 0.1; done; ` +
  'echo "{\\"lines\\": $i}" > /airflow/xcom/return.json';
const everyLine = Array.from({ length: lines }, (_, index) => `line ${index + 1}`);

/** Publishes the chatty task and waits until its first lines are in the bucket. */
async function startChatter(taskId: string): Promise<void> {
  await deployment.publishTask(shellTask(taskId, chatter, { do_xcom_push: true }));
  const first = attemptObjects(firstAttempt(taskId)).segment('base', 1);
  await deployment.waitForObject(first, 60_000);
}

/** I1, I3, I7: each line once and in order, the result whole, the Pod and the marker gone, and one Pod ever. */
async function expectAllOfIt(taskId: string): Promise<void> {
  const attempt = firstAttempt(taskId);
  const outcome = await deployment.waitForOutcome(attempt, 120_000);
  const xcom = await deployment.waitForObject(attemptObjects(attempt).xcom, 1_000);
  const log = logLines((await deployment.readLog(attempt, 'base')) ?? '');
  expect({ state: outcome.state, gaps: outcome.containers[0]?.log_gaps, xcom: xcom.toString() }).toEqual({
    state: 'success',
    gaps: 0,
    xcom: `{"lines": ${lines}}\n`,
  });
  expect(log).toEqual(everyLine);
  await waitFor(
    async () => {
      const open = await deployment.bucket.list('open/');
      const leases = await deployment.bucket.list('leases/');
      const pods = await deployment.namespace.pods();
      return open.length + leases.length + pods.length === 0 || undefined;
    },
    { what: 'Pod, marker and lease to be gone', withinMs: 60_000, explain: () => deployment.explain() },
  );
  const posts = (await deployment.audit())?.filter(
    call => call.verb === 'create' && call.resource === 'pods',
  );
  if (posts) expect(posts.filter(call => call.status === 201).length).toBe(1);
}

test('watch killed (-9) in the middle of a chatty task and started again', async () => {
  const { watch } = await deployment.startAll();
  await startChatter('killed');
  await sleep(1_000);
  await watch.kill('SIGKILL');
  await deployment.startFunction('watch', { port: watch.port });
  await expectAllOfIt('killed');
});

test('watch killed (-9) and started again only when the task has ended', async () => {
  const { watch } = await deployment.startAll();
  await startChatter('late');
  await watch.kill('SIGKILL');
  await waitFor(
    async () => {
      const [pod] = await deployment.namespace.pods();
      return pod?.status?.containerStatuses?.[0]?.state?.terminated ? true : undefined;
    },
    { what: 'the container to end', withinMs: 60_000 },
  );
  await deployment.startFunction('watch', { port: watch.port });
  await expectAllOfIt('late');
});

test('SIGTERM to watch in the middle of a run: it hands over within 10 s', async () => {
  const { watch } = await deployment.startAll();
  await startChatter('terminated');
  const began = performance.now();
  await watch.kill('SIGTERM');
  const tookMs = performance.now() - began;
  await deployment.startFunction('watch', { port: watch.port });
  await expectAllOfIt('terminated');
  expect(await watch.ended).toEqual({ code: 0, signal: null });
  expect(tookMs).toBeLessThan(10_000);
});

test('a Turn whose time is up hands over to the next, again and again', async () => {
  const launch = await deployment.startFunction('launch');
  const watch = await deployment.startFunction('watch', { env: { TASKPOD_TURN_SECONDS: '5' } });
  await deployment.subscribe('tasks', launch.url);
  await deployment.subscribe('watch', watch.url, { ackDeadlineSeconds: 600 });
  await startChatter('turns');
  await expectAllOfIt('turns');
  expect(watch.logs()).toContain('turn: handed_over');
});

test('somebody takes the label of the scope off the Pod in the middle of a run', async () => {
  await deployment.startAll();
  await startChatter('unlabelled');
  const [pod] = await deployment.namespace.pods();
  await deployment.namespace.removeLabel(pod?.metadata?.name ?? '', scopeLabel);
  await expectAllOfIt('unlabelled');
});

test('a second watch process beside the first, which is killed', async () => {
  const { watch } = await deployment.startAll();
  const second = await deployment.startFunction('watch');
  await deployment.subscribe('watch', second.url, { ackDeadlineSeconds: 600 });
  await startChatter('two');
  await deployment.publishSweep();
  const holder = watch.logs().includes('turn: taken') ? second : watch;
  await holder.kill('SIGKILL');
  await sleep(21_000);
  await deployment.publishSweep();
  await expectAllOfIt('two');
});

test('two Turns at once (I4): the lease is taken from a Turn that works on', async () => {
  const { watch } = await deployment.startAll();
  const second = await deployment.startFunction('watch');
  await startChatter('robbed');
  const [lease] = await deployment.bucket.list('leases/');
  await deployment.bucket.remove(lease?.name ?? '');
  const ticket = { kind: 'ticket', scope: lease?.name.slice('leases/'.length, -'.json'.length) };
  const data = Buffer.from(JSON.stringify(ticket)).toString('base64');
  const body = JSON.stringify({ message: { messageId: 'another', data } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(second.url, { method: 'POST', headers, body });
  expect(answer.status).toBe(204);
  await expectAllOfIt('robbed');
  expect(watch.logs()).toContain('another Turn has');
});
