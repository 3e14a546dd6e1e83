import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../../functions/launch/policy/glob.ts';

describe('matchesGlob', () => {
  test.each<[string, string, boolean]>([
    ['etl', 'etl', true],
    ['etl', 'etl2', false],
    ['etl', 'xetl', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything-at-all', true],
    ['*', 'a/b', false],
    ['etl-*', 'etl-', true],
    ['etl-*', 'etl-daily', true],
    ['etl-*', 'etl', false],
    ['*-etl', 'daily-etl', true],
    ['*-etl', 'daily-etl-2', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'ac', false],
    ['a*b*c', 'acb', false],
    ['a*bc*c', 'abc', false],
    ['a*bc*c', 'abcc', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a**b', 'ab', true],
    ['ml/*', 'ml/x', true],
    ['ml/*', 'ml/x/y', false],
    ['ml/*', 'ml', false],
    ['*/x', 'ml/x', true],
    ['a.c', 'abc', false],
    ['a+', 'aa', false],
    ['[a]', 'a', false],
  ])('%j and %j: %j', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  test('is what the same pattern is as a regular expression', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '*', '/'), { maxLength: 10 })
      .map(list => list.join(''));
    const words = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 12 }).map(list => list.join(''));
    fc.assert(
      fc.property(letters, words, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '[^/]*')}$`);
        expect(matchesGlob(pattern, text)).toBe(expression.test(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('a hostile pair costs no time', () => {
    const started = performance.now();
    expect(matchesGlob('a*'.repeat(5_000), 'a'.repeat(100_000))).toBe(true);
    expect(matchesGlob(`${'a*'.repeat(5_000)}b`, 'a'.repeat(100_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
