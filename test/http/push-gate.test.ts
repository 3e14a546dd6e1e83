import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLaunch } from '../../functions/launch/wire.ts';
import { createWatch } from '../../functions/watch/wire.ts';
import { guardedFunction } from '../../shared/adapters/guarded-function.ts';
import { pushGate } from '../../shared/adapters/push-gate.ts';
import type { PushAuth } from '../../shared/push-auth.ts';
import type { WorkRecord } from '../../shared/work-log.ts';
import { GoogleServer } from '../google/google-server.ts';
import { keysPath, OidcIssuer, pushClaims, unsigned } from '../google/oidc.ts';

const serviceAccount = 'push@p.iam.gserviceaccount.com';
const signature: PushAuth = { mode: 'signature', serviceAccount, audiences: ['https://launch.test'] };
const iam: PushAuth = { mode: 'iam', serviceAccount, audiences: undefined };
const body = Buffer.from(JSON.stringify({ message: { messageId: 'm1', data: 'e30=' } }));
const removed = 'SIGNATURE_REMOVED_BY_GOOGLE';

const issuer = new OidcIssuer();
issuer.addKey('key-1');
issuer.addKey('secret', true);
let google: GoogleServer;

beforeEach(async () => {
  google = await GoogleServer.start(issuer.service);
});
afterEach(async () => {
  await google.stop();
});

/** A function behind the gate; with what it has handled and logged. */
function guarded(pushAuth: PushAuth, timeoutMs = 2_000) {
  const handled: string[] = [];
  const logs: { severity: string; message: string; record: WorkRecord | undefined }[] = [];
  const served = guardedFunction({
    pushAuth,
    gate: pushGate(pushAuth, { now: () => Date.now(), keysUrl: google.url + keysPath, timeoutMs }),
    log: (severity, message, record) => logs.push({ severity, message, record }),
    handle: async ({ messageId }) => {
      handled.push(messageId);
      return { status: 204 };
    },
  });
  const push = (token: string | undefined, more: Record<string, string> = {}) => {
    const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...more };
    return served.handle({ headers, body }, new AbortController().signal);
  };
  return { push, handled, logs };
}

const hourAgo = Math.floor(Date.now() / 1_000) - 7_200;
const good = () => issuer.token(pushClaims());

describe('where nobody stands before the function, it checks all of a token', () => {
  const cases: [string, () => string | undefined, number, string][] = [
    ['no token', () => undefined, 401, 'it has no bearer token'],
    ['what is no token', () => 'not-a-token', 401, 'its token is no OIDC token of Google’s'],
    ['an access token', () => 'ya29.a.b', 401, 'its token is no OIDC token of Google’s'],
    [
      'another audience',
      () => issuer.token(pushClaims({ aud: 'https://other.test' })),
      401,
      'its token is for another audience (https://other.test)',
    ],
    ['another e-mail', () => issuer.token(pushClaims({ email: 'a@b.test' })), 403, 'it comes from a@b.test'],
    [
      'an e-mail that nobody has verified',
      () => issuer.token(pushClaims({ email_verified: false })),
      401,
      'its token is no OIDC token of Google’s',
    ],
    [
      'an expired one',
      () => issuer.token(pushClaims({ iat: hourAgo, exp: hourAgo + 3_600 })),
      401,
      'its token has expired',
    ],
    [
      'another issuer',
      () => issuer.token(pushClaims({ iss: 'https://evil.test' })),
      401,
      'its token is not of Google’s issuer',
    ],
    ['a bad signature', () => `${good().slice(0, -8)}AAAAAAAA`, 401, 'its token is not signed by Google'],
    [
      'the signature of another key',
      () => issuer.token(pushClaims(), 'secret', 'key-1'),
      401,
      'its token is not signed by Google',
    ],
    ['an unknown key', () => issuer.token(pushClaims(), 'secret'), 401, 'its token is not signed by Google'],
    ['no signature', () => unsigned(pushClaims(), ''), 401, 'its token is not signed by Google'],
    [
      'a signature that was taken away',
      () => unsigned(pushClaims(), removed),
      401,
      'the signature of its token was taken away; if Cloud Run has checked it, set TASKPOD_PUSH_AUTH=iam',
    ],
    [
      'no algorithm',
      () => unsigned(pushClaims(), '', { alg: 'none' }),
      401,
      'its token is no OIDC token of Google’s',
    ],
  ];
  test.each(cases)('%s', async (_title, token, status, message) => {
    const { push, handled, logs } = guarded(signature);
    const sent = token();
    expect(await push(sent)).toEqual({ status });
    const action = expect.stringContaining('TASKPOD_PUSH_SERVICE_ACCOUNT');
    const told = `a request is refused with ${status}: ${message}`;
    expect(logs).toEqual([{ severity: 'WARNING', message: told, record: { action } }]);
    expect(handled).toEqual([]);
    if (sent !== undefined) expect(JSON.stringify(logs)).not.toContain(sent.slice(4));
  });

  test('a good one is let in, and the keys are asked for once', async () => {
    const { push, handled, logs } = guarded(signature);
    const answers = await Promise.all([push(good()), push(good()), push(good())]);
    answers.push(await push(good()));
    expect(answers).toEqual(Array.from({ length: 4 }, () => ({ status: 204 })));
    expect([handled.length, logs, google.requests]).toEqual([4, [], [`GET ${keysPath}`]]);
  });

  test.each([
    ['hangs', 'hang'],
    ['refuses', { status: 403, body: {} }],
    ['cuts', 'reset'],
  ] as const)('while the issuer %s nobody is refused for good', async (_title, fault) => {
    const { push, handled, logs } = guarded(signature, 300);
    google.plan(/certs/, fault);
    expect(await push(good())).toEqual({ status: 503 });
    const message =
      'a request is refused with 503: Google’s keys could not be read, so its token cannot be checked';
    expect(logs).toMatchObject([{ severity: 'WARNING', message }]);
    google.mend();
    expect([await push(good()), handled]).toEqual([{ status: 204 }, ['m1']]);
  });
});

describe('behind Cloud Run’s own check, a function checks what a token says', () => {
  const claimed = (changes = {}) => unsigned(pushClaims(changes), removed);
  test.each<[string, () => string, number, Record<string, string>]>([
    ['a checked token', claimed, 204, {}],
    ['for any audience that Cloud Run takes', () => claimed({ aud: 'https://other.test' }), 204, {}],
    ['of somebody else who may call', () => claimed({ email: 'a@b.test' }), 403, {}],
    ['that has expired', () => claimed({ exp: hourAgo, iat: hourAgo }), 401, {}],
    ['with a signature, which is checked then', good, 204, {}],
    ['with a wrong signature', () => issuer.token(pushClaims(), 'secret', 'key-1'), 401, {}],
    [
      'beside the token that Cloud Run has checked',
      claimed,
      401,
      { 'x-serverless-authorization': 'Bearer x' },
    ],
  ])('%s', async (_title, token, status, headers) => {
    const { push, handled } = guarded(iam);
    expect(await push(token(), headers)).toEqual({ status });
    expect(handled).toEqual(status === 204 ? ['m1'] : []);
  });

  test('its own audiences are asked for where they are set', async () => {
    const { push } = guarded({ ...iam, audiences: ['https://launch.test'] });
    expect([await push(claimed()), await push(claimed({ aud: 'https://other.test' }))]).toEqual([
      { status: 204 },
      { status: 401 },
    ]);
  });
});

test.each([
  ['launch', createLaunch],
  ['watch', createWatch],
])('%s on Cloud Run lets in what Cloud Run has checked, and nobody else', async (name, create) => {
  const env = {
    TASKPOD_BUCKET: 'my-bucket',
    TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks',
    TASKPOD_WATCH_TOPIC: 'projects/p/topics/watch',
    TASKPOD_EVENTS_TOPIC: 'projects/p/topics/events',
    TASKPOD_CLUSTER: 'kubeconfig',
    TASKPOD_PUSH_SERVICE_ACCOUNT: serviceAccount,
    K_SERVICE: name,
  };
  const served = await create(env);
  const ask = (token: string | undefined) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return served.handle({ headers, body: Buffer.from('no push') }, new AbortController().signal);
  };
  const others = unsigned(pushClaims({ email: 'a@b.test' }), removed);
  const answers = [await ask(undefined), await ask(others), await ask(unsigned(pushClaims(), removed))];
  expect(answers.map(({ status }) => status)).toEqual([401, 403, 400]);
});

test('where nothing is checked that is said once, and everybody is let in', async () => {
  const { push, handled, logs } = guarded({ mode: 'none' });
  expect([await push(undefined), await push('abc')]).toEqual([{ status: 204 }, { status: 204 }]);
  expect(handled).toEqual(['m1', 'm1']);
  const message = 'requests are not checked: whoever reaches this function may use it';
  expect(logs).toMatchObject([{ severity: 'NOTICE', message }]);
});
