import { OAuth2Client } from 'google-auth-library';
import { TaskpodError } from '../errors.ts';
import type { PushRequest } from '../push.ts';
import type { PushAuth } from '../push-auth.ts';
import { bearerOf, type PushRefusal, type PushToken, readPushToken, refuseClaims } from '../push-token.ts';
import { untilAborted, withDeadline } from './deadline.ts';

/** A refused request, or one that cannot be judged now: 503. */
export interface GateAnswer {
  status: PushRefusal['status'] | 503;
  message: string;
  action: string;
}

/** Decides whether a request may come in; undefined lets it. Never throws. */
export type PushGate = (
  headers: PushRequest['headers'],
  signal: AbortSignal,
) => Promise<GateAnswer | undefined>;

/** What a gate needs from outside. */
export interface PushGateDeps {
  now: () => number;
  /** Where the issuer's keys are; default: Google's. */
  keysUrl?: string;
  /** Milliseconds that fetching them may take; default 5,000. */
  timeoutMs?: number;
}

const refusedAction =
  'Let the push subscription call with the OIDC token of TASKPOD_PUSH_SERVICE_ACCOUNT for TASKPOD_PUSH_AUDIENCE (docs/security.md).';

const removedMessage =
  'the signature of its token was taken away; if Cloud Run has checked it, set TASKPOD_PUSH_AUTH=iam';

/** pushGate makes the gate that a deployment's configuration asks for. Keys of the issuer are kept as long as it says. */
export function pushGate(auth: PushAuth, deps: PushGateDeps): PushGate {
  if (auth.mode === 'none') return async () => undefined;
  const isSigned = signatureCheck(deps);
  return async (headers, signal) => {
    const judged = readRequest(headers, auth.mode);
    if ('status' in judged) return refused(judged);
    const { token, text } = judged;
    const { serviceAccount, audiences } = auth;
    const refusal = refuseClaims(token, { serviceAccount, audiences, nowMs: deps.now() });
    if (refusal !== undefined) return refused(refusal);
    if (token.isSignatureRemoved) {
      if (auth.mode === 'iam') return undefined;
      return refused({ status: 401, message: removedMessage });
    }
    try {
      const known = await isSigned(text, token.keyId, signal);
      return known ? undefined : refused({ status: 401, message: 'its token is not signed by Google' });
    } catch {
      const action = 'Check the network between here and www.googleapis.com; Pub/Sub delivers again.';
      return {
        status: 503,
        message: 'Google’s keys could not be read, so its token cannot be checked',
        action,
      };
    }
  };
}

function refused({ status, message }: PushRefusal): GateAnswer {
  return { status, message, action: refusedAction };
}

function readRequest(
  headers: PushRequest['headers'],
  mode: PushAuth['mode'],
): PushRefusal | { token: PushToken; text: string } {
  // Cloud Run checks this header instead, where it is there, and leaves the other as it came: with a signature taken away by anybody.
  if (mode === 'iam' && headers['x-serverless-authorization'] !== undefined) {
    return { status: 401, message: 'it has X-Serverless-Authorization, which no push has' };
  }
  const text = bearerOf(headers.authorization);
  if (text === undefined) return { status: 401, message: 'it has no bearer token' };
  const token = readPushToken(text);
  return token === undefined
    ? { status: 401, message: 'its token is no OIDC token of Google’s' }
    : { token, text };
}

/** Makes the check of a signature. Throws when the keys cannot be read. Whoever waits for the same keys waits together. */
function signatureCheck({
  keysUrl,
  timeoutMs = 5_000,
}: PushGateDeps): (token: string, keyId: string, signal: AbortSignal) => Promise<boolean> {
  const endpoints = keysUrl === undefined ? {} : { oauth2FederatedSignonPemCertsUrl: keysUrl };
  const client = new OAuth2Client({ endpoints, transporterOptions: { timeout: timeoutMs } });
  const never = new AbortController().signal;
  const onTimeout = () =>
    new TaskpodError('credentials_unavailable', `no keys within ${timeoutMs / 1_000} s`, { retryable: true });
  let reading: ReturnType<typeof readKeys> | undefined;
  const readKeys = () =>
    withDeadline({ signal: never, ms: timeoutMs, onTimeout }, () => client.getFederatedSignonCertsAsync());
  return async (token, keyId, signal) => {
    reading ??= readKeys().finally(() => {
      reading = undefined;
    });
    const { certs } = await untilAborted(reading, signal);
    if (!Object.hasOwn(certs, keyId)) return false;
    // Its errors quote the token: none of them is looked at.
    return client.verifySignedJwtWithCertsAsync(token, certs).then(
      () => true,
      () => false,
    );
  };
}
