import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonValue } from '../../shared/python-json.ts';
import { PyDict } from '../../shared/template/dict.ts';
import { readVariableEntry, variableFile, variableProblem } from '../../shared/variable.ts';

/** What a file holds for one variable. */
function entry(json: string) {
  const value = readJsonValue(json);
  if (value === undefined) throw new Error(`${json} is not JSON`);
  return readVariableEntry(value);
}

describe("an entry of Airflow's file", () => {
  test.each([
    ['"text"', { value: 'text' }],
    ['""', { value: '' }],
    ['"{\\"a\\":1}"', { value: '{"a":1}' }],
    ['5', { value: '5' }],
    ['1.0', { value: '1.0' }],
    ['true', { value: 'true' }],
    ['null', { value: 'null' }],
    ['["a"]', { value: '[\n  "a"\n]' }],
    ['{"a":{"b":"ä"}}', { value: '{\n  "a": {\n    "b": "\\u00e4"\n  }\n}' }],
    ['{"value":"v"}', { value: 'v', description: undefined }],
    ['{"value":"v","description":null}', { value: 'v', description: undefined }],
    ['{"value":"v","description":""}', { value: 'v', description: '' }],
    ['{"value":{"a":1},"description":"d"}', { value: '{\n  "a": 1\n}', description: 'd' }],
    ['{"value":null}', { value: 'null', description: undefined }],
    ['{"value":"v","description":5}', 'has a description that is not a text'],
  ])('%s', (json, expected) => {
    expect(entry(json)).toEqual(expected);
  });
});

describe('a file as Airflow writes it', () => {
  const written = (value: string, description = '') => variableFile([{ key: 'k', value, description }]);

  test.each([
    ['text', '', '"text"'],
    ['', '', '""'],
    [' ', '', '" "'],
    ['"quoted"', '', '"\\"quoted\\""'],
    [' "quoted"', '', '" \\"quoted\\""'],
    ['5', '', '5'],
    ['1.0', '', '1.0'],
    ['123456789012345678901234567890', '', '123456789012345678901234567890'],
    ['1e5', '', '"1e5"'],
    [' 5', '', '" 5"'],
    ['true', '', 'true'],
    ['null', '', 'null'],
    ['1],[2', '', '"1],[2"'],
    ['{"b":1,"a":2}', '', '{\n        "a": 2,\n        "b": 1\n    }'],
    ['ä', 'ö', '{\n        "description": "\\u00f6",\n        "value": "\\u00e4"\n    }'],
    [
      '{"value":1}',
      '',
      '{\n        "description": null,\n        "value": {\n            "value": 1\n        }\n    }',
    ],
    ['["value"]', '', '[\n        "value"\n    ]'],
    [`${'['.repeat(64)}${']'.repeat(64)}`, '', `"${'['.repeat(64)}${']'.repeat(64)}"`],
  ])('%j %j', (value, description, json) => {
    expect(written(value, description)).toBe(`{\n    "k": ${json}\n}`);
  });

  test('none, and several in the order of their keys', () => {
    expect(variableFile([])).toBe('{}');
    const two = ['b', 'a"'].map(key => ({ key, value: 'x', description: '' }));
    expect(variableFile(two)).toBe('{\n    "a\\"": "x",\n    "b": "x"\n}');
  });

  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.json({ maxDepth: 3 }).map(json => `${json}`),
  );
  property.prop([fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.tuple(texts, fc.string()))])(
    'what is exported comes back: texts as they are, objects and lists as the same data',
    variables => {
      const given = Object.entries(variables).map(([key, [value, description]]) => ({
        key,
        value,
        description,
      }));
      const file = readJsonValue(variableFile(given));
      const back = file instanceof PyDict ? file : new PyDict();
      expect(back.size).toBe(given.length);
      for (const { key, value, description } of given) {
        const found = readVariableEntry(back.get(key) ?? null);
        if (typeof found === 'string') throw new Error(found);
        expect(found.description ?? '').toBe(description);
        if (/^\s*[[{]/.test(value) && isJson(value))
          expect(JSON.parse(found.value)).toEqual(JSON.parse(value));
        else expect(found.value).toBe(value);
      }
    },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  [{ value: '' }, undefined],
  [{ value: 'x'.repeat(1_048_576), description: 'd'.repeat(4_096) }, undefined],
  [{ value: 'x'.repeat(1_048_577) }, 'has 1048577 bytes; at most 1048576 are taken'],
  [{ value: `${'x'.repeat(1_048_575)}ä` }, 'has 1048577 bytes; at most 1048576 are taken'],
  [
    { value: 'x', description: `${'x'.repeat(4_095)}ä` },
    'has a description of 4097 bytes; at most 4096 are taken',
  ],
  [{ value: '\ud800' }, 'is not Unicode text'],
  [{ value: 'x', description: '\ud800' }, 'is not Unicode text'],
])('limits %#', (variable, problem) => {
  expect(variableProblem(variable)).toBe(problem);
});
