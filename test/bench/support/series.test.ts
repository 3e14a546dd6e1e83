import { describe, expect, test } from 'vitest';
import {
  growthPerTask,
  parseCount,
  parseCounts,
  type Series,
  spanOf,
} from '../../../bench/support/series.ts';

describe('spanOf', () => {
  test.each([
    [[10, 100, 1_000, 3_000], { from: 100, to: 3_000 }],
    [[1_000, 99, 200], { from: 200, to: 1_000 }],
    [[10, 100], undefined],
    [[10], undefined],
    [[], undefined],
  ])('of %j is %j', (counts, span) => {
    expect(spanOf(counts)).toEqual(span);
  });
});

function series(of: 'task' | 'all', values: Record<number, number>): Series {
  const points = Object.entries(values).map(([tasks, value]) => ({ tasks: Number(tasks), value }));
  return { what: 'x', unit: 'ms', of, values: points };
}

describe('growthPerTask', () => {
  const span = { from: 100, to: 1_000 };
  test.each([
    ['a cost of each task', series('task', { 10: 99, 100: 4, 1000: 6 }), 1.5],
    ['the whole, which grows as the tasks do', series('all', { 100: 5, 1000: 50 }), 1],
    ['the whole, which does not grow', series('all', { 100: 5, 1000: 5 }), 0.1],
    ['the whole, which grows with the square', series('all', { 100: 1, 1000: 100 }), 10],
    ['nothing, and still nothing', series('task', { 100: 0, 1000: 0 }), 1],
    ['nothing, and then something', series('task', { 100: 0, 1000: 1 }), Number.NaN],
    ['what was not measured at first', series('task', { 1000: 1 }), Number.NaN],
    ['what was not measured at last', series('task', { 100: 1 }), Number.NaN],
  ])('of %s', (_, measured, growth) => {
    expect(Number(growthPerTask(measured, span).toFixed(10))).toBe(growth);
  });
});

describe('parseCounts', () => {
  test('reads a list', () => {
    expect(parseCounts('10,100')).toEqual([10, 100]);
    expect(parseCounts('10000')).toEqual([10_000]);
  });

  test.each(['', '0', '1.5', '10,', 'many', '10001', '-5'])('refuses "%s"', text => {
    expect(() => parseCounts(text)).toThrow(`"${text}" is no list of numbers from 1 to 10000`);
  });
});

test('parseCount reads one', () => {
  expect(parseCount('4000', 'lines')).toBe(4_000);
  expect(() => parseCount('0', 'lines')).toThrow('"0" is no number from 1 to 10000: give it as --lines 100');
});
