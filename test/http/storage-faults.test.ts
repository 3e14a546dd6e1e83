import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type StorageServer, startStorageServer } from '../../local/storage/server.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import type { RequestFault } from '../proxy/faults.ts';
import { type PlannedProxy, startPlannedProxy } from '../proxy/planned-proxy.ts';

const bucket = 'faults';
/** Only a stall is meant to last that long: on a busy machine an honest answer may take a second. */
const impatientMs = 1_000;
const unavailable: RequestFault = { kind: 'answer', status: 503, body: 'no healthy upstream' };
const signal = () => AbortSignal.timeout(20_000);

let folder: string;
let server: StorageServer;
let proxy: PlannedProxy;
let clock: RecordingClock;
let store: ObjectStore;
let counter = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-faults-'));
  server = await startStorageServer({ folder, port: 0 });
  await fetch(`${server.url}/storage/v1/b`, { method: 'POST', body: JSON.stringify({ name: bucket }) });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  proxy = await startPlannedProxy(server.url);
  clock = new RecordingClock();
  store = connect();
  counter += 1;
  return () => proxy.close();
});

function connect(timeoutMs?: number): ObjectStore {
  // random 0.5: a pause is half of its bound
  return connectStore({
    bucket,
    retryDeps: { clock, random: () => 0.5 },
    emulatorHost: proxy.url,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

const fresh = (): string => `o/${counter}`;
const create = (name: string, body = 'body') => store.create(name, body, { signal: signal() });

describe('each fault is ridden out', () => {
  test.each<[string, RequestFault, number[]]>([
    ['429 with Retry-After', { kind: 'answer', status: 429, headers: { 'retry-after': '3' } }, [3_000]],
    ['429 without', { kind: 'answer', status: 429 }, [100]],
    [
      '503 with a date',
      { kind: 'answer', status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' } },
      [7_000],
    ],
    ['408', { kind: 'answer', status: 408 }, [100]],
    ['500', { kind: 'answer', status: 500, body: '{"error":{"message":"backend error"}}' }, [100]],
    ['a page of a proxy instead of an answer', { kind: 'answer', status: 200, body: '<html>' }, [100]],
    ['a reset before the request was read', { kind: 'reset' }, [100]],
    ['a reset after it was committed', { kind: 'lose answer' }, [100]],
    ['half an answer', { kind: 'cut', afterBytes: 20 }, [100]],
    ['no answer at all', { kind: 'stall' }, [100]],
  ])('%s: the object is created once, and told so', async (_title, fault, sleeps) => {
    if (fault.kind === 'stall') store = connect(impatientMs);
    proxy.plan(fault);
    expect(await create(fresh())).toEqual({ created: true });
    expect(clock.sleeps).toEqual(sleeps);
    expect(await create(fresh(), 'another')).toEqual({ created: false });
    expect((await store.read(fresh(), signal()))?.body.toString()).toBe('body');
  });

  test.each<[string, RequestFault]>([
    ['429', { kind: 'answer', status: 429 }],
    ['503', unavailable],
    ['reset', { kind: 'reset' }],
    ['lost answer', { kind: 'lose answer' }],
    ['stall', { kind: 'stall' }],
  ])('%s: on every other method too', async (_title, fault) => {
    if (fault.kind === 'stall') store = connect(impatientMs);
    await create(fresh());
    const found = await store.read(fresh(), signal());
    proxy.plan(fault);
    expect(await store.read(fresh(), signal())).toEqual(found);
    const known = { knownGeneration: undefined, maxBytes: 10, signal: signal() };
    proxy.plan(fault);
    expect(await store.readKnown(fresh(), known)).toMatchObject({
      kind: 'content',
      body: Buffer.from('body'),
    });
    proxy.plan(fault);
    expect(await store.readKnown(fresh(), { ...known, knownGeneration: found?.generation })).toEqual({
      kind: 'unchanged',
    });
    proxy.plan(fault);
    expect(await Array.fromAsync(store.list(fresh(), { signal: signal() }))).toEqual([
      expect.objectContaining({ name: fresh(), generation: found?.generation }),
    ]);
    proxy.plan(fault);
    const chunks = await store.readStream(fresh(), signal());
    expect((await buffer(chunks ?? Readable.from([]))).toString()).toBe('body');
    proxy.plan(fault);
    expect(await store.compose([fresh(), fresh()], `${fresh()}-c`, { signal: signal() })).toEqual({
      created: true,
    });
    proxy.plan(fault);
    const generation = await store.replace(fresh(), 'next', found?.generation ?? '', { signal: signal() });
    const after = await store.read(fresh(), signal());
    expect([after?.generation, after?.body.toString()]).toEqual([generation, 'next']);
    proxy.plan(fault);
    expect(await store.remove(fresh(), { ifGeneration: generation ?? '', signal: signal() })).toBe(true);
    expect(await store.read(fresh(), signal())).toBeUndefined();
  });
});

describe('a read of an object that is known', () => {
  const answer = (headers: Record<string, string>, body = 'body'): RequestFault => ({
    kind: 'answer',
    status: 200,
    headers: { 'x-goog-generation': '7', ...headers },
    body,
  });
  const read = (knownGeneration?: string, maxBytes = 10) =>
    store.readKnown(fresh(), { knownGeneration, maxBytes, signal: signal() });

  test.each<[string, RequestFault]>([
    ['half of its bytes', { kind: 'cut', afterBytes: 2 }],
    ['other bytes than were stored', answer({ 'x-goog-hash': 'crc32c=AAAAAA==,md5=AAAA' }, 'b0dy')],
    ['no generation', { kind: 'answer', status: 200, body: 'body' }],
  ])('that gets %s is done again', async (_title, fault) => {
    await create(fresh());
    proxy.plan(fault);
    expect(await read()).toMatchObject({ kind: 'content', body: Buffer.from('body') });
    expect(clock.sleeps).toEqual([100]);
  });

  test('takes what was stored compressed as it comes', async () => {
    proxy.plan(answer({ 'x-goog-hash': 'md5=AAAA', 'x-goog-stored-content-encoding': 'gzip' }));
    expect(await read()).toEqual({ kind: 'content', generation: '7', body: Buffer.from('body') });
  });

  test('is not misled by a server that sends everything again', async () => {
    proxy.plan(answer({}), answer({}));
    expect(await read('7')).toEqual({ kind: 'unchanged' });
    expect(await read('6', 3)).toEqual({ kind: 'too large' });
  });
});

describe('a lost answer', () => {
  test('is not mistaken for another writer’s object', async () => {
    await create(fresh(), 'theirs');
    proxy.plan({ kind: 'lose answer' });
    expect(await create(fresh(), 'mine')).toEqual({ created: false });
    proxy.plan(unavailable);
    expect(await create(fresh(), 'theirs')).toEqual({ created: false });
  });

  test('of a create that somebody replaced meanwhile is a create that is lost', async () => {
    proxy.plan({ kind: 'lose answer' }, unavailable);
    const direct = connectStore({
      bucket,
      retryDeps: { clock, random: () => 0.5 },
      emulatorHost: server.url,
    });
    clock.sleep = async () => {
      const found = await direct.read(fresh(), signal());
      await direct.replace(fresh(), 'theirs', found?.generation ?? '0', { signal: signal() });
    };
    expect(await create(fresh(), 'mine')).toEqual({ created: false });
  });

  test('costs two more requests; without one, a create is a single request on one connection', async () => {
    await create(`${fresh()}-a`);
    await create(`${fresh()}-b`);
    expect(proxy.requests).toEqual([
      `POST /upload/storage/v1/b/${bucket}/o?uploadType=multipart&ifGenerationMatch=0`,
      `POST /upload/storage/v1/b/${bucket}/o?uploadType=multipart&ifGenerationMatch=0`,
    ]);
    expect(proxy.connections()).toBe(1);
    proxy.plan({ kind: 'lose answer' });
    await create(`${fresh()}-c`);
    expect(proxy.requests.slice(2).map(line => line.split('?')[0])).toEqual([
      `POST /upload/storage/v1/b/${bucket}/o`,
      `POST /upload/storage/v1/b/${bucket}/o`,
      `GET /storage/v1/b/${bucket}/o/${encodeURIComponent(`${fresh()}-c`)}`,
    ]);
  });
});

describe('a download', () => {
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

  test('goes on where it was cut, without a gap and without a byte twice', async () => {
    await store.create(fresh(), body, { signal: signal() });
    proxy.plan(
      { kind: 'cut', afterBytes: 100_000 },
      unavailable,
      { kind: 'cut', afterBytes: 50_000 },
      { kind: 'reset' },
    );
    const chunks = await store.readStream(fresh(), signal());
    expect((await buffer(chunks ?? Readable.from([]))).equals(body)).toBe(true);
  });

  test('that was cut after its last byte is whole', async () => {
    await store.create(fresh(), body, { signal: signal() });
    proxy.plan({ kind: 'cut', afterBytes: body.length });
    const chunks = await store.readStream(fresh(), signal());
    expect((await buffer(chunks ?? Readable.from([]))).equals(body)).toBe(true);
  });

  test('never joins two generations', async () => {
    await store.create(fresh(), body, { signal: signal() });
    proxy.plan({ kind: 'cut', afterBytes: 100_000 });
    const chunks = await store.readStream(fresh(), signal());
    const generation = (await store.read(fresh(), signal()))?.generation ?? '';
    await store.replace(fresh(), Buffer.from(body.toReversed()), generation, { signal: signal() });
    await expect(buffer(chunks ?? Readable.from([]))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('that brings nothing five times in a row is given up', async () => {
    await store.create(fresh(), body, { signal: signal() });
    proxy.plan(...Array.from({ length: 5 }, (): RequestFault => ({ kind: 'cut', afterBytes: 0 })));
    const chunks = await store.readStream(fresh(), signal());
    await expect(buffer(chunks ?? Readable.from([]))).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryable: true,
    });
  });

  test('of a whole object is begun again when it was cut', async () => {
    await store.create(fresh(), body, { signal: signal() });
    // the metadata and the bytes are asked for at the same time
    proxy.plan({ kind: 'cut', afterBytes: 100 }, { kind: 'cut', afterBytes: 100 });
    expect((await store.read(fresh(), signal()))?.body.equals(body)).toBe(true);
    // the second attempt meets the second fault when it overtakes the other request of the first
    expect([[100], [100, 200]]).toContainEqual(clock.sleeps);
  });
});

describe('what goes on failing', () => {
  test('is given up after five tries, with what the server said', async () => {
    proxy.plan(...Array.from({ length: 5 }, () => unavailable));
    await expect(create(fresh())).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryable: true,
      status: 503,
      message: `Cloud Storage answered 503 to write ${fresh()}: no healthy upstream`,
    });
    expect(proxy.requests).toHaveLength(5);
    expect(clock.sleeps).toEqual([100, 200, 400, 800]);
  });

  test.each([
    [400, undefined],
    [
      401,
      'Run `gcloud auth application-default login`, or give the service account that runs this a valid identity.',
    ],
    [403, 'Give this identity the role Storage Object User on the bucket faults.'],
  ])('a refusal with %i is not tried again', async (status, action) => {
    proxy.plan({
      kind: 'answer',
      status,
      body: JSON.stringify({ error: { code: status, message: 'told why' } }),
    });
    await expect(create(fresh())).rejects.toMatchObject({
      code: 'storage_refused',
      retryable: false,
      status,
      action,
    });
    expect(proxy.requests).toHaveLength(1);
  });

  test('a server that is not there is an outage', async () => {
    await proxy.close();
    await expect(create(fresh())).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true });
  });

  test('the caller’s signal ends a call that stalls', async () => {
    proxy.plan({ kind: 'stall' });
    const controller = new AbortController();
    const call = store.create(fresh(), '', { signal: controller.signal });
    await expect.poll(() => proxy.requests.length, { timeout: 10_000 }).toBe(1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  test('the caller’s signal ends a download that stalls', async () => {
    await create(fresh(), 'x'.repeat(100));
    const controller = new AbortController();
    const chunks = await store.readStream(fresh(), controller.signal);
    const reader = chunks?.[Symbol.asyncIterator]();
    await reader?.next();
    controller.abort();
    await expect(reader?.next()).rejects.toMatchObject({ code: 'aborted' });
  });
});
