import { TaskpodError } from '../errors.ts';
import { apiCallRetry, retry } from '../retry.ts';
import type { Clock } from '../time.ts';
import { withDeadline } from './deadline.ts';
import { answerFailure, type GoogleApi, thrownFailure } from './google-failure.ts';
import type { TokenSource } from './google-token.ts';

/** What calls to a REST API of Google need from outside. */
export interface RestDeps {
  fetch: typeof globalThis.fetch;
  /** Undefined: the server wants none (an emulator). */
  token: TokenSource | undefined;
  /** Milliseconds that one try may take. */
  timeoutMs: number;
  clock: Clock;
  random: () => number;
}

/** One call. */
export interface RestCall {
  api: GoogleApi;
  /** The call in words, for errors: `publish to projects/p/topics/t`. */
  what: string;
  method: 'GET' | 'POST';
  url: string;
  /** JSON text. */
  body?: string;
  signal: AbortSignal;
}

/**
 * callRest sends one call, again after outages, and gives what `read` makes of the answer's text. Throws the API's
 * `unavailable` (retryable) and `refused`.
 */
export function callRest<T>(call: RestCall, deps: RestDeps, read: (text: string) => T): Promise<T> {
  const { signal } = call;
  const operation = async () => read(await sendOnce(call, deps));
  return retry(operation, apiCallRetry, { clock: deps.clock, random: deps.random, signal });
}

async function sendOnce(call: RestCall, deps: RestDeps): Promise<string> {
  const { api, what, method, url, body } = call;
  const ms = deps.timeoutMs;
  const onTimeout = () =>
    new TaskpodError(api.unavailable, `${api.name} did not answer within ${ms / 1_000} s to ${what}`, {
      retryable: true,
      action: api.outageAction,
    });
  try {
    return await withDeadline({ signal: call.signal, ms, onTimeout }, async signal => {
      const authorization = deps.token === undefined ? {} : { authorization: `Bearer ${await deps.token()}` };
      const contentType = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await deps.fetch(url, {
        method,
        headers: { ...contentType, ...authorization },
        ...(body === undefined ? {} : { body }),
        signal,
      });
      const text = await response.text();
      if (response.ok) return text;
      const failed = { status: response.status, body: text, retryAfter: response.headers.get('retry-after') };
      throw answerFailure(api, what, failed, () => deps.clock.now());
    });
  } catch (error) {
    throw thrownFailure(api, what, error);
  }
}
