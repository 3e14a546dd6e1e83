import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ContainerLog, type LogQuery } from '../../../../local/pods/kubelet/container-log.ts';

let folder: string;
let log: ContainerLog;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'taskpod-log-'));
  log = new ContainerLog(path.join(folder, 'log'), () => 0n);
  await log.open();
});
afterEach(async () => {
  await log.end();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;
async function read(query: Partial<LogQuery>, signal = never): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of log.read({ follow: false, timestamps: false, ...query }, signal))
    pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('ContainerLog', () => {
  test('without follow gives what is there, whether it has ended or not', async () => {
    await log.append(Buffer.from('one\ntwo'));
    expect(await read({})).toBe('one\n');
    await log.end();
    expect(await read({})).toBe('one\ntwo');
  });

  test('with follow gives every line to every reader, and ends with the log', async () => {
    await log.append(Buffer.from('before\n'));
    const readers = [read({ follow: true }), read({ follow: true })];
    for (let i = 0; i < 200; i++) await log.append(Buffer.from(`${i}\n`));
    await log.append(Buffer.from('last'));
    await log.end();
    const expected = `before\n${Array.from({ length: 200 }, (_, i) => `${i}\n`).join('')}last`;
    expect(await Promise.all(readers)).toEqual([expected, expected]);
  });

  test('a follower that goes leaves nothing behind', async () => {
    const gone = new AbortController();
    const reading = read({ follow: true }, gone.signal);
    gone.abort();
    expect(await reading).toBe('');
  });

  test.each([
    [0, ''],
    [1, 'three'],
    [2, 'two\nthree'],
    [3, 'one\ntwo\nthree'],
    [9, 'one\ntwo\nthree'],
  ])('the last %i lines are %j', async (tailLines, expected) => {
    await log.append(Buffer.from('one\ntwo\nthree'));
    await log.end();
    expect(await read({ tailLines })).toBe(expected);
  });

  test('finds the last lines of a log of many blocks', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`);
    await log.append(Buffer.from(lines.join('')));
    await log.end();
    expect(await read({ tailLines: 15_000 })).toBe(lines.slice(5_000).join(''));
    expect(await read({ tailLines: 20_000 })).toBe(lines.join(''));
  });

  test('tail is cut to its last bytes', async () => {
    await log.append(Buffer.from('one\ntwo\nthree\n'));
    expect([await log.tail(2, 100), await log.tail(2, 3)]).toEqual(['two\nthree\n', 'ee\n']);
  });
});
