import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BucketFolder } from '../../../local/storage/bucket-folder.ts';

let root: string;
let folder: string;
let hidden: string;
let now: number;
let bucket: BucketFolder;

const open = () => new BucketFolder({ folder, hidden, now: () => now });
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'taskpod-bucket-'));
  folder = join(root, 'bucket');
  hidden = join(root, 'hidden');
  now = 1_000_000;
  bucket = open();
});
afterEach(() => {
  bucket.close();
  rmSync(root, { recursive: true });
});

const facts = { contentType: 'text/plain', metadata: {} };
async function put(name: string, text: string) {
  return bucket.commit(name, await bucket.draft([Buffer.from(text)]), facts);
}
const reopen = () => {
  bucket.close();
  bucket = open();
};
const contents = () => [...bucket.names.from('')].map(name => [name, read(name)]);
function read(name: string): string | undefined {
  const record = bucket.get(name);
  if (record === undefined) return undefined;
  const fd = bucket.open(record);
  return fd === undefined ? undefined : readFileSync(fd, 'utf8');
}
const files = (path = folder): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();

test('an object is a plain file under its own name', async () => {
  const record = await put('runs/dag_id=d/größe.txt', 'hello');
  expect(record).toEqual({
    name: 'runs/dag_id=d/größe.txt',
    generation: 1_000_000_000,
    size: 5,
    md5: 'XUFAKrxLKna5cZ2REBfFkg==',
    content_type: 'text/plain',
    metadata: {},
    updated: '1970-01-01T00:16:40.000Z',
    file: 'runs/dag_id=d/größe.txt',
    hidden: false,
    draft: expect.any(String),
  });
  expect(readFileSync(join(folder, 'runs/dag_id=d/größe.txt'), 'utf8')).toBe('hello');
  expect(readdirSync(join(hidden, 'drafts'))).toEqual([]);
});

test('folders go with their last object', async () => {
  await put('a/b/c', '1');
  await put('a/d', '2');
  const record = bucket.get('a/b/c');
  if (record !== undefined) bucket.remove(record);
  expect(files()).toEqual(['a', 'a/d']);
});

test.each([
  ['a name below an object', ['a', 'a/b']],
  ['an object where a folder is', ['a/b', 'a']],
  ['names that only some file systems tell apart', ['a/X', 'a/x', 'É', 'e\u0301']],
  ['names that are no path', ['../../escape', '/etc/passwd', 'a//b', 'a/', '..x/../y', 'nul\u0000']],
])('keeps %s, whole and inside', async (_title, names) => {
  for (const name of names) await put(name, `content of ${name}`);
  const expected = names.map(name => [name, `content of ${name}`]);
  expect(contents().sort()).toEqual(expected.sort());
  reopen();
  expect(contents().sort()).toEqual(expected.sort());
  expect(readdirSync(root).sort()).toEqual(['bucket', 'hidden']);
  for (const name of names) {
    const record = bucket.get(name);
    if (record !== undefined) bucket.remove(record);
  }
  expect([contents(), files(), files(join(hidden, 'objects'))]).toEqual([[], [], []]);
});

describe('generations', () => {
  test('grow, also when the clock stands still or goes back, and over restarts', async () => {
    const generations = [(await put('a', '1')).generation, (await put('a', '2')).generation];
    now -= 500;
    generations.push((await put('b', '3')).generation);
    reopen();
    generations.push((await put('a', '4')).generation);
    expect(generations).toEqual([1_000_000_000, 1_000_000_001, 1_000_000_002, 1_000_000_003]);
  });

  test('are never given again, even when everything was deleted', async () => {
    const record = await put('a', '1');
    bucket.remove(record);
    now = 0;
    reopen();
    reopen();
    expect((await put('a', '2')).generation).toBe(1_000_000_002);
  });
});

describe('after the process died', () => {
  test('everything is as it was', async () => {
    await put('a', 'first');
    await put('b/c', 'second');
    await put('a', 'third');
    const before = [bucket.get('a'), bucket.get('b/c')];
    reopen();
    expect(contents()).toEqual([
      ['a', 'third'],
      ['b/c', 'second'],
    ]);
    expect([bucket.get('a'), bucket.get('b/c')]).toEqual(before);
  });

  test('an object in the journal whose bytes were not moved yet is there', async () => {
    const record = await put('a/b', 'old');
    const draft = join(hidden, 'drafts', 'd1');
    writeFileSync(draft, 'new');
    const next = { ...record, generation: record.generation + 1, size: 3, draft: 'd1' };
    appendFileSync(join(hidden, 'journal.jsonl'), `${JSON.stringify(next)}\n`);
    reopen();
    expect([contents(), bucket.get('a/b')]).toEqual([[['a/b', 'new']], next]);
  });

  test('a draft that is not in the journal is nothing', async () => {
    await put('a', 'old');
    await bucket.draft([Buffer.from('new')]);
    reopen();
    expect([contents(), readdirSync(join(hidden, 'drafts'))]).toEqual([[['a', 'old']], []]);
  });

  test('a line that broke off is nothing', async () => {
    const record = await put('a', 'old');
    const line = JSON.stringify({ ...record, name: 'b' });
    appendFileSync(join(hidden, 'journal.jsonl'), line.slice(0, 40));
    reopen();
    await put('c', 'next');
    reopen();
    expect(contents()).toEqual([
      ['a', 'old'],
      ['c', 'next'],
    ]);
  });
});

describe('when somebody has removed a file', () => {
  test('the object is gone, and its name is free', async () => {
    const record = await put('a/b', '1');
    rmSync(join(folder, 'a'), { recursive: true });
    expect(bucket.open(record)).toBeUndefined();
    expect(contents()).toEqual([]);
    await put('a/b', '2');
    expect(contents()).toEqual([['a/b', '2']]);
  });

  test('the object can be replaced', async () => {
    await put('a/b', '1');
    rmSync(join(folder, 'a'), { recursive: true });
    await put('a/b', '2');
    expect(contents()).toEqual([['a/b', '2']]);
  });

  test('a bucket that is opened later does not list it', async () => {
    await put('a/b', '1');
    await put('c', '2');
    rmSync(join(folder, 'a'), { recursive: true });
    reopen();
    expect(contents()).toEqual([['c', '2']]);
  });
});

test('a draft that fails leaves nothing behind', async () => {
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('cut');
  }
  await expect(bucket.draft(broken())).rejects.toThrow('cut');
  expect(readdirSync(join(hidden, 'drafts'))).toEqual([]);
});
