import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from '../../../../local/pods/api/selectors.ts';
import { ApiRefusal } from '../../../../local/pods/api/status.ts';

describe('parseLabelSelector', () => {
  test.each([
    ['', []],
    ['a=b', [{ key: 'a', operator: 'in', values: ['b'] }]],
    ['a==b', [{ key: 'a', operator: 'in', values: ['b'] }]],
    ['a = b', [{ key: 'a', operator: 'in', values: ['b'] }]],
    ['a=', [{ key: 'a', operator: 'in', values: [''] }]],
    ['a!=b', [{ key: 'a', operator: 'notin', values: ['b'] }]],
    ['taskpod.dev/scope', [{ key: 'taskpod.dev/scope', operator: 'exists' }]],
    ['!a', [{ key: 'a', operator: 'absent' }]],
    ['a in (b, c)', [{ key: 'a', operator: 'in', values: ['b', 'c'] }]],
    ['a notin (b)', [{ key: 'a', operator: 'notin', values: ['b'] }]],
    [
      'in in (in,notin),x=1,!y',
      [
        { key: 'in', operator: 'in', values: ['in', 'notin'] },
        { key: 'x', operator: 'in', values: ['1'] },
        { key: 'y', operator: 'absent' },
      ],
    ],
  ])('reads %j', (text, expected) => {
    expect(parseLabelSelector(text)).toEqual(expected);
  });

  test.each(['a===b', 'a in b', 'a in (b', 'a,,b', 'a=b c', '=b', 'a in (b)) ', '-a', 'a>1'])(
    'refuses %j with 400',
    text => {
      expect(() => parseLabelSelector(text)).toThrow(ApiRefusal);
    },
  );

  test('never hangs or throws anything else on any text', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          parseLabelSelector(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiRefusal);
        }
      }),
    );
  });
});

describe('matchesLabels', () => {
  const labels = { app: 'web', tier: '' };
  test.each([
    ['', true],
    ['app=web', true],
    ['app=db', false],
    ['app!=db', true],
    ['none!=x', true],
    ['none=x', false],
    ['app', true],
    ['tier', true],
    ['tier=', true],
    ['!app', false],
    ['!none', true],
    ['app in (web,db),tier', true],
    ['app notin (web)', false],
    ['none notin (web)', true],
    ['toString', false],
  ])('%j on {app: web, tier: ""} is %j', (text, expected) => {
    expect(matchesLabels(parseLabelSelector(text), labels)).toBe(expected);
  });

  test('an object without labels matches only what asks for absence', () => {
    expect(matchesLabels(parseLabelSelector('!a,b!=c'), undefined)).toBe(true);
    expect(matchesLabels(parseLabelSelector('a'), undefined)).toBe(false);
  });
});

describe('field selectors', () => {
  const supported = ['metadata.name', 'status.phase', 'involvedObject.fieldPath'];
  const object = { metadata: { name: 'x' }, status: { phase: 'Running' } };
  test.each([
    ['', true],
    ['metadata.name=x', true],
    ['metadata.name==y', false],
    ['metadata.name!=y,status.phase=Running', true],
    ['metadata.name=x,status.phase=Pending', false],
    ['involvedObject.fieldPath=', true],
  ])('%j is %j', (text, expected) => {
    expect(matchesFields(parseFieldSelector(text, supported), object)).toBe(expected);
  });

  test.each(['foo=x', 'metadata.name', 'metadata.name=x,', '__proto__=x'])('refuses %j with 400', text => {
    expect(() => parseFieldSelector(text, supported)).toThrow(ApiRefusal);
  });
});
