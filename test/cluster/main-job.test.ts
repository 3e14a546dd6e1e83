import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attemptObjects, attemptPrefix, rejectedObject } from '../../shared/object-names.ts';
import { stateEventId } from '../../shared/state-event.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { repository } from './support/environment.ts';
import type { FunctionProcess } from './support/function-process.ts';
import { firstAttempt, logLines, runShellTask, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

let deployment: Deployment;
let launch: FunctionProcess;

beforeAll(async () => {
  deployment = await startDeployment();
  ({ launch } = await deployment.startAll());
});
afterAll(() => deployment.stop());

function example(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(repository, 'examples', name), 'utf8'));
}

async function podNames(): Promise<string[]> {
  return (await deployment.namespace.pods()).flatMap(pod => pod.metadata?.name ?? []);
}

async function objectsOf(prefix: string): Promise<string[]> {
  return (await deployment.bucket.list(prefix)).map(({ name }) => name.slice(prefix.length)).sort();
}

async function statesOf(taskId: string): Promise<{ id: string; state: string | undefined }[]> {
  const events = (await deployment.events()).filter(({ attributes }) => attributes.task_id === taskId);
  return events.map(({ data, attributes }) => ({ id: JSON.parse(data).id, state: attributes.state }));
}

describe.concurrent('a task that is published', () => {
  test('hello: its log, its result, its outcome and its events are there, its Pod and its marker are gone', async () => {
    const [runId = ''] = await deployment.publishTask(example('hello.json'));
    const attempt = { dagId: 'default', runId, taskId: 'hello', tryNumber: 1 };
    const outcome = await deployment.waitForOutcome(attempt, 90_000);
    const objects = attemptObjects(attempt);
    const xcom = await deployment.waitForObject(objects.xcom, 1_000);
    const log = (await deployment.readLog(attempt, 'base')) ?? '';
    expect(logLines(log).length).toBeGreaterThan(1);
    expect(JSON.parse(xcom.toString('utf8'))).toBeTruthy();
    expect(outcome).toEqual({
      version: 1,
      dag_id: 'default',
      run_id: runId,
      task_id: 'hello',
      try_number: 1,
      state: 'success',
      reason: 'completed',
      class: 'none',
      exit_code: 0,
      summary: expect.stringMatching(/\.$/),
      detail: '',
      action: '',
      queued_at: expect.any(String),
      scheduled_at: expect.any(String),
      started_at: expect.any(String),
      ended_at: expect.any(String),
      pod: {
        cluster: 'kubeconfig',
        namespace: deployment.namespace.name,
        name: expect.stringMatching(/^hello-/),
        uid: expect.any(String),
        node: expect.any(String),
      },
      containers: [
        {
          name: 'base',
          exit_code: 0,
          reason: 'Completed',
          started_at: outcome.started_at,
          ended_at: outcome.ended_at,
          log: objects.log('base'),
          log_bytes: Buffer.byteLength(log),
          log_gaps: 0,
        },
      ],
      xcom: {
        object: objects.xcom,
        size: xcom.length,
        sha256: createHash('sha256').update(xcom).digest('hex'),
      },
      events: expect.arrayContaining([stateEventId(attempt, 'success')]),
    });
    await waitFor(async () => !(await podNames()).includes(outcome.pod?.name ?? '') || undefined, {
      what: 'the Pod to be gone',
      withinMs: 60_000,
    });
    await waitFor(async () => (await objectsOf('open/')).every(name => !name.includes(runId)) || undefined, {
      what: 'the marker to be gone',
      withinMs: 10_000,
    });
    const states = await waitFor(
      async () => {
        const seen = await statesOf('hello');
        return seen.some(({ state }) => state === 'success') ? seen : undefined;
      },
      { what: 'the event success', withinMs: 10_000 },
    );
    // Neither their order nor that each comes once is promised; that a repetition has the same id is.
    const told = new Map(states.map(({ id, state }) => [id, state]));
    expect(Object.fromEntries(told)).toEqual({
      [stateEventId(attempt, 'queued')]: 'queued',
      [stateEventId(attempt, 'running')]: 'running',
      [stateEventId(attempt, 'success')]: 'success',
    });
    const kept = (await objectsOf(attemptPrefix(attempt))).filter(name => !name.startsWith('logs/base/'));
    expect(kept).toEqual([
      'launch.json',
      'logs/base.log',
      'outcome.json',
      'pod.json',
      'return.json',
      'running.json',
    ]);
  });

  test('pi: 2,000 digits', async () => {
    const [runId = ''] = await deployment.publishTask(example('pi.json'));
    const attempt = { dagId: 'default', runId, taskId: 'ex-all-configs', tryNumber: 1 };
    const outcome = await deployment.waitForOutcome(attempt, 120_000);
    expect(outcome).toMatchObject({
      state: 'success',
      xcom: null,
      pod: { name: expect.stringMatching(/^pi-/) },
    });
    const [digits = '', ...more] = logLines((await deployment.readLog(attempt, 'base')) ?? '');
    expect(more).toEqual([]);
    expect(digits).toMatch(/^3\.14159\d+275901$/);
    expect(digits.replace('.', '')).toHaveLength(2_000);
  });

  test('init containers: their logs are kept when that is wished', async () => {
    const image = 'busybox:1.35';
    const init = (name: string) => ({ name, image, command: ['sh', '-c', `echo from ${name}`] });
    const { attempt, outcome } = await runShellTask(deployment, 'inits', 'echo main', {
      init_containers: [init('first'), init('second')],
      init_container_logs: ['second'],
    });
    expect(outcome.state).toBe('success');
    expect(await deployment.readLog(attempt, 'first')).toBeUndefined();
    expect(logLines((await deployment.readLog(attempt, 'second')) ?? '')).toEqual(['from second']);
    expect(logLines((await deployment.readLog(attempt, 'base')) ?? '')).toEqual(['main']);
    const logs = outcome.containers.map(({ name, exit_code, log }) => [name, exit_code, log]);
    expect(logs).toEqual([
      ['first', 0, null],
      ['second', 0, attemptObjects(attempt).log('second')],
      ['base', 0, attemptObjects(attempt).log('base')],
    ]);
  });

  test('an exit code that is not 0 fails the run, keeps the log, and takes no result', async () => {
    const script = 'echo working; echo 1 > /airflow/xcom/return.json; exit 3';
    const { attempt, outcome } = await runShellTask(deployment, 'exit-3', script, { do_xcom_push: true });
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: 'exit_code',
      class: 'user',
      exit_code: 3,
      xcom: null,
      action: expect.stringMatching(/\.$/),
    });
    expect(logLines((await deployment.readLog(attempt, 'base')) ?? '')).toEqual(['working']);
    expect(await deployment.bucket.read(attemptObjects(attempt).xcom)).toBeUndefined();
  });

  test.each([
    { action: 'delete_pod', exit: 0, isKept: false },
    { action: 'delete_pod', exit: 1, isKept: false },
    { action: 'delete_succeeded_pod', exit: 0, isKept: false },
    { action: 'delete_succeeded_pod', exit: 1, isKept: true },
    { action: 'delete_active_pod', exit: 0, isKept: true },
    { action: 'keep_pod', exit: 0, isKept: true },
    { action: 'keep_pod', exit: 1, isKept: true },
  ])(
    'on_finish_action $action, exit code $exit: the Pod is kept: $isKept',
    async ({ action, exit, isKept }) => {
      const taskId = `${action.replaceAll('_', '-')}-${exit}`;
      const { attempt, outcome } = await runShellTask(deployment, taskId, `exit ${exit}`, {
        on_finish_action: action,
      });
      expect(outcome.state).toBe(exit === 0 ? 'success' : 'failed');
      // The marker goes last: what should happen to the Pod has happened then, but for its grace period.
      await waitFor(
        async () =>
          (await objectsOf('open/')).every(name => !name.includes(`task_id=${taskId}/`)) || undefined,
        {
          what: 'the marker to be gone',
          withinMs: 20_000,
          explain: () => deployment.explain(),
        },
      );
      const find = async () =>
        (await deployment.namespace.pods()).find(pod => pod.metadata?.name === outcome.pod?.name);
      if (isKept) {
        expect((await find())?.metadata?.deletionTimestamp).toBeUndefined();
        expect((await find())?.metadata?.uid).toBe(outcome.pod?.uid);
        expect((await find())?.metadata?.labels).toMatchObject({ task_id: attempt.taskId, try_number: '1' });
      } else {
        await waitFor(async () => ((await find()) === undefined ? true : undefined), {
          what: 'the Pod to be gone',
          withinMs: 60_000,
        });
      }
    },
  );
});

describe.concurrent('an XCom', () => {
  const text = JSON.stringify({ Größe: 'naïve 日本語 😀', zero: '\u0000' });
  const threeKilobytes = JSON.stringify('x'.repeat(3_070));
  const fill = (bytes: number): string =>
    `{ printf '"'; head -c ${bytes - 2} /dev/zero | tr '\\0' a; printf '"'; }`;
  const filled = (bytes: number): Buffer => Buffer.from(`"${'a'.repeat(bytes - 2)}"`);
  const mebibyte = 1_024 * 1_024;
  const write = (value: string) => ({ script: 'printf %s "$VALUE" > $FILE', env_vars: { VALUE: value } });
  const cases = [
    { name: '3kb', ...write(threeKilobytes), expected: Buffer.from(threeKilobytes) },
    { name: 'not-ascii', ...write(text), expected: Buffer.from(text) },
    { name: 'white-space', ...write(' [1,\n 2]\n\n'), expected: Buffer.from(' [1,\n 2]\n\n') },
    { name: 'missing', script: 'true', expected: undefined },
  ];
  const transports = ['sidecar', 'termination_message'];

  async function runXcom(transport: string, name: string, script: string, env_vars: object = {}) {
    const taskId = `${transport.replace('_', '-')}-${name}`;
    const ended = await runShellTask(
      deployment,
      taskId,
      script.replace('$FILE', '/airflow/xcom/return.json'),
      {
        do_xcom_push: true,
        xcom_transport: transport,
        env_vars,
      },
    );
    const object = attemptObjects(ended.attempt).xcom;
    return { ...ended, object, stored: await deployment.bucket.read(object) };
  }

  test.each(transports.flatMap(transport => cases.map(one => ({ transport, env_vars: {}, ...one }))))(
    'by $transport: $name is stored byte for byte',
    async ({ transport, name, script, env_vars, expected }) => {
      const { outcome, object, stored } = await runXcom(transport, name, script, env_vars);
      expect(outcome).toMatchObject({ state: 'success', reason: 'completed' });
      expect(stored).toEqual(expected);
      expect(outcome.xcom).toEqual(
        expected === undefined
          ? null
          : { object, size: expected.length, sha256: createHash('sha256').update(expected).digest('hex') },
      );
    },
  );

  test('by sidecar: 1 MiB is stored byte for byte', async () => {
    const { outcome, stored } = await runXcom('sidecar', 'mebibyte', `${fill(mebibyte)} > $FILE`);
    expect(outcome).toMatchObject({ state: 'success', xcom: { size: mebibyte } });
    expect(stored?.equals(filled(mebibyte))).toBe(true);
  });

  test('by sidecar: an empty file is a value of no bytes', async () => {
    const { outcome, stored } = await runXcom('sidecar', 'empty', ': > $FILE');
    expect(outcome).toMatchObject({ state: 'success', xcom: { size: 0 } });
    expect(stored).toEqual(Buffer.alloc(0));
  });

  test('by termination_message: an empty file cannot be told from none', async () => {
    const { outcome, stored } = await runXcom('termination_message', 'empty', ': > $FILE');
    expect(outcome).toMatchObject({ state: 'success', xcom: null });
    expect(stored).toBeUndefined();
  });

  test.each(transports)(
    'by %s: what is not JSON is a failure that says so, and is not stored',
    async transport => {
      const { outcome, stored } = await runXcom(transport, 'no-json', 'echo "{oops" > $FILE');
      expect(outcome).toMatchObject({ state: 'failed', reason: 'xcom_invalid', exit_code: 0, xcom: null });
      expect(stored).toBeUndefined();
    },
  );

  test('by termination_message: 4,096 bytes are too many, and the other transport is named', async () => {
    const { outcome, stored } = await runXcom('termination_message', 'too-big', `${fill(4_096)} > $FILE`);
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: 'xcom_too_big',
      action: expect.stringContaining('sidecar'),
    });
    expect(stored).toBeUndefined();
  });
});

describe.concurrent('a message that is no task', () => {
  test('with a run key: an outcome with every problem, an event, no Pod', async () => {
    const taskId = 'wrong-task';
    await deployment.publishTask({ task_id: taskId, run_id: 'r1', imag: 'busybox', cmds: 'date' });
    const outcome = await deployment.waitForOutcome(firstAttempt(taskId), 30_000);
    expect(outcome).toMatchObject({ state: 'rejected', reason: 'invalid_task', class: 'config', pod: null });
    expect(outcome.problems?.map(({ path }) => path).sort()).toEqual(['cmds', 'imag', 'image']);
    expect(outcome.problems?.find(({ path }) => path === 'imag')?.message).toContain('image');
    await waitFor(
      async () => (await statesOf(taskId)).some(({ state }) => state === 'rejected') || undefined,
      {
        what: 'the event rejected',
        withinMs: 10_000,
      },
    );
    expect((await podNames()).filter(name => name.startsWith(taskId))).toEqual([]);
  });

  test.each([
    ['not JSON', 'this is not a task'],
    ['without task_id', '{"image":"busybox"}'],
  ])('%s: it is filed under its message id, and not delivered again', async (_, text) => {
    const [messageId = ''] = await deployment.publishTask(text);
    const filed = JSON.parse((await deployment.waitForObject(rejectedObject(messageId), 30_000)).toString());
    expect(filed.problems.length).toBeGreaterThan(0);
    // The subscription waits 1 s before it delivers again what was not acknowledged.
    await sleep(3_000);
    expect(launch.logs().split(`"message_id":"${messageId}"`)).toHaveLength(2);
  });
});

describe.concurrent('every form of a push', () => {
  const envelope = (taskId: string) => ({
    message: {
      data: Buffer.from(JSON.stringify(shellTask(taskId, `echo ${taskId}`))).toString('base64'),
      messageId: `${taskId}-1`,
      publishTime: new Date().toISOString(),
    },
    subscription: 'projects/p/subscriptions/s',
  });
  const event = {
    specversion: '1.0',
    type: 'google.cloud.pubsub.topic.v1.messagePublished',
    source: '//pubsub.googleapis.com/projects/p/topics/t',
  };

  test.each([
    ['wrapped', 'application/json', {}, envelope('push-wrapped')],
    [
      'binary',
      'application/json',
      Object.fromEntries(Object.entries({ ...event, id: 'x' }).map(([name, value]) => [`ce-${name}`, value])),
      envelope('push-binary'),
    ],
    [
      'structured',
      'application/cloudevents+json',
      {},
      { ...event, id: 'x', data: envelope('push-structured') },
    ],
  ])('%s', async (form, type, headers, body) => {
    const response = await fetch(launch.url, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    expect([200, 204]).toContain(response.status);
    const attempt = firstAttempt(`push-${form}`);
    expect(await deployment.waitForOutcome(attempt, 90_000)).toMatchObject({ state: 'success' });
    expect(logLines((await deployment.readLog(attempt, 'base')) ?? '')).toEqual([`push-${form}`]);
  });

  test('what is none of them is refused', async () => {
    const response = await fetch(launch.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(30_000),
    });
    expect(response.status).toBe(400);
  });
});
