import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from '../../../local/storage/journal.ts';
import type { ObjectRecord } from '../../../local/storage/object-record.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskpod-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const record = (name: string, generation: number): ObjectRecord => ({
  name,
  generation,
  size: 1,
  md5: 'm',
  content_type: 'a/b',
  metadata: { ü: '😀\n' },
  updated: '2026-01-01T00:00:00.000Z',
  file: name,
  hidden: false,
});
const lines = () => readFileSync(path, 'utf8').trim().split('\n').length;
function readAgain(): { records: ObjectRecord[]; lastGeneration: number } {
  const { journal, records, lastGeneration } = Journal.open(path);
  journal.close();
  return { records: [...records.values()], lastGeneration };
}

test('says what was appended, the last word of each object', () => {
  const { journal } = Journal.open(path);
  for (const line of [record('a', 1), record('b', 2), record('a', 3), { gone: 'b', generation: 4 }]) {
    journal.append(line);
  }
  journal.close();
  expect(readAgain()).toEqual({ records: [record('a', 3)], lastGeneration: 4 });
  expect(readAgain()).toEqual({ records: [record('a', 3)], lastGeneration: 4 });
  expect(lines()).toBe(2);
});

test('is written anew when most of it is outdated, not before, and goes on after', () => {
  const { journal } = Journal.open(path);
  const records = new Map([['a', record('a', 1)]]);
  for (let i = 1; i <= 20_001; i++) journal.append(record('a', i));
  journal.compact(records, 20_001);
  expect(lines()).toBe(20_002);
  records.set('a', record('a', 20_002));
  journal.append(record('a', 20_002));
  journal.compact(records, 20_002);
  expect(lines()).toBe(2);
  journal.append(record('b', 20_003));
  journal.close();
  expect(readAgain()).toEqual({
    records: [record('a', 20_002), record('b', 20_003)],
    lastGeneration: 20_003,
  });
});
