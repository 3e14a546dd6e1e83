import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { systemClock } from '../../shared/time.ts';
import { waitFor } from '../cluster/support/wait.ts';
import { type RunningCli, startCli } from './cli-harness.ts';

const readySchema = z.object({ bucket: z.string(), urls: z.object({ storage: z.string() }) });
const never = new AbortController().signal;

let folder: string;
let running: RunningCli;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-dead-'));
  running = startCli(['local', '--json'], { cwd: folder });
  await running.says('"ready"');
}, 180_000);
afterEach(async () => {
  running.kill('SIGINT');
  await running.ended;
  await rm(folder, { recursive: true, force: true });
});

const taskpod = (...args: string[]) => startCli(args, { cwd: folder }).ended;

async function failures(): Promise<unknown[]> {
  const log = await readFile(join(folder, '.taskpod', 'logs', 'launch.log'), 'utf8');
  const lines = log.split('\n').filter(line => line.includes('launch failed'));
  return lines.map(line => JSON.parse(line));
}

test('taskpod local: a message that fails for ever is a dead letter, and runs when its cause is mended', async () => {
  const { bucket, urls } = readySchema.parse(JSON.parse(running.said().out.split('\n', 1)[0] ?? ''));
  const retryDeps = { clock: systemClock, random: Math.random };
  const store = connectStore({ bucket, retryDeps, emulatorHost: urls.storage });
  const { launch } = attemptObjects({ dagId: 'default', runId: 'r', taskId: 't', tryNumber: 1 });
  await store.create(launch, 'damaged', { signal: never });
  const task = { task_id: 't', run_id: 'r', image: 'busybox', cmds: ['echo', 'late'] };
  await writeFile(join(folder, 'task.json'), JSON.stringify(task));
  expect(await taskpod('submit', 'task.json')).toMatchObject({ code: 0 });
  // The pauses between the deliveries take 13 s.
  const allFailed = { what: '8 deliveries', withinMs: 90_000 };
  await waitFor(async () => (await failures()).length === 8 || undefined, allFailed);
  const letters = JSON.parse((await taskpod('dead-letters', 'list', '--json')).out);
  expect(letters).toMatchObject([
    { deliveries: 8, kind: 'task', subscription: expect.stringMatching(/\/launch$/) },
  ]);
  expect(await failures()).toMatchObject(
    [1, 2, 3, 4, 5, 6, 7, 8].map(attempt => ({ severity: 'ERROR', delivery_attempt: attempt })),
  );
  const id = letters[0].message_id;
  await store.remove(launch, { signal: never });
  expect(await taskpod('dead-letters', 'republish', id)).toEqual({
    code: 0,
    out: `${id} -> tasks default/r/t\n`,
    err: '',
  });
  expect(await taskpod('logs', '--follow', 'default/r/t')).toMatchObject({ code: 0, out: 'late\n' });
  expect(await taskpod('status', 'r')).toMatchObject({ code: 0 });
  expect(await taskpod('dead-letters', 'list')).toEqual({ code: 0, out: '', err: '' });
  expect(await taskpod('sweep')).toMatchObject({ code: 0, err: '' });
  // The Pod emulator answers.
  const foreseen = await taskpod('sweep', '--dry-run', '--json');
  expect(JSON.parse(foreseen.out)).toEqual({ items: [], not_looked_at: [] });
}, 180_000);
