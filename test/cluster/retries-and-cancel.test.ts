import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeControlMessage } from '../../shared/control-message.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import type { Attempt } from '../../shared/run.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { firstAttempt, logLines, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.startAll();
});
afterAll(() => deployment.stop());

const attemptOf = (taskId: string, tryNumber: number): Attempt => ({ ...firstAttempt(taskId), tryNumber });
const runOf = (taskId: string) => ({ dagId: 'default', runId: 'r1', taskId });

const cancel = (taskId: string) =>
  deployment.publishTask(writeControlMessage({ kind: 'cancel', run: runOf(taskId) }));

async function logOf(attempt: Attempt): Promise<string[]> {
  return logLines((await deployment.readLog(attempt, 'base')) ?? '');
}

/** Waits until a run has neither a Pod nor a marker. */
async function expectNothingLeft(taskId: string): Promise<void> {
  await waitFor(
    async () => {
      const pods = (await deployment.namespace.pods()).filter(
        pod => pod.metadata?.labels?.task_id === taskId,
      );
      const open = (await deployment.bucket.list('open/')).filter(({ name }) =>
        name.includes(`task_id=${taskId}/`),
      );
      return (pods.length === 0 && open.length === 0) || undefined;
    },
    { what: `nothing of ${taskId} to be left`, withinMs: 60_000 },
  );
}

async function statesOf(taskId: string): Promise<string[]> {
  const events = (await deployment.events()).filter(({ attributes }) => attributes.task_id === taskId);
  return [
    ...new Set(
      events.map(({ data }) => `${JSON.parse(data).data.try_number} ${JSON.parse(data).data.state}`),
    ),
  ];
}

describe.concurrent('retries', () => {
  test('two with back-off, ending in success: each attempt has its own log and outcome', async () => {
    const script = 'echo "try $TRY"; [ "$TRY" = 3 ]';
    const more = {
      env_vars: { TRY: '{{ ti.try_number }}' },
      retries: 2,
      retry_delay_seconds: 1,
      retry_exponential_backoff: true,
      max_retry_delay_seconds: 4,
    };
    await deployment.publishTask(shellTask('flaky', script, more));
    const third = await deployment.waitForOutcome(attemptOf('flaky', 3), 120_000);
    expect([third.state, third.retry]).toEqual(['success', undefined]);
    for (const tryNumber of [1, 2]) {
      const attempt = attemptOf('flaky', tryNumber);
      const outcome = await deployment.waitForOutcome(attempt, 1_000);
      expect(outcome).toMatchObject({
        state: 'failed',
        reason: 'exit_code',
        exit_code: 1,
        retry: { try_number: tryNumber + 1, budget: 'user' },
      });
      expect(await logOf(attempt)).toEqual([`try ${tryNumber}`]);
      const waited = Date.parse(outcome.retry?.at ?? '') - Date.parse(outcome.ended_at ?? '');
      expect(waited).toBeGreaterThanOrEqual(1_000);
    }
    expect(await logOf(attemptOf('flaky', 3))).toEqual(['try 3']);
    await expectNothingLeft('flaky');
    await waitFor(async () => (await statesOf('flaky')).includes('3 success') || undefined, {
      what: 'the event of the success',
      withinMs: 10_000,
    });
    expect((await statesOf('flaky')).toSorted()).toEqual(
      ['1 queued', '1 running', '1 up_for_retry', '2 queued', '2 running', '2 up_for_retry'].concat([
        '3 queued',
        '3 running',
        '3 success',
      ]),
    );
  });

  test('that are used up end in failure, and no_retry_on ends at once', async () => {
    const retries = { retries: 1, retry_delay_seconds: 0 };
    await deployment.publishTask(shellTask('used-up', 'exit 3', retries));
    await deployment.publishTask(shellTask('never', 'exit 3', { ...retries, no_retry_on: [3] }));
    expect(await deployment.waitForOutcome(attemptOf('used-up', 2), 90_000)).toMatchObject({
      state: 'failed',
      exit_code: 3,
    });
    const never = await deployment.waitForOutcome(attemptOf('never', 1), 90_000);
    expect([never.state, never.retry]).toEqual(['failed', undefined]);
    await Promise.all(['used-up', 'never'].map(expectNothingLeft));
  });

  test('by hand run a finished run again', async () => {
    await deployment.publishTask(shellTask('again', 'echo done'));
    await deployment.waitForOutcome(attemptOf('again', 1), 90_000);
    const message = writeControlMessage({ kind: 'retry', run: runOf('again'), tryNumber: 2 });
    await deployment.publishTask(message, 3);
    expect(await deployment.waitForOutcome(attemptOf('again', 2), 90_000)).toMatchObject({
      state: 'success',
      try_number: 2,
    });
    await expectNothingLeft('again');
  });
});

describe.concurrent('cancel', () => {
  test('while it runs: the log up to the end is kept, and it is not tried again', async () => {
    const script = 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.1; done';
    await deployment.publishTask(shellTask('running', script, { retries: 3, do_xcom_push: true }));
    await deployment.waitForObject(attemptObjects(attemptOf('running', 1)).running, 90_000);
    await cancel('running');
    const outcome = await deployment.waitForOutcome(attemptOf('running', 1), 90_000);
    expect(outcome).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled',
      class: 'cancelled',
      exit_code: 0,
      xcom: null,
    });
    expect(outcome.retry).toBeUndefined();
    expect(await logOf(attemptOf('running', 1))).toEqual(['up', 'bye']);
    await expectNothingLeft('running');
  });

  test('while its Pod is pending', async () => {
    const more = { node_selector: { nowhere: 'yes' }, schedule_timeout_seconds: 300 };
    await deployment.publishTask(shellTask('pending', 'true', more));
    await deployment.waitForObject(attemptObjects(attemptOf('pending', 1)).pod, 90_000);
    await cancel('pending');
    expect(await deployment.waitForOutcome(attemptOf('pending', 1), 90_000)).toMatchObject({
      state: 'cancelled',
      exit_code: null,
    });
    await expectNothingLeft('pending');
  });

  test('before its task has come: it never begins', async () => {
    await cancel('early');
    expect(await deployment.waitForOutcome(attemptOf('early', 1), 30_000)).toMatchObject({
      state: 'cancelled',
    });
    await deployment.publishTask(shellTask('early', 'echo never'));
    await deployment.publishTask(shellTask('after-early', 'true'));
    await deployment.waitForOutcome(attemptOf('after-early', 1), 90_000);
    const pods = (await deployment.namespace.pods()).filter(pod => pod.metadata?.labels?.task_id === 'early');
    expect(pods).toEqual([]);
    await expectNothingLeft('early');
  });

  test('at the same moment as its task: it ends, in whatever order they come', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `race-${index}`);
    await Promise.all(ids.flatMap(id => [deployment.publishTask(shellTask(id, 'sleep 600')), cancel(id)]));
    for (const id of ids) {
      expect(await deployment.waitForOutcome(attemptOf(id, 1), 120_000)).toMatchObject({
        state: 'cancelled',
      });
      await expectNothingLeft(id);
    }
  });

  test('between two attempts: the next one never begins', async () => {
    await deployment.publishTask(shellTask('between', 'exit 1', { retries: 1, retry_delay_seconds: 300 }));
    await deployment.waitForOutcome(attemptOf('between', 1), 90_000);
    await cancel('between');
    expect(await deployment.waitForOutcome(attemptOf('between', 2), 30_000)).toMatchObject({
      state: 'cancelled',
      pod: null,
    });
    await expectNothingLeft('between');
  });

  test('after its end changes nothing', async () => {
    await deployment.publishTask(shellTask('over', 'echo done'));
    await deployment.waitForOutcome(attemptOf('over', 1), 90_000);
    await cancel('over');
    await deployment.publishTask(shellTask('after-over', 'true'));
    await deployment.waitForOutcome(attemptOf('after-over', 1), 90_000);
    expect(await deployment.waitForOutcome(attemptOf('over', 1), 1_000)).toMatchObject({
      state: 'success',
      reason: 'completed',
      exit_code: 0,
    });
    expect(await logOf(attemptOf('over', 1))).toEqual(['done']);
    await expectNothingLeft('over');
  });

  test('with on_kill_action keep_pod: the outcome comes at once, and the Pod goes on', async () => {
    await deployment.publishTask(shellTask('kept', 'sleep 600', { on_kill_action: 'keep_pod' }));
    await deployment.waitForObject(attemptObjects(attemptOf('kept', 1)).running, 90_000);
    await cancel('kept');
    expect(await deployment.waitForOutcome(attemptOf('kept', 1), 30_000)).toMatchObject({
      state: 'cancelled',
    });
    const [pod] = (await deployment.namespace.pods()).filter(
      ({ metadata }) => metadata?.labels?.task_id === 'kept',
    );
    expect(pod?.status?.phase).toBe('Running');
    await deployment.namespace.deletePod(pod?.metadata?.name ?? '');
  });
});
