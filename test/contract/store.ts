import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectInfo, ObjectStore } from '../../shared/ports/store.ts';

/** An adapter as the suite gets it. */
export interface StoreUnderTest {
  /** On an empty bucket. */
  store: ObjectStore;
  /** On a bucket that does not exist; undefined where there are no buckets. */
  withoutBucket: ObjectStore | undefined;
  close(): Promise<void>;
}

/** What a server is known not to do; every entry is checked to be still so. */
export interface KnownDefects {
  /** Delete and compose pass over ifGenerationMatch. */
  ignoresPreconditions: boolean;
}

const signal = () => AbortSignal.timeout(25_000);

async function names(store: ObjectStore, prefix: string, startOffset?: string): Promise<string[]> {
  return (await infos(store, prefix, startOffset)).map(info => info.name);
}

async function infos(store: ObjectStore, prefix: string, startOffset?: string): Promise<ObjectInfo[]> {
  const offset = startOffset === undefined ? {} : { startOffset };
  return Array.fromAsync(store.list(prefix, { signal: signal(), ...offset }));
}

async function text(store: ObjectStore, name: string): Promise<string | undefined> {
  return (await store.read(name, signal()))?.body.toString('utf8');
}

async function streamed(store: ObjectStore, name: string): Promise<Buffer | undefined> {
  const chunks = await store.readStream(name, signal());
  return chunks === undefined ? undefined : buffer(chunks);
}

/** storeContract is what every ObjectStore must do. */
export function storeContract(
  title: string,
  open: () => Promise<StoreUnderTest>,
  defects: KnownDefects = { ignoresPreconditions: false },
): void {
  describe(`ObjectStore: ${title}`, () => {
    let under: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      under = await open();
      store = under.store;
    });
    afterAll(() => under.close());

    test.each([
      ['plain', 'read/a.json', Buffer.from('{"a":1}')],
      ['non-ASCII', 'read/größe/日本/😀.txt', Buffer.from('ü😀')],
      ['percent-encoded', 'read/dag_id=a%2Fb%20c/run_id=x%25y+z&q=1?#', Buffer.from('1')],
      ['marks that URLs reserve', "read/[a]@b:c;d,e=f'(g)*!$~ h", Buffer.from('2')],
      ['empty', 'read/empty', Buffer.alloc(0)],
      [
        '5 MiB of all bytes',
        'read/large',
        Buffer.from(Array.from({ length: 5 << 20 }, (_, i) => (i * 7919) % 251)),
      ],
    ])('keeps name and bytes: %s', async (_title, name, body) => {
      expect(await store.create(name, body, { signal: signal() })).toEqual({ created: true });
      const found = await store.read(name, signal());
      expect(found).toEqual({
        name,
        generation: expect.stringMatching(/^[1-9]\d*$/),
        sizeBytes: body.length,
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
        metadata: {},
        body: expect.any(Buffer),
      });
      expect(found?.body.equals(body)).toBe(true);
      expect((await streamed(store, name))?.equals(body)).toBe(true);
      expect(await names(store, name)).toEqual([name]);
      expect(await store.remove(name, { signal: signal() })).toBe(true);
      expect(await names(store, name)).toEqual([]);
    });

    test('what is not there is undefined, and nothing to remove', async () => {
      expect(await store.read('nothing/here', signal())).toBeUndefined();
      expect(await store.readStream('nothing/here', signal())).toBeUndefined();
      expect(await store.remove('nothing/here', { signal: signal() })).toBe(false);
      expect(await names(store, 'nothing/')).toEqual([]);
    });

    test('an object that is known is read again only when it has changed', async () => {
      const read = (knownGeneration?: string, maxBytes = 10) =>
        store.readKnown('known', { knownGeneration, maxBytes, signal: signal() });
      expect(await read()).toBeUndefined();
      const first = (await store.replace('known', 'one', '0', { signal: signal() })) ?? '';
      expect(await read()).toEqual({ kind: 'content', generation: first, body: Buffer.from('one') });
      expect(await read(first)).toEqual({ kind: 'unchanged' });
      expect(await read(first, 2)).toEqual({ kind: 'unchanged' });
      const second = (await store.replace('known', 'two', first, { signal: signal() })) ?? '';
      expect(await read(first)).toEqual({ kind: 'content', generation: second, body: Buffer.from('two') });
      expect(await read(first, 2)).toEqual({ kind: 'too large' });
      expect(await read(undefined, 3)).toMatchObject({ kind: 'content' });
      await store.remove('known', { signal: signal() });
      expect([await read(second), await read()]).toEqual([undefined, undefined]);
      await store.create('known', '', { signal: signal() });
      expect(await read(second, 0)).toMatchObject({ kind: 'content', body: Buffer.alloc(0) });
    });

    test('gives custom metadata back, when read and when listed, and nothing of its own', async () => {
      const metadata = { cursor: '2026-01-01T00:00:00.000000001Z', größe: 'ü😀 "quoted"' };
      await store.create('meta/a', 'x', { metadata, contentType: 'text/plain', signal: signal() });
      const { body: _, ...info } = (await store.read('meta/a', signal())) ?? { body: undefined };
      expect(info).toMatchObject({ name: 'meta/a', metadata });
      expect(await infos(store, 'meta/')).toEqual([info]);
    });

    test('of 20 creates at once exactly one makes the object', async () => {
      const bodies = Array.from({ length: 20 }, (_, i) => `writer ${i}`);
      const results = await Promise.all(
        bodies.map(body => store.create('race/create', body, { signal: signal() })),
      );
      const winners = bodies.filter((_, i) => results[i]?.created);
      expect(winners).toHaveLength(1);
      expect(await text(store, 'race/create')).toBe(winners[0]);
      expect(await store.create('race/create', winners[0] ?? '', { signal: signal() })).toEqual({
        created: false,
      });
    });

    test('of 20 replacements of one generation exactly one happens', async () => {
      const first = await store.replace('race/replace', 'first', '0', { signal: signal() });
      const bodies = Array.from({ length: 20 }, (_, i) => `writer ${i}`);
      const results = await Promise.all(
        bodies.map(body => store.replace('race/replace', body, first ?? '', { signal: signal() })),
      );
      const won = results.findIndex(generation => generation !== undefined);
      expect(results.filter(generation => generation !== undefined)).toEqual([expect.any(String)]);
      const found = await store.read('race/replace', signal());
      expect([found?.generation, found?.body.toString()]).toEqual([results[won], bodies[won]]);
    });

    test('replaces only the generation that is meant, and generations grow', async () => {
      const options = { signal: signal() };
      expect(await store.replace('cas', 'x', '12345', options)).toBeUndefined();
      const generations: string[] = ['0'];
      for (const body of ['one', 'two', 'three']) {
        generations.push((await store.replace('cas', body, generations.at(-1) ?? '', options)) ?? 'lost');
      }
      expect(generations).toEqual([...generations].sort((a, b) => Number(BigInt(a) - BigInt(b))));
      expect(new Set(generations).size).toBe(4);
      for (const stale of generations.slice(0, 3)) {
        expect(await store.replace('cas', 'stale', stale, options)).toBeUndefined();
      }
      expect(await text(store, 'cas')).toBe('three');
    });

    test('a read while others write gives one generation, whole', async () => {
      const written = new Map([[await store.replace('busy', 'body 0', '0', { signal: signal() }), 'body 0']]);
      const writing = (async () => {
        for (let i = 1; i <= 30; i++) {
          const last = [...written.keys()].at(-1) ?? '';
          written.set(await store.replace('busy', `body ${i}`, last, { signal: signal() }), `body ${i}`);
        }
      })();
      const seen: [string | undefined, string | undefined][] = [];
      for (let i = 0; i < 30; i++) {
        const found = await store.read('busy', signal());
        seen.push([found?.generation, found?.body.toString()]);
      }
      await writing;
      expect(seen).toEqual(seen.map(([generation]) => [generation, written.get(generation)]));
      expect(written.size).toBe(31);
    });

    test('lists by the bytes of UTF-8, below the prefix alone, and from the offset on', async () => {
      const sorted = ['ord/', 'ord/A', 'ord/a', 'ord/a!', 'ord/a/b', 'ord/a0', 'ord/é', 'ord/ｚ', 'ord/😀'];
      for (const name of [...sorted, 'ord', 'orc/z', 'ord0'])
        await store.create(name, name, { signal: signal() });
      expect(await names(store, 'ord/')).toEqual(sorted);
      expect(await names(store, 'ord/a')).toEqual(['ord/a', 'ord/a!', 'ord/a/b', 'ord/a0']);
      expect(await names(store, 'ord/', 'ord/a/b')).toEqual(sorted.slice(4));
      expect(await names(store, 'ord/', 'ord/a/c')).toEqual(sorted.slice(5));
      expect(await names(store, 'ord/', 'ore')).toEqual([]);
      expect(await names(store, 'ord/', 'a')).toEqual(sorted);
    });

    test('lists more than one page whole, in order, and as it is at the moment', async () => {
      const all = Array.from({ length: 1_050 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
      for (let i = 0; i < all.length; i += 50) {
        await Promise.all(all.slice(i, i + 50).map(name => store.create(name, '', { signal: signal() })));
      }
      expect(await names(store, 'many/')).toEqual(all);
      await store.remove(all[3] ?? '', { signal: signal() });
      await store.create('many/99999', '', { signal: signal() });
      expect(await names(store, 'many/')).toEqual([...all.filter((_, i) => i !== 3), 'many/99999']);
      expect(await names(store, 'many/', 'many/01040')).toHaveLength(11);
    });

    test('composes 32 objects, in the order given, with metadata; the sources stay', async () => {
      const sources = Array.from({ length: 32 }, (_, i) => `compose/${String(i).padStart(2, '0')} ü%2F`);
      for (const name of sources) await store.create(name, `${name}\n`, { signal: signal() });
      const order = sources.toReversed();
      const options = { metadata: { lines: '32' }, contentType: 'text/plain', signal: signal() };
      expect(await store.compose(order, 'compose/all', options)).toEqual({ created: true });
      const found = await store.read('compose/all', signal());
      expect(found?.body.toString()).toBe(order.map(name => `${name}\n`).join(''));
      expect(found?.metadata).toEqual({ lines: '32' });
      expect(await names(store, 'compose/')).toEqual([...sources, 'compose/all']);
      expect((await streamed(store, 'compose/all'))?.equals(found?.body ?? Buffer.alloc(0))).toBe(true);
    });

    test('composes only where the name is free', async () => {
      await store.create('once/a', 'a', { signal: signal() });
      await store.create('once/target', 'mine', { signal: signal() });
      const composed = await store.compose(['once/a'], 'once/target', { signal: signal() });
      expect([composed.created, await text(store, 'once/target')]).toEqual(
        defects.ignoresPreconditions ? [true, 'a'] : [false, 'mine'],
      );
    });

    test('removes only the generation that is meant', async () => {
      const generation = await store.replace('remove/a', 'a', '0', { signal: signal() });
      const other = String(BigInt(generation ?? 0) - 1n);
      const removed = await store.remove('remove/a', { ifGeneration: other, signal: signal() });
      expect([removed, await text(store, 'remove/a')]).toEqual(
        defects.ignoresPreconditions ? [true, undefined] : [false, 'a'],
      );
      const again = await store.replace('remove/b', 'b', '0', { signal: signal() });
      expect(await store.remove('remove/b', { ifGeneration: again ?? '', signal: signal() })).toBe(true);
      expect(await store.remove('remove/b', { ifGeneration: again ?? '', signal: signal() })).toBe(false);
      expect(await store.create('remove/b', 'anew', { signal: signal() })).toEqual({ created: true });
    });

    test('a name may be the beginning of another', async () => {
      const all = ['nest', 'nest/a', 'nest/a/b', 'nest/a/b/c'];
      for (const name of [all[2], all[0], all[3], all[1]])
        await store.create(name ?? '', `${name}`, { signal: signal() });
      expect(await names(store, 'nest')).toEqual(all);
      expect(await Promise.all(all.map(name => text(store, name)))).toEqual(all);
    });

    test('an aborted signal ends every method with `aborted`', async () => {
      const controller = new AbortController();
      controller.abort();
      const options = { signal: controller.signal };
      const calls = [
        store.read('a', controller.signal),
        store.readStream('a', controller.signal),
        store.readKnown('a', { knownGeneration: undefined, maxBytes: 1, ...options }),
        store.create('a', '', options),
        store.replace('a', '', '0', options),
        store.remove('a', options),
        store.compose(['a'], 'b', options),
        Array.fromAsync(store.list('a', options)),
      ];
      const codes = await Promise.all(
        calls.map(call =>
          call.then(
            () => 'no error',
            error => error.code,
          ),
        ),
      );
      expect(codes).toEqual(calls.map(() => 'aborted'));
    });

    test('a bucket that is not there is refused, with what to do', async () => {
      const without = under.withoutBucket;
      if (without === undefined) return;
      const calls = [() => without.create('a', '', { signal: signal() }), () => names(without, '')];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({
          code: 'storage_refused',
          retryable: false,
          status: 404,
          action: expect.stringMatching(/^Create the bucket \S+, or correct TASKPOD_BUCKET\.$/),
        });
      }
    });
  });
}
