import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTask } from '../../cli/read-task.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { localTopics } from '../../local/topics.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { attemptObjects, runPrefix } from '../../shared/object-names.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { systemClock } from '../../shared/time.ts';
import { TestContext } from '../cli/test-context.ts';
import { type FunctionProcess, startFunctionProcess } from '../cluster/support/function-process.ts';
import { waitFor } from '../cluster/support/wait.ts';
import { readText } from '../docs/page.ts';
import { witnessFolder } from '../secrets/witness.ts';
import { startGrpcGateway } from './grpc-publish.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const signal = new AbortController().signal;
const page = readText('docs/events.md');
const closers = new AsyncDisposableStack();
let stack: Stack;
let store: ObjectStore;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskpod-chain-'));
  closers.defer(() => rm(folder, { recursive: true, force: true }));
  const retryDeps = { clock: systemClock, random: Math.random };
  stack = await startStack({ folder, env: process.env, notice: () => undefined, ...retryDeps, signal });
  closers.defer(async () => void (await witnessFolder(folder)));
  closers.defer(() => stack.close());
  store = connectStore({ bucket: stack.bucket, retryDeps, emulatorHost: stack.urls.storage });
}, 90_000);
afterAll(() => closers.disposeAsync());

/** Starts an example, and subscribes it to the events as docs/events.md says. */
async function subscribe(name: 'chain' | 'alert', env: Record<string, string>): Promise<FunctionProcess> {
  const served = await startFunctionProcess({ source: join(examples, name), target: name, env });
  closers.defer(() => served.kill('SIGKILL'));
  const command = new RegExp(`subscriptions create ${name} [^\`]*?--message-filter='([^']+)'`, 's');
  const [, filter] = command.exec(page) ?? [];
  expect(filter).toBeDefined();
  const subscription = { topic: localTopics.events, filter, pushConfig: { pushEndpoint: served.url } };
  await pubsub('PUT', `projects/taskpod-local/subscriptions/${name}`, subscription);
  return served;
}

async function pubsub(method: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${stack.urls.pubsub}/v1/${path}`, { method, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

async function publish(topic: string, text: string, attributes: Record<string, string> = {}): Promise<void> {
  const data = Buffer.from(text).toString('base64');
  await pubsub('POST', `${topic}:publish`, { messages: [{ data, attributes }] });
}

/** The text of an object, once it is there. */
async function textOf(name: string): Promise<string> {
  const explain = () => readFile(join(stack.logFolder, 'launch.log'), 'utf8');
  const object = await waitFor(() => store.read(name, signal), { what: name, withinMs: 30_000, explain });
  return object.body.toString('utf8');
}

/** How the launches of a task ended, as launch has logged it. */
async function launches(run: string): Promise<string[]> {
  const lines = (await readFile(join(stack.logFolder, 'launch.log'), 'utf8')).split('\n');
  return lines.filter(line => line.includes(`"run":"${run}"`)).map(line => JSON.parse(line).message);
}

describe('examples/chain', () => {
  const load = { dagId: 'etl', runId: '2024-03-08', taskId: 'load', tryNumber: 1 };

  test('the end of one task starts the next, which reads its result; once, however often the event comes', async () => {
    const gateway = await startGrpcGateway(stack.urls.pubsub);
    closers.defer(() => gateway.close());
    await subscribe('chain', {
      TASKPOD_TASKS_TOPIC: localTopics.tasks,
      PUBSUB_EMULATOR_HOST: gateway.host,
      PUBSUB_PROJECT_ID: 'taskpod-local',
    });
    const task = String(await readTask(join(examples, 'extract.yaml'), [], new TestContext(false)));
    await publish(localTopics.tasks, task);
    const outcome = JSON.parse(await textOf(attemptObjects(load).outcome));
    expect(outcome).toMatchObject({ state: 'success', exit_code: 0 });
    expect(await textOf(attemptObjects(load).log('base'))).toMatch(/^\S+ load 3 rows into events\n$/);

    const { events } = JSON.parse(await textOf(attemptObjects({ ...load, taskId: 'extract' }).outcome));
    const attributes = { dag_id: 'etl', task_id: 'extract', state: 'success' };
    const again = { id: events[0], data: { dag_id: 'etl', run_id: '2024-03-08', task_id: 'extract' } };
    await publish(localTopics.events, JSON.stringify(again), attributes);
    const ends = await waitFor(
      async () => {
        const all = await launches('etl/2024-03-08/load');
        return all.length >= 2 ? all : undefined;
      },
      { what: 'the second launch', withinMs: 20_000 },
    );
    expect(ends).toEqual(['launch: created', 'launch: ended']);
    const objects = await Array.fromAsync(store.list(runPrefix(load), { signal }));
    expect(objects.filter(({ name }) => name.endsWith('/launch.json'))).toHaveLength(1);
  }, 90_000);

  test('its task is that of examples/load.yaml', async () => {
    const text = String(await readTask(join(examples, 'load.yaml'), [], new TestContext(false)));
    const { dag_id, run_id, ...task } = JSON.parse(text);
    expect([dag_id, run_id]).toEqual([load.dagId, load.runId]);
    expect(JSON.parse(readText('examples/chain/load.json'))).toEqual(task);
  });
});

describe('examples/alert', () => {
  test('a chat is told of what has failed, again when it did not listen, and of nothing else', async () => {
    const told: string[] = [];
    const chat = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      told.push(JSON.parse(body).text);
      response.writeHead(told.length === 1 ? 500 : 200).end();
    }).listen(0, '127.0.0.1');
    await once(chat, 'listening');
    closers.defer(() => new Promise(resolve => chat.close(() => resolve())));
    const address = chat.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await subscribe('alert', { WEBHOOK_URL: `http://127.0.0.1:${port}/` });
    const task = (taskId: string, code: number) =>
      JSON.stringify({ task_id: taskId, run_id: 'r', image: 'bash', cmds: ['bash', '-c', `exit ${code}`] });
    await publish(localTopics.tasks, task('good', 0));
    await publish(localTopics.tasks, task('bad', 3));
    await publish(localTopics.tasks, '{"task_id": "worse", "run_id": "r", "imag": "bash"}');
    await waitFor(() => told.length >= 3 || undefined, { what: 'three posts', withinMs: 30_000 });
    expect(new Set(told)).toEqual(
      new Set([
        'default/r/worse: rejected (invalid_task). The message is not a valid task.',
        'default/r/bad: failed (exit_code). The container exited with code 3.',
      ]),
    );
  }, 60_000);
});
