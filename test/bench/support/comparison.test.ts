import { expect, test } from 'vitest';
import { chartFigures, comparisonRows, medianOf, ratioOf } from '../../../bench/support/comparison.ts';

const comparison = {
  subjects: ['one', 'other'],
  rows: [
    { what: 'start', unit: 'ms', samples: { one: [3, 1, 2], other: [8, 8, 8] } },
    { what: 'size', unit: 'MB', samples: { one: [1.23456], other: [] } },
  ],
};

test('medianOf is not a number where nothing was measured', () => {
  expect([
    medianOf(comparison, 'start', 'one'),
    medianOf(comparison, 'size', 'other'),
    medianOf(comparison, 'colour', 'one'),
  ]).toEqual([2, Number.NaN, Number.NaN]);
});

test('ratioOf holds the first subject against the second', () => {
  expect(ratioOf(comparison, 'start', 'one', 'other')).toBe(0.25);
});

test('comparisonRows gives each subject a column', () => {
  expect(comparisonRows(comparison, value => value.toFixed(1))).toEqual([
    ['side by side, medians', 'one', 'other', 'n'],
    ['start, ms', '2.0', '8.0', '3'],
    ['size, MB', '1.2', '-', '1 and 0'],
  ]);
});

test('chartFigures rounds to four digits', () => {
  expect(chartFigures(comparison)).toEqual([
    { what: 'start', unit: 'ms', one: 2, other: 8 },
    { what: 'size', unit: 'MB', one: 1.235, other: null },
  ]);
});
