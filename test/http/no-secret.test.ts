import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Stack, startStack } from '../../local/stack.ts';
import { localTopics } from '../../local/topics.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { attemptObjects, connectionObject, variableObject } from '../../shared/object-names.ts';
import { parseOutcome } from '../../shared/outcome.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { systemClock } from '../../shared/time.ts';
import { waitFor } from '../cluster/support/wait.ts';
import { planted } from '../secrets/planted.ts';
import { takeLeaks, witness, witnessFolder } from '../secrets/witness.ts';
import { startCli } from './cli-harness.ts';

const signal = new AbortController().signal;
const events = 'projects/taskpod-local/subscriptions/all-events';
const closers = new AsyncDisposableStack();
let folder: string;
let stack: Stack;
let store: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-secrets-'));
  closers.defer(() => rm(folder, { recursive: true, force: true }));
  const retryDeps = { clock: systemClock, random: Math.random };
  stack = await startStack({ folder, env: process.env, notice: () => undefined, ...retryDeps, signal });
  closers.defer(() => stack.close());
  store = connectStore({ bucket: stack.bucket, retryDeps, emulatorHost: stack.urls.storage });
  await pubsub('PUT', events, { topic: localTopics.events });
  const json = { contentType: 'application/json', signal };
  const connection = {
    conn_type: 'postgres',
    host: 'db.example.com',
    password: planted.password,
    extra: { api_key: planted.extra },
  };
  await store.create(connectionObject('db'), JSON.stringify(connection), json);
  await store.create(variableObject('uri'), planted.uri, json);
  await store.create(variableObject('pw'), planted.variable, json);
}, 90_000);
afterAll(() => closers.disposeAsync());

async function pubsub(method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${stack.urls.pubsub}/v1/${path}`, { method, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Pushes a message as Pub/Sub does, with the token that it would have. */
async function push(to: 'launch' | 'watch', messageId: string, data: string): Promise<void> {
  const message = {
    messageId,
    data: Buffer.from(data).toString('base64'),
    attributes: { a: planted.message },
  };
  const answer = await fetch(stack.urls[to], {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: planted.header },
    body: JSON.stringify({ subscription: 'projects/p/subscriptions/s', message }),
  });
  witness(`the answer of ${to}`, `${await answer.text()} ${JSON.stringify([...answer.headers])}`);
}

const secretive = {
  image: 'bash',
  cmds: ['bash', '-c', 'echo working; test -n "$PASSWORD$KEY$URI$PW"; exit "$CODE"'],
  env_vars: {
    LITERAL: planted.envValue,
    PASSWORD: '{{ conn.db.password }}',
    KEY: '{{ conn.db.extra_dejson.api_key }}',
    URI: '{{ var.value.uri }}',
    PW: '{{ var.value.pw }}',
  },
};
const task = (name: string, code: number, more: object = {}): string => {
  const env_vars = { ...secretive.env_vars, CODE: String(code) };
  return JSON.stringify({ task_id: name, run_id: 'r', ...secretive, env_vars, ...more });
};

/** Messages that are wrong in every way in which an answer may tell what is in them. */
const wrong: [name: string, data: string][] = [
  ['unknown-key', task('unknown-key', 0, { pasword: planted.message })],
  ['wrong-types', task('wrong-types', 0, { image: { a: planted.message }, labels: [planted.message] })],
  ['no-list', task('no-list', 0, { cmds: planted.message, get_logs: planted.message })],
  ['bad-env', task('bad-env', 0, { env_vars: { 'A B': planted.envValue, C: { d: planted.envValue } } })],
  ['undefined-name', task('undefined-name', 0, { arguments: ['{{ conn.db.password.nothing }}'] })],
  ['no-number', task('no-number', 0, { startup_timeout_seconds: '{{ var.value.pw }}' })],
  ['filter', task('filter', 0, { arguments: ['{{ var.value.pw | int + conn.db.password }}'] })],
  ['from-json', task('from-json', 0, { arguments: ['{{ var.json.pw }}'] })],
  ['image', task('image', 0, { image: '{{ conn.db.password }} {{ var.value.pw }}' })],
  ['label', task('label', 0, { labels: { a: '{{ var.value.uri }}' } })],
  ['namespace', task('namespace', 0, { namespace: '{{ conn.db.password }}' })],
  ['account', task('account', 0, { service_account_name: '{{ var.value.uri }}' })],
  ['policy', task('policy', 0, { security_context: { privileged: true } })],
  ['volume', task('volume', 0, { volumes: [{ name: 'a', hostPath: { path: '/{{ var.value.pw }}' } }] })],
  ['node', task('node', 0, { node_selector: { a: '{{ var.value.uri }} ' } })],
];

test('planted secrets are in nothing that a deployment lets out, whatever goes right or wrong', async () => {
  const attempt = (taskId: string) => ({ dagId: 'default', runId: 'r', taskId, tryNumber: 1 });
  await push('launch', 'm1', task('good', 0));
  await push('launch', 'm2', task('bad', 3, { retries: 1, retry_delay_seconds: 1 }));
  await push('launch', 'm3', task('missing', 0, { cmds: ['/no/such/program', 'x'] }));
  for (const [index, [, data]] of wrong.entries()) await push('launch', `w${index}`, data);
  for (const to of ['launch', 'watch'] as const) {
    await push(to, 'n1', planted.message);
    await push(to, 'n2', JSON.stringify({ kind: planted.message, scope: planted.message }));
    await push(to, 'n3', JSON.stringify({ kind: 'cancel', dag_id: { a: planted.message } }));
    const body = JSON.stringify({ message: { data: planted.message, messageId: 5 } });
    const answer = await fetch(stack.urls[to], {
      method: 'POST',
      body,
      headers: { authorization: planted.header },
    });
    witness(`the answer of ${to}`, await answer.text());
  }
  const ends: Record<string, string> = {};
  for (const name of ['good', 'bad', 'missing', ...wrong.map(([first]) => first)]) {
    const what = { what: `the outcome of ${name}`, withinMs: 60_000 };
    const read = () => store.read(attemptObjects(attempt(name)).outcome, signal);
    const { body } = await waitFor(read, what);
    ends[name] = parseOutcome(body.toString('utf8')).state;
  }
  const rejected = Object.fromEntries(wrong.map(([name]) => [name, 'rejected']));
  expect(ends).toEqual({ good: 'success', bad: 'failed', missing: 'failed', ...rejected });
  await waitFor(() => store.read(attemptObjects({ ...attempt('bad'), tryNumber: 2 }).outcome, signal), {
    what: 'the second attempt',
    withinMs: 30_000,
  });

  const env = {
    TASKPOD_BUCKET: stack.bucket,
    TASKPOD_TASKS_TOPIC: localTopics.tasks,
    STORAGE_EMULATOR_HOST: stack.urls.storage,
    PUBSUB_EMULATOR_HOST: new URL(stack.urls.pubsub).host,
  };
  for (const args of [
    ['list'],
    ['status', 'r/good'],
    ['status', 'r/bad', '--json'],
    ['logs', 'r/bad'],
    ['variables', 'list'],
    ['connections', 'list'],
    ['connections', 'get', 'db'],
  ]) {
    // startCli looks through what the command says.
    expect((await startCli(args, { env }).ended).out.length).toBeGreaterThan(0);
  }
  const pulled = z
    .object({ receivedMessages: z.array(z.object({ message: z.object({ data: z.base64() }) })) })
    .parse(await pubsub('POST', `${events}:pull`, { maxMessages: 100, returnImmediately: true }));
  const texts = pulled.receivedMessages.map(({ message }) => Buffer.from(message.data, 'base64').toString());
  for (const text of texts) witness('an event', text);
  expect(texts.length).toBeGreaterThan(wrong.length);
  expect(await witnessFolder(stack.logFolder)).toBeGreaterThanOrEqual(3);
  expect(await witnessFolder(stack.bucketFolder)).toBeGreaterThan(30);
  expect(takeLeaks()).toEqual([]);
}, 180_000);

describe('where the secrets are by design, they are', () => {
  test('in the task as it was published, templates unrendered', async () => {
    const launch = attemptObjects({ dagId: 'default', runId: 'r', taskId: 'good', tryNumber: 1 }).launch;
    const { task: published } = JSON.parse(String((await store.read(launch, signal))?.body));
    expect(published.env_vars).toEqual({ ...secretive.env_vars, CODE: '0' });
  });
});
