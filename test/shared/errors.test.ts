import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorMessage, hasCode, isAbort, isRetryable, TaskpodError } from '../../shared/errors.ts';
import { anyText } from './arbitrary.ts';

describe('TaskpodError', () => {
  test('carries what it is made from', () => {
    const cause = new Error('below');
    const error = new TaskpodError('storage_unavailable', 'the bucket does not answer', {
      retryable: true,
      action: 'Wait.',
      status: 503,
      retryAfterSeconds: 7,
      cause,
    });
    expect({ ...error, name: error.name, message: error.message, cause: error.cause }).toEqual({
      name: 'TaskpodError',
      code: 'storage_unavailable',
      message: 'the bucket does not answer',
      retryable: true,
      action: 'Wait.',
      status: 503,
      retryAfterSeconds: 7,
      cause,
    });
  });

  test('is not retryable and has no cause unless told so', () => {
    const error = new TaskpodError('not_found', 'there is none');
    expect(error.retryable).toBe(false);
    expect('cause' in error).toBe(false);
    expect(error).toBeInstanceOf(Error);
  });
});

describe('what an error is', () => {
  const abortError = new DOMException('stop', 'AbortError');
  test.each([
    [
      'a retryable TaskpodError',
      new TaskpodError('pubsub_unavailable', '', { retryable: true }),
      true,
      false,
    ],
    ['another TaskpodError', new TaskpodError('pubsub_refused', ''), false, false],
    ['an aborted one', new TaskpodError('aborted', ''), false, true],
    ['an AbortError of the platform', abortError, false, true],
    ['a bug', new TypeError('x is not a function'), false, false],
    ['an object that looks like one', { retryable: true, code: 'aborted', name: 'AbortError' }, false, false],
    ['undefined', undefined, false, false],
  ])('%s', (_, error, retryable, abort) => {
    expect(isRetryable(error)).toBe(retryable);
    expect(isAbort(error)).toBe(abort);
  });

  test('hasCode compares the code of a TaskpodError only', () => {
    expect(hasCode(new TaskpodError('lease_lost', ''), 'lease_lost')).toBe(true);
    expect(hasCode(new TaskpodError('lease_lost', ''), 'aborted')).toBe(false);
    expect(hasCode(Object.assign(new Error(), { code: 'aborted' }), 'aborted')).toBe(false);
  });
});

describe('errorMessage', () => {
  const circular = new Error('round');
  circular.cause = circular;
  const deep = ['a', 'b', 'c', 'd', 'e'].reduceRight<Error | undefined>(
    (cause, text) => new Error(text, cause === undefined ? undefined : { cause }),
    undefined,
  );
  const nested = new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' }),
  });
  const repeated = new Error('the same', { cause: new Error('the same', { cause: 'the same' }) });
  const secret = { headers: { authorization: 'Bearer abc' }, toString: () => 'Bearer abc' };

  test.each([
    ['an Error', new Error('broken'), 'broken'],
    ['an Error without a message', new RangeError(''), 'RangeError'],
    ['causes, with their codes', nested, 'fetch failed: connect refused (ECONNREFUSED)'],
    ['a code that is not text', Object.assign(new Error('no'), { code: 404 }), 'no'],
    ['the first line of a dump of headers', new Error('HTTP-Code: 401\nAuthorization: x'), 'HTTP-Code: 401'],
    ['the same text said twice', repeated, 'the same'],
    ['a circle of causes', circular, 'round'],
    ['at most four levels', deep, 'a: b: c: d'],
    ['an empty level between', new Error('top', { cause: new Error('mid', { cause: '' }) }), 'top: mid'],
    ['an Error whose text begins on its second line', new Error('\r\n  late\rmore'), 'late'],
    [
      'an Error whose message is no text',
      Object.assign(new Error(), { message: 5, name: 6 }),
      'unknown error',
    ],
    ['a code alone', Object.assign(new Error('', { cause: 'why' }), { name: '', code: 'E1' }), '(E1): why'],
    ['a string', 'plain\nsecond line', 'plain'],
    ['an object', secret, 'unknown error'],
    ['an object as a cause', new Error('outer', { cause: secret }), 'outer: unknown error'],
    ['a function', () => 'Bearer abc', 'unknown error'],
    ['a number', 0, '0'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['null', null, 'unknown error'],
    ['undefined', undefined, 'unknown error'],
    ['an empty string', '', 'unknown error'],
    ['an Error with null as its cause', new Error('x', { cause: null }), 'x'],
    ['a TaskpodError', new TaskpodError('not_found', 'no such run'), 'no such run (not_found)'],
  ])('%s', (_, error, expected) => {
    expect(errorMessage(error)).toBe(expected);
  });

  test('cuts what is too long', () => {
    expect(errorMessage(new Error('x'.repeat(600)))).toBe('x'.repeat(500));
    expect(errorMessage('y'.repeat(600))).toBe('y'.repeat(500));
  });

  test('is one short line, whatever was thrown', () => {
    const isShortLine = (text: string): boolean => text !== '' && text.length < 2_100 && !/[\r\n]/.test(text);
    const anything = fc.oneof(fc.anything({ maxDepth: 1, maxKeys: 3 }), anyText(20));
    fc.assert(
      fc.property(anything, value => {
        const thrown = [value, new Error(typeof value === 'string' ? value : 'wrapped', { cause: value })];
        return thrown.map(errorMessage).every(isShortLine);
      }),
    );
  });
});
