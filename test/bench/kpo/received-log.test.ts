import { describe, expect, test } from 'vitest';
import { keptLineNumber, LineTally, operatorLine } from '../../../bench/kpo/received-log.ts';

describe('operatorLine', () => {
  const written = (event: string) =>
    JSON.stringify({ timestamp: '2026-11-29T02:30:14.250Z', level: 'info', event });
  const atMs = Date.parse('2026-11-29T02:30:14.250Z');

  test.each([
    ['[base] 00000012 xxx', { number: 12, atMs }],
    ['[base] 00000012 xxx\n', { number: 12, atMs }],
    ['Deleting pod: a', undefined],
    ['[base] something else', undefined],
    ['[base] 00000012 xxx\n00000013 xxx', undefined],
  ])('of %j', (event, expected) => {
    expect(operatorLine(written(event))).toEqual(expected);
  });
});

test.each([
  ['2026-11-29T02:30:14.250000000Z 00000007 xxx', 7],
  ['2026-11-29T02:30:14.250000000Z --- lines are missing ---', undefined],
  ['', undefined],
])('keptLineNumber of %j', (text, expected) => {
  expect(keptLineNumber(text)).toBe(expected);
});

describe('LineTally', () => {
  test.each([
    [[1, 2, 3], { missing: 0, repeated: 0, distinct: 3 }],
    [[3, 1, 1, 1], { missing: 1, repeated: 2, distinct: 2 }],
    [[], { missing: 3, repeated: 0, distinct: 0 }],
  ])('of %j, three written', (numbers, expected) => {
    const tally = new LineTally(3);
    for (const number of numbers) tally.add(number);
    expect(tally.result).toEqual(expected);
  });

  test.each([0, 4])('refuses line %d of three', number => {
    expect(() => new LineTally(3).add(number)).toThrow(`line ${number} was never written`);
  });
});
