import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../../local/storage/folder-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskpod-lock-'));
  path = join(folder, '.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The pid of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

test('the lock names its process, and is gone when it is released', () => {
  const lock = lockFolder(path);
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([String(process.pid), ['.lock']]);
  lock.release();
  expect(existsSync(path)).toBe(false);
});

test.each([
  ['this', () => process.pid],
  ['another', () => process.ppid],
])('a folder of %s process is not given away', (_title, pid) => {
  writeFileSync(path, String(pid()));
  expect(() => lockFolder(path)).toThrow(
    expect.objectContaining({
      code: 'bad_usage',
      message: `the folder is in use by process ${pid()} (${path})`,
      action: expect.stringMatching(/^Stop that process/),
    }),
  );
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([String(pid()), ['.lock']]);
});

test.each([
  ['a process that is gone', () => String(deadPid())],
  ['nobody', () => ''],
])('a lock of %s is taken over', (_title, content) => {
  writeFileSync(path, content());
  lockFolder(path);
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([String(process.pid), ['.lock']]);
});

test('a lock that was taken over is not released', () => {
  const lock = lockFolder(path);
  writeFileSync(path, '1');
  lock.release();
  expect(readFileSync(path, 'utf8')).toBe('1');
});
