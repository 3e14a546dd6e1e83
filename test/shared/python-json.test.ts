import { describe, expect, test } from 'vitest';
import { pythonJson, readJsonValue, rewriteJson } from '../../shared/python-json.ts';

/** Written by Python 3.11: json.dumps(json.loads(text)), with an indent of 2 for the second. */
const written: [string, string, string][] = [
  [
    '{"b":1,"a":[1.0,1e22,123456789012345678901234567890]}',
    '{"b": 1, "a": [1.0, 1e+22, 123456789012345678901234567890]}',
    '{\n  "b": 1,\n  "a": [\n    1.0,\n    1e+22,\n    123456789012345678901234567890\n  ]\n}',
  ],
  ['{}', '{}', '{}'],
  ['[ ]', '[]', '[]'],
  ['"ä😀\\u007f/"', '"\\u00e4\\ud83d\\ude00\x7f/"', '"\\u00e4\\ud83d\\ude00\x7f/"'],
  ['null', 'null', 'null'],
  [' true ', 'true', 'true'],
];

describe('as Python writes it', () => {
  test.each(written)('%j', (text, line, indented) => {
    expect(rewriteJson(text)).toBe(line);
    expect(rewriteJson(text, { indent: '  ' })).toBe(indented);
  });

  test('data', () => {
    expect(pythonJson({ a: 'ä', b: [1, 1.5, null] })).toBe('{"a": "\\u00e4", "b": [1, 1.5, null]}');
  });

  test('a text of a megabyte has no limit of a template', () => {
    const text = JSON.stringify(Array.from({ length: 200_000 }, (_, index) => index));
    expect(rewriteJson(text)).toBe(text.replaceAll(',', ', '));
  });
});

test.each(['', 'x', '{', '01', `${'['.repeat(80)}${']'.repeat(80)}`])('%j is not taken', text => {
  expect([readJsonValue(text), rewriteJson(text)]).toEqual([undefined, undefined]);
});
