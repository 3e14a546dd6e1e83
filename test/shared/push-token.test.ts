import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { bearerOf, readPushToken, refuseClaims } from '../../shared/push-token.ts';
import { pushClaims, unsigned } from '../google/oidc.ts';

describe('bearerOf', () => {
  test.each([
    ['Bearer a.b.c', 'a.b.c'],
    ['bearer  a.b.c', 'a.b.c'],
    ['Basic a', undefined],
    ['Bearer a b', undefined],
    ['Bearer ', undefined],
    ['', undefined],
    [undefined, undefined],
    [['Bearer a', 'Bearer b'], undefined],
  ])('%j', (header, expected) => {
    expect(bearerOf(header)).toBe(expected);
  });
});

describe('readPushToken', () => {
  const claims = pushClaims();
  const { azp: _a, sub: _s, ...read } = claims;
  test.each([
    ['signature', false],
    ['SIGNATURE_REMOVED_BY_GOOGLE', true],
    ['xSIGNATURE_REMOVED_BY_GOOGLE', false],
    ['', false],
  ])('takes it apart, with the signature "%s"', (signature, isSignatureRemoved) => {
    expect(readPushToken(unsigned(claims, signature))).toEqual({
      keyId: 'key-1',
      claims: read,
      isSignatureRemoved,
    });
  });

  test.each<[string, string]>([
    ['two parts', 'a.b'],
    ['four parts', `${unsigned(claims, 'x')}.y`],
    ['another algorithm', unsigned(claims, 'x', { alg: 'HS256', kid: 'k' })],
    ['no key', unsigned(claims, 'x', {})],
    ['no e-mail', unsigned({ ...claims, email: undefined }, 'x')],
    ['several audiences', unsigned({ ...claims, aud: ['a'] }, 'x')],
    ['a time that is a text', unsigned({ ...claims, exp: '1' }, 'x')],
    ['a header that is no JSON', `bm8.${unsigned(claims, 'x').split('.')[1]}.x`],
  ])('takes none with %s', (_title, token) => {
    expect(readPushToken(token)).toBeUndefined();
  });

  test.prop([fc.string()])('never throws', text => {
    expect(['undefined', 'object']).toContain(typeof readPushToken(text));
  });
});

describe('refuseClaims', () => {
  const nowMs = Date.parse('2026-11-23T10:00:00Z');
  const now = nowMs / 1_000;
  const serviceAccount = 'push@p.iam.gserviceaccount.com';
  const claims = {
    iss: 'https://accounts.google.com',
    aud: 'https://launch.test',
    exp: now + 3_600,
    iat: now,
    email: serviceAccount,
    email_verified: true,
  } as const;
  const expected = { serviceAccount, audiences: ['https://watch.test', 'https://launch.test'], nowMs };

  test.each([
    ['as it must be', {}],
    ['of the issuer’s older name', { iss: 'accounts.google.com' }],
    ['five minutes after its end', { exp: now - 300 }],
    ['five minutes before its time', { iat: now + 300 }],
  ])('takes one %s', (_title, changes) => {
    expect(refuseClaims({ claims: { ...claims, ...changes } }, expected)).toBeUndefined();
  });

  test.each([
    [{ exp: now - 301 }, { status: 401, message: 'its token has expired' }],
    [{ iat: now + 301 }, { status: 401, message: 'its token is not valid yet' }],
    [{ iss: 'https://evil.test' }, { status: 401, message: 'its token is not of Google’s issuer' }],
    [
      { aud: 'https://launch' },
      { status: 401, message: 'its token is for another audience (https://launch)' },
    ],
    [{ email: `${'é'.repeat(200)}\n` }, { status: 403, message: `it comes from ${'?'.repeat(100)}` }],
  ])('refuses %j', (changes, refusal) => {
    expect(refuseClaims({ claims: { ...claims, ...changes } }, expected)).toEqual(refusal);
  });

  test('takes any audience where none is expected', () => {
    const any = { ...expected, audiences: undefined };
    expect(refuseClaims({ claims: { ...claims, aud: 'x' } }, any)).toBeUndefined();
  });
});
