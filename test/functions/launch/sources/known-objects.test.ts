import { describe, expect, test } from 'vitest';
import {
  KnownObjects,
  type KnownObjectsOptions,
} from '../../../../functions/launch/sources/known-objects.ts';
import type { KnownRead, ReadOptions } from '../../../../shared/ports/store.ts';
import { MemoryStore } from '../../../fakes/memory-store.ts';

const signal = new AbortController().signal;

/** A store that keeps what was sent for every read. */
class CountingStore extends MemoryStore {
  readonly reads: string[] = [];

  override async readKnown(name: string, options: ReadOptions): Promise<KnownRead | undefined> {
    const read = await super.readKnown(name, options);
    this.reads.push(`${name} ${read?.kind ?? 'nothing'}`);
    return read;
  }

  async put(name: string, body: string | Buffer): Promise<void> {
    const found = await this.read(name, signal);
    await this.replace(name, body, found?.generation ?? '0', { signal });
  }
}

function known(options: Partial<KnownObjectsOptions> = {}) {
  const store = new CountingStore();
  const objects = new KnownObjects({ store, maxObjectBytes: 100, ...options });
  const text = async (name: string): Promise<string | undefined> => {
    const read = await objects.read(name, signal);
    return read?.kind === 'text' ? read.text : read?.kind;
  };
  return { store, text };
}

describe('a text', () => {
  test('is sent once, and asked for each time', async () => {
    const { store, text } = known();
    await store.put('a', 'größe 😀');
    expect([await text('a'), await text('a'), await text('a')]).toEqual(Array(3).fill('größe 😀'));
    expect(store.reads).toEqual(['a content', 'a unchanged', 'a unchanged']);
  });

  test('that has changed, gone, or come back is seen as it is', async () => {
    const { store, text } = known();
    await store.put('a', 'one');
    const seen = [await text('a')];
    await store.put('a', 'two');
    seen.push(await text('a'));
    await store.remove('a', { signal });
    seen.push(await text('a'), await text('a'));
    await store.put('a', 'three');
    seen.push(await text('a'));
    expect(seen).toEqual(['one', 'two', undefined, undefined, 'three']);
    expect(store.reads).toEqual(['a content', 'a content', 'a nothing', 'a nothing', 'a content']);
  });

  test('that is too large or no text is told as that, and is not kept', async () => {
    const { store, text } = known({ maxObjectBytes: 3 });
    await store.put('a', 'four');
    await store.put('b', Buffer.from([0xff]));
    expect([await text('a'), await text('b'), await text('b')]).toEqual([
      'too large',
      'not UTF-8',
      'not UTF-8',
    ]);
    await store.put('a', 'ok');
    expect(await text('a')).toBe('ok');
    await store.put('a', 'no longer');
    expect([await text('a'), await text('a')]).toEqual(['too large', 'too large']);
    expect(store.reads.slice(-2)).toEqual(['a too large', 'a too large']);
  });

  test('keeps a byte order mark', async () => {
    const { store, text } = known();
    await store.put('a', '\ufeffa');
    expect(await text('a')).toBe('\ufeffa');
  });

  test('an outage is thrown, and what is kept stays', async () => {
    const { store, text } = known();
    await store.put('a', 'one');
    await text('a');
    store.fault = () => {
      throw new Error('away');
    };
    await expect(text('a')).rejects.toThrow('away');
    store.fault = undefined;
    await text('a');
    expect(store.reads).toEqual(['a content', 'a unchanged']);
  });
});

describe('what is kept', () => {
  const sent = (reads: readonly string[]) => reads.filter(read => read.endsWith('content')).length;

  test('is bounded by number: what was used longest ago goes first', async () => {
    const { store, text } = known({ maxCount: 2 });
    for (const name of ['a', 'b', 'c']) await store.put(name, name);
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await text(name);
    expect(store.reads).toEqual([
      'a content',
      'b content',
      'a unchanged',
      'c content',
      'a unchanged',
      'b content',
    ]);
  });

  test('is bounded by bytes, and one that is larger than all is not kept', async () => {
    const { store, text } = known({ maxBytes: 10 });
    for (const name of ['a', 'b', 'c']) await store.put(name, '12345');
    await store.put('big', '12345678901');
    for (const name of ['a', 'b', 'a', 'b']) await text(name);
    expect(sent(store.reads)).toBe(2);
    for (const name of ['c', 'b', 'c', 'a']) await text(name);
    expect(store.reads.slice(4)).toEqual(['c content', 'b unchanged', 'c unchanged', 'a content']);
    for (const name of ['big', 'big']) expect(await text(name)).toBe('12345678901');
    expect(store.reads.slice(-2)).toEqual(['big content', 'big content']);
  });

  test('an object that grows or shrinks counts as it is now', async () => {
    const { store, text } = known({ maxBytes: 10 });
    for (let round = 0; round < 20; round++) {
      await store.put('a', 'x'.repeat(round % 9));
      await text('a');
    }
    await store.put('b', '12');
    await store.put('a', '12345678');
    for (const name of ['a', 'b', 'a', 'b']) await text(name);
    expect(store.reads.slice(-4)).toEqual(['a content', 'b content', 'a unchanged', 'b unchanged']);
  });
});
