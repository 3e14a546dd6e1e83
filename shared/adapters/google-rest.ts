import { TaskpodError } from '../errors.ts';
import { apiCallRetry, retry } from '../retry.ts';
import type { Clock } from '../time.ts';
import { withDeadline } from './deadline.ts';
import type { AgentOf } from './google-client.ts';
import { answerFailure, type GoogleApi, thrownFailure } from './google-failure.ts';
import { readWhole, sendHttp } from './google-http.ts';
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
      signal.throwIfAborted();
      const content = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await sendHttp({
        url,
        method,
        headers: { ...content, ...authorization },
        body: body === undefined ? undefined : [Buffer.from(body)],
        signal,
        agent: deps.agent,
      });
      const { status } = answer;
      const text = (await readWhole(answer.body, signal)).toString('utf8');
      if (status >= 200 && status < 300) return text;
      const failed = { status, body: text, retryAfter: answer.headers.get('retry-after') };
      throw answerFailure(api, what, failed, () => deps.clock.now());
    });
  } catch (error) {
    throw thrownFailure(api, what, error);
  }
}
