import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type StorageServer, startStorageServer } from '../../local/storage/server.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { systemClock } from '../../shared/time.ts';

let folder: string;
let server: StorageServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-storage-'));
  server = await startStorageServer({ folder, port: 0 });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

async function send(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await fetch(`${server.url}${path}`, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}
const makeBucket = (name: string) => send('POST', '/storage/v1/b?project=p', JSON.stringify({ name }));
const upload = (name: string, body: string, query = '') =>
  send('POST', `/upload/storage/v1/b/box/o?uploadType=media&name=${encodeURIComponent(name)}${query}`, body, {
    'content-type': 'text/plain',
  });
const reason = (answer: Answer) => [answer.status, JSON.parse(answer.text).error.errors[0].reason];

describe('by hand, as with curl', () => {
  test('an upload is a file, and comes back whole or in part', async () => {
    await makeBucket('box');
    const made = await upload('a/größe.txt', '0123456789');
    expect(JSON.parse(made.text)).toMatchObject({
      kind: 'storage#object',
      name: 'a/größe.txt',
      bucket: 'box',
      size: '10',
      contentType: 'text/plain',
      metageneration: '1',
    });
    expect(await readFile(join(folder, 'box/a/größe.txt'), 'utf8')).toBe('0123456789');
    const path = `/storage/v1/b/box/o/${encodeURIComponent('a/größe.txt')}`;
    const whole = await send('GET', `${path}?alt=media`);
    expect([whole.status, whole.text, whole.headers.get('content-type')]).toEqual([
      200,
      '0123456789',
      'text/plain',
    ]);
    const part = await send('GET', `${path}?alt=media`, undefined, { range: 'bytes=4-6' });
    expect([part.status, part.text, part.headers.get('content-range')]).toEqual([206, '456', 'bytes 4-6/10']);
    const behind = await send('GET', `${path}?alt=media`, undefined, { range: 'bytes=10-' });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    const generation = whole.headers.get('x-goog-generation');
    expect((await send('GET', `${path}?alt=media&generation=${generation}`)).status).toBe(200);
    expect((await send('GET', `${path}?alt=media&generation=1`)).status).toBe(404);
    expect((await send('GET', `${path}?ifGenerationMatch=1`)).status).toBe(412);
    const unchanged = await send('GET', `${path}?alt=media&ifGenerationNotMatch=${generation}`);
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await send('GET', `${path}?alt=media&ifGenerationNotMatch=1`)).text).toBe('0123456789');
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
  });

  test('lists folders', async () => {
    await makeBucket('box');
    for (const name of ['a', 'a/1', 'a/2', 'b/1']) await upload(name, name);
    const { kind, items, prefixes } = JSON.parse((await send('GET', '/storage/v1/b/box/o?delimiter=/')).text);
    expect([kind, items.map(({ name }: { name: string }) => name), prefixes]).toEqual([
      'storage#objects',
      ['a'],
      ['a/', 'b/'],
    ]);
  });

  test('buckets', async () => {
    expect(JSON.parse((await send('GET', '/storage/v1/b?project=p')).text)).toEqual({
      kind: 'storage#buckets',
      items: [],
    });
    expect((await makeBucket('box')).status).toBe(200);
    expect(reason(await makeBucket('box'))).toEqual([409, 'conflict']);
    expect(JSON.parse((await send('GET', '/storage/v1/b/box')).text)).toMatchObject({ name: 'box' });
    expect(reason(await send('GET', '/storage/v1/b/nobox'))).toEqual([404, 'notFound']);
    for (const name of ['..', 'a/b', 'A', '.taskpod-storage', 'x..y', 'ab/../../c', 'x']) {
      expect([name, reason(await makeBucket(name))]).toEqual([name, [400, 'invalid']]);
    }
  });

  test.each<[string, () => Promise<Answer>, [number, string]]>([
    [
      'a precondition that does not hold',
      () => upload('a', 'x', '&ifGenerationMatch=7'),
      [412, 'conditionNotMet'],
    ],
    [
      'a precondition that is not understood',
      () => upload('a', 'x', '&ifMetagenerationMatch=1'),
      [400, 'notSupported'],
    ],
    [
      'a precondition of reads on a write',
      () => upload('a', 'x', '&ifGenerationNotMatch=1'),
      [400, 'notSupported'],
    ],
    ['a precondition that is no number', () => upload('a', 'x', '&ifGenerationMatch=x'), [400, 'invalid']],
    [
      'a resumable upload',
      () => send('POST', '/upload/storage/v1/b/box/o?uploadType=resumable&name=a', '{}'),
      [400, 'notSupported'],
    ],
    [
      'an upload without a name',
      () => send('POST', '/upload/storage/v1/b/box/o?uploadType=media', 'x'),
      [400, 'invalid'],
    ],
    [
      'an upload that was damaged on its way',
      () =>
        send(
          'POST',
          '/upload/storage/v1/b/box/o?uploadType=multipart',
          '--x\r\n\r\n{"name":"a","md5Hash":"AAAA"}\r\n--x\r\n\r\nhello\r\n--x--',
          { 'content-type': 'multipart/related; boundary=x' },
        ),
      [400, 'invalid'],
    ],
    ['a bucket that is not there', () => send('GET', '/storage/v1/b/nobox/o'), [404, 'notFound']],
    [
      'a source that is not there',
      () => send('POST', '/storage/v1/b/box/o/t/compose', '{"sourceObjects":[{"name":"none"}]}'),
      [404, 'notFound'],
    ],
    [
      '33 sources',
      () =>
        send(
          'POST',
          '/storage/v1/b/box/o/t/compose',
          JSON.stringify({ sourceObjects: Array(33).fill({ name: 'a' }) }),
        ),
      [400, 'invalid'],
    ],
    [
      'a request that is not JSON',
      () => send('POST', '/storage/v1/b/box/o/t/compose', 'x'),
      [400, 'parseError'],
    ],
    ['another method', () => send('PATCH', '/storage/v1/b/box/o/a', '{}'), [405, 'notSupported']],
  ])('refuses %s, and changes nothing', async (_title, call, expected) => {
    await makeBucket('box');
    expect(reason(await call())).toEqual(expected);
    expect(JSON.parse((await send('GET', '/storage/v1/b/box/o')).text)).toEqual({ kind: 'storage#objects' });
  });
});

describe('nobody but this machine’s programs', () => {
  test.each([
    ['a page in a browser', { origin: 'https://example.com' }],
    ['a name that was made to lead here', { host: 'example.com' }],
  ])('%s is refused', async (_title, headers) => {
    const status = await new Promise(resolve => {
      request(`${server.url}/storage/v1/b`, { headers }, response => resolve(response.statusCode)).end();
    });
    expect(status).toBe(403);
  });
});

test('one process owns a folder', async () => {
  await expect(startStorageServer({ folder, port: 0 })).rejects.toMatchObject({
    code: 'bad_usage',
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });
});

test('a port that is taken is told, and the folder is free again', async () => {
  const other = await mkdtemp(join(tmpdir(), 'taskpod-storage-'));
  const port = Number(new URL(server.url).port);
  await expect(startStorageServer({ folder: other, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await (await startStorageServer({ folder: other, port: 0 })).close();
  await rm(other, { recursive: true });
});

test('what was acknowledged before a kill -9 is there after it, and nothing is half there', async () => {
  await makeBucket('box');
  await server.close();
  const module = JSON.stringify(new URL('../../local/storage/server.ts', import.meta.url).href);
  const code = `const { startStorageServer } = await import(${module});
    console.log((await startStorageServer({ folder: ${JSON.stringify(folder)}, port: 0 })).url)`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [url] = await once(child.stdout, 'data');
  const options = { bucket: 'box', retryDeps: { clock: systemClock, random: Math.random } };
  const store = connectStore({ ...options, emulatorHost: String(url).trim() });
  const abort = new AbortController();
  const bodyOf = (name: string) => name.repeat(5_000);
  const acknowledged: string[] = [];
  const write = async (worker: number) => {
    for (let i = 0; !abort.signal.aborted; i++) {
      const name = `w${worker}/${i}`;
      const { created } = await store.create(name, bodyOf(name), { signal: abort.signal });
      if (created) acknowledged.push(name);
      if (acknowledged.length === 150) child.kill('SIGKILL');
    }
  };
  child.once('exit', () => abort.abort());
  await Promise.allSettled(Array.from({ length: 8 }, (_, worker) => write(worker)));
  server = await startStorageServer({ folder, port: 0 });
  const after = connectStore({ ...options, emulatorHost: server.url });
  const signal = AbortSignal.timeout(20_000);
  const listed = await Array.fromAsync(after.list('', { signal }));
  const names = listed.map(({ name }) => name);
  expect(acknowledged.filter(name => !names.includes(name))).toEqual([]);
  for (const name of names) expect((await after.read(name, signal))?.body.toString()).toBe(bodyOf(name));
  const highest = Math.max(...listed.map(({ generation }) => Number(generation)));
  expect(Number(await after.replace('next', '', '0', { signal }))).toBeGreaterThan(highest);
});
