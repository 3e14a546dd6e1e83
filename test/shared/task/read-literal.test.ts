import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLiteral } from '../../../shared/task/read-literal.ts';

describe('data', () => {
  test.each<[text: string, value: unknown]>([
    ['1', 1],
    ['-1', -1],
    ['+1', 1],
    ['1.5', 1.5],
    ['0x10', 16],
    ['true', true],
    ['True', true],
    ['False', false],
    ['null', null],
    ['None', null],
    ['"a"', 'a'],
    ["'it\\'s'", "it's"],
    ['[]', []],
    ['[1, [True, None],]', [1, [true, null]]],
    ['(1,)', [1]],
    ['()', []],
    ["{'a': {'b': (1, 2)}}", { a: { b: [1, 2] } }],
    ['{"a": [1]}', { a: [1] }],
    [' {}\n', {}],
  ])('%s', (text, value) => {
    expect(readLiteral(text)).toEqual(value);
  });
});

describe('what is no data, or must not be taken', () => {
  test.each([
    '',
    'x',
    'tRue',
    'a.b',
    '-x',
    "-'a'",
    '1 + 1',
    'not 1',
    '[1, x]',
    '[1',
    '{1: 2}',
    "{'a': x}",
    "{x: 'a'}",
    '1 }}{{ 2',
    '1 }} text',
    "'a' | upper",
    'range(3)',
    '1 if true else 2',
    '{"a": 1, "a": 2}',
    '{"__proto__": 1}',
    "{'__proto__': 1}",
    "{'a': {'constructor': 1}}",
    '"\\ud800"',
    '['.repeat(33) + ']'.repeat(33),
    `(${'('.repeat(40)}1${',)'.repeat(40)},)`,
    '['.repeat(50_000),
  ])('%s', text => {
    expect(readLiteral(text)).toBeUndefined();
  });
});

test('whatever data: its JSON is read as itself', () => {
  const keys = fc.string().filter(key => !['__proto__', 'constructor', 'prototype'].includes(key));
  const { data } = fc.letrec(tie => ({
    data: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, true, false),
      fc.integer(),
      fc.string(),
      fc.array(tie('data')),
      fc.dictionary(keys, tie('data')),
    ),
  }));
  fc.assert(
    fc.property(data, value => {
      expect(readLiteral(JSON.stringify(value))).toEqual(value);
    }),
  );
});

test('whatever text: the answer is data or nothing', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const value = readLiteral(text);
      expect(value === undefined || JSON.stringify(value) !== undefined).toBe(true);
    }),
  );
});
