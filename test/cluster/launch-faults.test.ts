import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attempt } from '../../shared/run.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { ApiProxy, type HoldPoint } from './support/api-proxy.ts';
import { firstAttempt, logLines, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

let deployment: Deployment;
let proxy: ApiProxy;

beforeAll(async () => {
  proxy = await ApiProxy.start();
  deployment = await startDeployment();
});
afterAll(async () => {
  await deployment.stop();
  await proxy.stop();
});

/** Pods of this task that the API server says it has ever made; undefined where its audit log cannot be read. */
async function podsEverMade(taskId: string): Promise<number | undefined> {
  const calls = await deployment.audit();
  const posts = calls?.filter(call => call.verb === 'create' && call.resource === 'pods');
  return posts?.filter(call => call.status === 201 && call.name.startsWith(`${taskId}-`)).length;
}

async function expectOnePodEver(attempt: Attempt): Promise<void> {
  const made = await podsEverMade(attempt.taskId);
  if (made !== undefined) expect(made).toBe(1);
}

async function expectNoMarker(taskId: string): Promise<void> {
  await waitFor(
    async () => {
      const open = await deployment.bucket.list('open/');
      return open.every(({ name }) => !name.includes(`task_id=${taskId}/`)) || undefined;
    },
    { what: 'the marker to be gone', withinMs: 20_000, explain: () => deployment.explain() },
  );
}

test('I1: the same message pushed 20 times at once, and again after the end, makes one Pod', async () => {
  const { launch } = await deployment.startAll();
  const task = shellTask('twenty', 'echo once');
  const data = Buffer.from(JSON.stringify(task)).toString('base64');
  const body = JSON.stringify({ subscription: 's', message: { messageId: randomUUID(), data } });
  const push = async (): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(launch.url, { method: 'POST', headers, body })).status;
  };
  const first = await Promise.all(Array.from({ length: 20 }, push));
  expect(first).toEqual(Array.from({ length: 20 }, () => 204));
  const attempt = firstAttempt('twenty');
  const outcome = await deployment.waitForOutcome(attempt, 90_000);
  expect(outcome.state).toBe('success');
  await expectNoMarker('twenty');
  await waitFor(async () => ((await deployment.namespace.pods()).length === 0 ? true : undefined), {
    what: 'the Pod to be gone',
    withinMs: 60_000,
  });

  const again = await Promise.all(Array.from({ length: 20 }, push));
  expect(again).toEqual(Array.from({ length: 20 }, () => 204));
  await expectNoMarker('twenty');
  expect(await deployment.namespace.pods()).toEqual([]);
  await expectOnePodEver(attempt);
  expect(logLines((await deployment.readLog(attempt, 'base')) ?? '')).toEqual(['once']);
});

const moments: { name: string; taskId: string; point: HoldPoint }[] = [
  { name: 'between claim and POST', taskId: 'claimed', point: 'before' },
  { name: 'between POST and ticket', taskId: 'posted', point: 'after' },
];
test.each(moments)(
  'I2: launch killed (-9) $name: redelivered, one Pod, and the run ends well',
  async ({ taskId, point }) => {
    const env = { KUBECONFIG: proxy.kubeconfig };
    const target = await startDeployment();
    try {
      const watch = await target.startFunction('watch');
      const launch = await target.startFunction('launch', { env });
      await target.subscribe('watch', watch.url, { ackDeadlineSeconds: 600 });
      await target.subscribe('tasks', launch.url, { ackDeadlineSeconds: 10 });
      const held = proxy.holdNextPost(point);
      await target.publishTask(shellTask(taskId, 'echo once'));
      await held;
      await launch.kill('SIGKILL');
      expect((await target.namespace.pods()).length).toBe(point === 'before' ? 0 : 1);

      await target.startFunction('launch', { env, port: launch.port });
      const attempt = firstAttempt(taskId);
      const outcome = await target.waitForOutcome(attempt, 90_000);
      expect({ state: outcome.state, log: logLines((await target.readLog(attempt, 'base')) ?? '') }).toEqual({
        state: 'success',
        log: ['once'],
      });
      const posts = (await target.audit())?.filter(
        call => call.verb === 'create' && call.resource === 'pods',
      );
      if (posts) expect(posts.filter(call => call.status === 201).length).toBe(1);
    } finally {
      await target.stop();
    }
  },
);
