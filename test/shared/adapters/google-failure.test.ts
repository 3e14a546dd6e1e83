import { describe, expect, test } from 'vitest';
import {
  answerFailure,
  type GoogleApi,
  googleMessage,
  parseRetryAfter,
  thrownFailure,
} from '../../../shared/adapters/google-failure.ts';
import { TaskpodError } from '../../../shared/errors.ts';

const api: GoogleApi = {
  name: 'Cloud Storage',
  unavailable: 'storage_unavailable',
  refused: 'storage_refused',
  permissionAction: 'ask for the role',
  missingAction: 'make the bucket',
  outageAction: 'wait',
};
const login =
  'Run `gcloud auth application-default login`, or give the service account that runs this a valid identity.';
const now = () => Date.parse('2026-01-01T00:00:00Z');
const facts = ({ code, message, retryable, action, status, retryAfterSeconds }: TaskpodError) => ({
  code,
  message,
  retryable,
  action,
  status,
  retryAfterSeconds,
});

describe('answerFailure', () => {
  test.each([
    [400, 'storage_refused', false, undefined],
    [401, 'storage_refused', false, login],
    [403, 'storage_refused', false, 'ask for the role'],
    [404, 'storage_refused', false, 'make the bucket'],
    [408, 'storage_unavailable', true, 'wait'],
    [409, 'storage_refused', false, undefined],
    [429, 'storage_unavailable', true, 'wait'],
    [500, 'storage_unavailable', true, 'wait'],
    [503, 'storage_unavailable', true, 'wait'],
    [504, 'storage_unavailable', true, 'wait'],
  ] as const)('%i', (status, code, retryable, action) => {
    const error = answerFailure(api, 'read a', { status, body: '{"error":{"message":"why"}}' }, now);
    expect(facts(error)).toEqual({
      code,
      message: `Cloud Storage answered ${status} to read a: why`,
      retryable,
      action,
      status,
      retryAfterSeconds: undefined,
    });
  });

  test('takes Retry-After over, from an outage alone', () => {
    const answer = { body: '', retryAfter: '7' };
    expect(answerFailure(api, 'x', { ...answer, status: 429 }, now).retryAfterSeconds).toBe(7);
    expect(answerFailure(api, 'x', { ...answer, status: 403 }, now).retryAfterSeconds).toBeUndefined();
  });
});

test.each([
  ['3', 3],
  ['0', 0],
  ['86400', 60],
  ['Thu, 01 Jan 2026 00:00:07 GMT', 7],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ['soon', undefined],
  ['-1', 0],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('parseRetryAfter %j', (header, seconds) => {
  // Date.parse reads "-1" as a day of 2001; a time that has passed is no wait
  expect(parseRetryAfter(header, now)).toBe(seconds);
});

test.each([
  ['{"error":{"code":403,"message":"no access\\nto it"}}', 'no access'],
  ['{"error":"invalid_grant","error_description":"Token has been revoked."}', 'Token has been revoked.'],
  ['{"error":"invalid_grant"}', 'invalid_grant'],
  ['Not Found', 'Not Found'],
  ['<html>\n<p>', '<html>'],
  ['[]', '[]'],
  ['null', 'null'],
  ['', 'unknown error'],
])('googleMessage of %j', (body, message) => {
  expect(googleMessage(body)).toBe(message);
});

describe('thrownFailure', () => {
  const network = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  test.each<[string, unknown, object]>([
    [
      'the network',
      network,
      {
        code: 'storage_unavailable',
        retryable: true,
        message: expect.stringContaining('read ECONNRESET (ECONNRESET)'),
      },
    ],
    ['anything', 'text', { code: 'storage_unavailable', retryable: true }],
    [
      'no credentials',
      new Error('Could not load the default credentials. Browse to https://...'),
      { code: 'storage_refused', retryable: false, action: login },
    ],
    [
      'a refused login',
      Object.assign(new Error('invalid_grant'), { status: 400 }),
      { code: 'storage_refused', retryable: false, action: login, status: 400 },
    ],
    [
      'a refused login, as an answer',
      Object.assign(new Error('x'), { response: { status: 401 } }),
      { code: 'storage_refused', retryable: false, action: login, status: 401 },
    ],
    [
      'a login that is overloaded',
      Object.assign(new Error('x'), { status: 429 }),
      { code: 'storage_unavailable', retryable: true },
    ],
    [
      'a login that is down',
      Object.assign(new Error('x'), { status: 503 }),
      { code: 'storage_unavailable', retryable: true },
    ],
    [
      'credentials that are refused',
      new TaskpodError('credentials_refused', 'no token', { action: 'log in' }),
      { code: 'storage_refused', retryable: false, action: 'log in', message: 'read a: no token' },
    ],
    [
      'credentials that are late',
      new TaskpodError('credentials_unavailable', 'no token', { retryable: true }),
      { code: 'storage_unavailable', retryable: true, action: undefined },
    ],
  ])('%s', (_title, error, expected) => {
    expect(thrownFailure(api, 'read a', error)).toMatchObject(expected);
  });

  test('leaves an error that is told already as it is', () => {
    const error = new TaskpodError('aborted', 'aborted');
    expect(thrownFailure(api, 'read a', error)).toBe(error);
  });
});
