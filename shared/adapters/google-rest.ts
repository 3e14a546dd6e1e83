import { Readable } from 'node:stream';
import { gaxios } from 'google-auth-library';
import { TaskpodError } from '../errors.ts';
import { apiCallRetry, retry } from '../retry.ts';
import type { Clock } from '../time.ts';
import { withDeadline } from './deadline.ts';
import type { AgentOf } from './google-client.ts';
import { answerFailure, type GoogleApi, thrownFailure } from './google-failure.ts';
import type { TokenSource } from './google-token.ts';

/** What calls to a REST API of Google need from outside. */
export interface RestDeps {
  agent: AgentOf;
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
  method: 'GET' | 'POST' | 'DELETE';
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
      // As a stream, whose end the client looks after: a text it makes one of its own of, and when the signal fires at that moment the
      // error of that stream ends the process.
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const content =
        bytes === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(bytes.length) };
      const response = await gaxios.request<string>({
        url,
        method,
        headers: { ...content, ...authorization },
        ...(bytes === undefined ? {} : { data: Readable.from([bytes]) }),
        responseType: 'text',
        signal,
        agent: deps.agent,
        retry: false,
        validateStatus: () => true,
      });
      const { status, data } = response;
      if (status >= 200 && status < 300) return data;
      const failed = { status, body: data, retryAfter: response.headers.get('retry-after') };
      throw answerFailure(api, what, failed, () => deps.clock.now());
    });
  } catch (error) {
    throw thrownFailure(api, what, error);
  }
}
