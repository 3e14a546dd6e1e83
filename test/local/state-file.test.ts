import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  findLocalState,
  type LocalState,
  localStatePath,
  removeLocalState,
  runningIn,
  writeLocalState,
} from '../../local/state-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

const state: LocalState = {
  version: 1,
  pid: process.pid,
  started_at: '2026-11-22T10:00:00.000Z',
  folder: '/x',
  bucket: 'b',
  tasks_topic: 'projects/p/topics/t',
  watch_topic: 'projects/p/topics/w',
  dead_letters_subscription: 'projects/p/subscriptions/d',
  kubeconfig: '/x/kubeconfig',
  namespace: 'n',
  namespaces: ['n'],
  clusters: ['kubeconfig'] as [string],
  storage_url: 'http://127.0.0.1:1',
  pubsub_url: 'http://127.0.0.1:2',
};

/** The id of a process that has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('is found from the folder and from those below it, and is nobody else’s to read', async () => {
  await writeLocalState(folder, state);
  const below = join(folder, 'a', 'b');
  await mkdir(below, { recursive: true });
  expect(await findLocalState(folder)).toEqual(state);
  expect(await findLocalState(below)).toEqual(state);
  expect(await runningIn(below)).toBeUndefined();
  expect((await stat(localStatePath(folder))).mode & 0o777).toBe(0o600);
  expect(await readdir(dirname(localStatePath(folder)))).toEqual(['.gitignore', 'local.json']);
});

test('the nearest one that runs is taken', async () => {
  const inner = join(folder, 'a');
  await mkdir(inner);
  await writeLocalState(folder, state);
  await writeLocalState(inner, { ...state, bucket: 'inner' });
  expect((await findLocalState(inner))?.bucket).toBe('inner');
  await writeLocalState(inner, { ...state, bucket: 'inner', pid: endedPid() });
  expect((await findLocalState(inner))?.bucket).toBe('b');
});

describe('counts as absent', () => {
  test.each([
    { name: 'not JSON', text: '{' },
    { name: 'something missing', text: JSON.stringify({ ...state, bucket: undefined }) },
    { name: 'another machine', text: JSON.stringify({ ...state, storage_url: 'http://example.com:80' }) },
    {
      name: 'another machine, hidden',
      text: JSON.stringify({ ...state, pubsub_url: 'http://127.0.0.1:1@e.com' }),
    },
    { name: 'a later version', text: JSON.stringify({ ...state, version: 2 }) },
  ])('$name', async ({ text }) => {
    await writeLocalState(folder, state);
    await writeFile(localStatePath(folder), text);
    expect(await runningIn(folder)).toBeUndefined();
  });
});

test('is removed only by its own process', async () => {
  await writeLocalState(folder, state);
  await removeLocalState(folder, process.pid + 1);
  expect(await runningIn(folder)).toEqual(state);
  await removeLocalState(folder, process.pid);
  expect(await runningIn(folder)).toBeUndefined();
  await removeLocalState(folder, process.pid);
});
