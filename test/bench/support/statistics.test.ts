import { describe, expect, test } from 'vitest';
import { median, quantile, summarize } from '../../../bench/support/statistics.ts';

describe('quantile', () => {
  test.each([
    [[7], 0.5, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[1, 2, 3, 4, 5], 0, 1],
    [[1, 2, 3, 4, 5], 1, 5],
    [[10, 20], 0.9, 19],
    [[9, 10, 100], 0.5, 10],
  ])('of %j at %d is %d', (samples, q, expected) => {
    expect(quantile(samples, q)).toBeCloseTo(expected, 10);
  });

  test('leaves the samples in their order', () => {
    const samples = [2, 1];
    expect([median(samples), samples]).toEqual([1.5, [2, 1]]);
  });

  test('of nothing is an error', () => {
    expect(() => median([])).toThrow(new RangeError('nothing was measured'));
  });
});

test('summarize gives the count, the median and the middle four fifths', () => {
  const samples = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect(summarize(samples)).toEqual({ count: 11, median: 5, low: 1, high: 9 });
});
