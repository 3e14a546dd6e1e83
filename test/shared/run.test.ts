import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRun, parseRun, sameRun } from '../../shared/run.ts';
import { anyRun } from './arbitrary.ts';

const run = { dagId: 'default', runId: 'r1', taskId: 'hello' };

describe('formatRun and parseRun', () => {
  test.each([
    [run, 'default/r1/hello'],
    [{ ...run, mapIndex: 0 }, 'default/r1/hello/0'],
    [
      { dagId: 'a/b', runId: 'manual__2026-01-01T00:00:00+00:00', taskId: 'naïve task' },
      'a%2Fb/manual__2026-01-01T00%3A00%3A00%2B00%3A00/na%C3%AFve%20task',
    ],
  ])('%j is %s', (key, text) => {
    expect(formatRun(key)).toBe(text);
    expect(parseRun(text)).toEqual(key);
  });

  test('what is written is read back as it was', () => {
    fc.assert(
      fc.property(anyRun, key => {
        expect(parseRun(formatRun(key))).toEqual(key);
      }),
    );
  });

  test.each([
    ['r1/hello', run],
    ['r1/hello/3', { dagId: 'r1', runId: 'hello', taskId: '3' }],
    ['hello', undefined],
    ['', undefined],
    ['/r1/hello', undefined],
    ['default/r1/hello/', undefined],
    ['default//hello', undefined],
    ['default/r1/hello/x', undefined],
    ['default/r1/hello/-1', undefined],
    ['default/r1/hello/1234567890', undefined],
    ['default/r1/hello/1x', undefined],
    ['default/r1/hello/1/2', undefined],
    ['default/r1/%', undefined],
  ])('parseRun(%j) is %j', (text, expected) => {
    expect(parseRun(text)).toEqual(expected);
  });
});

describe('sameRun', () => {
  test.each([
    ['another dag', { ...run, dagId: 'x' }, false],
    ['another run', { ...run, runId: 'x' }, false],
    ['another task', { ...run, taskId: 'x' }, false],
    ['mapped', { ...run, mapIndex: 0 }, false],
    ['equal', { ...run }, true],
    ['equal but for what is no part of the key', { ...run, tryNumber: 2 }, true],
  ])('%s', (_, other, expected) => {
    expect(sameRun(run, other)).toBe(expected);
    expect(sameRun(other, run)).toBe(expected);
  });
});
