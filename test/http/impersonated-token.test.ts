import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepAliveAgents } from '../../shared/adapters/google-client.ts';
import { impersonatedToken } from '../../shared/adapters/impersonated-token.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { AccessTokens } from '../google/access-tokens.ts';
import { GoogleServer, googleError } from '../google/google-server.ts';
import { type Impersonation, iamCredentialsService } from '../google/services.ts';

const me = 'me@p.iam.gserviceaccount.com';
const relay = 'relay@p.iam.gserviceaccount.com';
const target = 'target@p.iam.gserviceaccount.com';
const never = new AbortController().signal;

let google: GoogleServer;
let tokens: AccessTokens;
let asked: Impersonation[];
let clock: RecordingClock;
let forgotten: number;

beforeEach(async () => {
  tokens = new AccessTokens();
  asked = [];
  forgotten = 0;
  clock = new RecordingClock(Date.now());
  const mayActAs = { [me]: [relay, target], [relay]: [target] };
  google = await GoogleServer.start(iamCredentialsService(mayActAs, tokens, asked));
});
afterEach(() => google.stop());

function tokenOf(...chain: string[]) {
  let own = tokens.issue(me).token;
  const source = {
    token: async () => own,
    forget: () => {
      forgotten += 1;
      own = tokens.issue(me).token;
    },
  };
  const rest = { agent: keepAliveAgents(), timeoutMs: 2_000, clock, random: () => 0.5 };
  return impersonatedToken({ ...rest, chain, source, baseUrl: google.url });
}

test.each([
  ['one service account', [target], []],
  ['a chain of them', [relay, target], [relay]],
])(
  'a token of %s is asked for once, and kept until five minutes before its end',
  async (_title, chain, delegates) => {
    const identity = tokenOf(...chain);
    const [first, second] = await Promise.all([identity.token(), identity.token()]);
    expect([tokens.emailOf(first), second]).toEqual([target, first]);
    await clock.sleep(3_290_000, never);
    expect(await identity.token()).toBe(first);
    expect(asked).toEqual([{ by: me, target, delegates }]);
    await clock.sleep(20_000, never);
    expect(await identity.token()).not.toBe(first);
    expect(asked).toHaveLength(2);
  },
);

test('one that is forgotten is asked for anew', async () => {
  const identity = tokenOf(target);
  const first = await identity.token();
  identity.forget();
  expect(await identity.token()).not.toBe(first);
});

test('an own token that is not taken any more is made anew, once', async () => {
  const identity = tokenOf(target);
  tokens.revokeAll();
  expect(tokens.emailOf(await identity.token())).toBe(target);
  google.plan(/generateAccessToken/, googleError(401, 'UNAUTHENTICATED', 'no'));
  identity.forget();
  await expect(identity.token()).rejects.toMatchObject({ code: 'credentials_refused', status: 401 });
  expect(forgotten).toBe(2);
});

test('an outage is ridden out, and one that stays can be tried again', async () => {
  const identity = tokenOf(target);
  google.plan(/generateAccessToken/, { status: 503, body: {} }, 2);
  expect(tokens.emailOf(await identity.token())).toBe(target);
  identity.forget();
  google.plan(/generateAccessToken/, 'reset', 5);
  await expect(identity.token()).rejects.toMatchObject({ code: 'credentials_unavailable', retryable: true });
  expect(tokens.emailOf(await identity.token())).toBe(target);
});

test.each([
  [
    'nobody may act so',
    [relay, me],
    undefined,
    `Grant roles/iam.serviceAccountTokenCreator on each of ${relay}, ${me} to the one before it; the first to the function’s own service account.`,
  ],
  [
    'the API is switched off',
    [target],
    googleError(403, 'PERMISSION_DENIED', 'API has not been used', 'SERVICE_DISABLED'),
    'Enable the API: gcloud services enable iamcredentials.googleapis.com',
  ],
  [
    'there is no such account',
    [target],
    googleError(404, 'NOT_FOUND', 'Not found'),
    `Correct TASKPOD_IMPERSONATION_CHAIN or TASKPOD_CLUSTER_ACCESS: there is no ${target}.`,
  ],
])('where %s that is told at once, with what to do', async (_title, chain, fault, action) => {
  if (fault) google.plan(/generateAccessToken/, fault);
  await expect(tokenOf(...chain).token()).rejects.toMatchObject({
    code: 'credentials_refused',
    retryable: false,
    action,
  });
  expect(google.requests).toHaveLength(1);
});
