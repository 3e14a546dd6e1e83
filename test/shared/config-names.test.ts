import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectionIdProblem, variableKeyProblem } from '../../shared/config-names.ts';
import { connectionObject, variableObject } from '../../shared/object-names.ts';

const long = 'has more than 250 characters';
const dots = 'cannot be . or ..';
const bytes = 'is longer than 1024 bytes as the name of an object';

describe('keys of variables', () => {
  test.each<[string, string | undefined]>([
    ['my_value', undefined],
    ['with blanks / and ünï', undefined],
    ['...', undefined],
    ['x'.repeat(250), undefined],
    ['x'.repeat(251), long],
    ['😀'.repeat(83), undefined],
    ['😀'.repeat(84), bytes],
    ['', 'is empty'],
    ['a\nb', 'holds a control character'],
    ['a\x7f', 'holds a control character'],
    ['.', dots],
    ['..', dots],
    ['a\ud800', 'is not Unicode text'],
  ])('%j: %s', (key, problem) => {
    expect(variableKeyProblem(key)).toBe(problem);
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 300 })])(
    'what is taken has an object of its own',
    key => {
      fc.pre(variableKeyProblem(key) === undefined);
      const name = variableObject(key).slice('config/variables/'.length);
      expect([decodeURIComponent(name), name.includes('/')]).toEqual([key, false]);
    },
  );
});

describe('ids of connections', () => {
  const rule = 'must be letters, digits, and any of _ # ! ( ) - . : / \\';
  test.each<[string, string | undefined]>([
    ['my_conn', undefined],
    ['a#!()-.:/\\9', undefined],
    ['größe', undefined],
    ['x'.repeat(250), undefined],
    ['x'.repeat(251), long],
    ['한'.repeat(111), undefined],
    ['한'.repeat(112), bytes],
    ['', rule],
    ['a b', rule],
    ['a\n', rule],
    ['\na', rule],
    ['<a>', rule],
    ['.', dots],
    ['..', dots],
  ])('%j: %s', (id, problem) => {
    expect(connectionIdProblem(id)).toBe(problem);
  });

  property.prop([fc.stringMatching(/^[\w#!()\-.:/\\]{1,250}$/)])('what Airflow takes is taken', id => {
    fc.pre(id !== '.' && id !== '..');
    const problem = connectionIdProblem(id);
    expect(problem).toBe(Buffer.byteLength(connectionObject(id)) > 1_024 ? bytes : undefined);
  });
});
