import { expect, test } from 'vitest';
import { readLastLines } from '../../../../functions/watch/attempt/last-lines.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { MemoryStore } from '../../../fakes/memory-store.ts';

const { signal } = new AbortController();
const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
const kept = { container: 'base', log: 'the-log', bytes: 1, gaps: 0 };
const stamped = (text: string): string => `2026-11-23T10:00:00.123456789Z ${text}\n`;
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

async function lastLines(pieces: string[], log?: string): Promise<string[] | undefined> {
  const store = new MemoryStore({ now: () => 0 });
  const { segment, segments } = attemptObjects(attempt);
  for (const [index, text] of pieces.entries())
    await store.create(segment('base', index + 1), text, { signal });
  await store.create(`${segments('base')}part/000001.log`, stamped('not a piece'), { signal });
  if (log !== undefined) await store.create(kept.log, log, { signal });
  return (await readLastLines(attempt, kept, store, signal))?.lines;
}

const piece = (lines: string[]): string => lines.map(stamped).join('');

test.each([
  { name: 'a short log is whole', pieces: [piece(['a', '', 'b'])], lines: ['a', '', 'b'] },
  { name: 'of a long piece the last twenty', pieces: [piece(numbers(1, 50))], lines: numbers(31, 50) },
  {
    name: 'across pieces',
    pieces: [piece(numbers(1, 9)), piece(numbers(10, 25)), piece(['26'])],
    lines: numbers(7, 26),
  },
  {
    name: 'of many small pieces the last four',
    pieces: numbers(1, 9).map(one => piece([one])),
    lines: numbers(6, 9),
  },
  { name: 'a line without an end or a time', pieces: [`${stamped('a')}half`], lines: ['a', 'half'] },
  { name: 'a long line is cut', pieces: [piece(['x'.repeat(501)])], lines: [`${'x'.repeat(499)}…`] },
  { name: 'a line of 500 characters is not', pieces: [piece(['x'.repeat(500)])], lines: ['x'.repeat(500)] },
  {
    name: 'of a log without pieces its own end',
    pieces: [],
    log: piece(numbers(1, 21)),
    lines: numbers(2, 21),
  },
  { name: 'no log', pieces: [], lines: undefined },
  { name: 'an empty log', pieces: [], log: '', lines: undefined },
])('$name', async ({ pieces, log, lines }) => {
  expect(await lastLines(pieces, log)).toEqual(lines);
});
