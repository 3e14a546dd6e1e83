import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { TaskpodError } from '../../errors.ts';
import { abortedError, type Clock } from '../../time.ts';
import { withDeadline } from '../deadline.ts';
import { ApiServer, type FoundServer } from './api-server.ts';
import type { ClusterConnection } from './connection.ts';

/** One call to the API server. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Path below the server, already encoded. */
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  signal: AbortSignal;
}

/** A call whose answer is read to its end may take this long. */
const callMs = 30_000;

/** A Kubernetes `Status`, as far as it is read. */
const statusSchema = z.object({
  reason: z.string().default(''),
  message: z.string().default(''),
  code: z.number().optional(),
  details: z
    .object({
      causes: z.array(z.object({ field: z.string().default(''), message: z.string().default('') })).nullish(),
      retryAfterSeconds: z.number().optional(),
    })
    .nullish(),
});

/** An answer that is not 2xx. */
export interface ApiFailure {
  status: number;
  reason: string;
  message: string;
  causes: { field: string; message: string }[];
  retryAfterSeconds: number | undefined;
}

/** Speaks JSON with one API server over one connection pool. */
export class KubernetesApi {
  readonly #server: ApiServer;
  readonly #userAgent: string;

  constructor(connection: ClusterConnection, userAgent: string, clock: Pick<Clock, 'monotonicMs'>) {
    this.#server = new ApiServer(connection, clock);
    this.#userAgent = userAgent;
  }

  /**
   * The open response, for as long as it lasts; the caller reads or destroys its body. After a 401, which says that nothing was done, the call is made once
   * more, with a new token. Throws `kubernetes_unavailable` or `aborted`, and what finding the cluster again throws.
   */
  async open(call: ApiRequest): Promise<Dispatcher.ResponseData> {
    const server = await this.#server.locate(call.signal);
    const response = await this.#send(call, server);
    if (response.statusCode !== 401) return response;
    await response.body.dump().catch(() => undefined);
    this.#server.refused(server);
    return this.#send(call, await this.#server.locate(call.signal));
  }

  async #send(call: ApiRequest, server: FoundServer): Promise<Dispatcher.ResponseData> {
    const { connection, agent } = server;
    const url = new URL(connection.server + call.path);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    try {
      const authorization = await connection.headers();
      return await request(url, {
        method: call.method,
        dispatcher: agent,
        signal: call.signal,
        headers: {
          ...authorization,
          accept: 'application/json',
          'user-agent': this.#userAgent,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
    } catch (error) {
      const told = connectionError(error, call.signal);
      if (told.code === 'kubernetes_unavailable') this.#server.suspect(server);
      throw told;
    }
  }

  /** The JSON of a 2xx answer, or the failure that the server describes. Fails as an outage after 30 s. */
  async call(request: ApiRequest): Promise<{ json: unknown } | { failure: ApiFailure }> {
    // Not two signals in one: the parts of such a signal, and the timer of one that fires by itself, outlive each call.
    return withDeadline({ signal: request.signal, ms: callMs, onTimeout: noAnswer }, async signal => {
      const response = await this.open({ ...request, signal });
      try {
        const text = await response.body.text();
        if (response.statusCode >= 200 && response.statusCode < 300) return { json: JSON.parse(text) };
        return { failure: readFailure(response, text) };
      } catch (error) {
        throw connectionError(error, signal);
      }
    });
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}

function noAnswer(): TaskpodError {
  return new TaskpodError(
    'kubernetes_unavailable',
    `the API server did not answer within ${callMs / 1_000} s`,
    {
      retryable: true,
      action: connectionAction(undefined),
    },
  );
}

/** readFailure takes a non-2xx answer apart. */
export function readFailure(response: Dispatcher.ResponseData, text: string): ApiFailure {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = {};
  }
  const status = statusSchema.safeParse(json).data ?? { reason: '', message: '' };
  const header = Number(response.headers['retry-after']);
  const seconds = Number.isFinite(header) && header > 0 ? header : status.details?.retryAfterSeconds;
  return {
    status: response.statusCode,
    reason: status.reason,
    message: (status.message || text).slice(0, 2_000),
    causes: status.details?.causes ?? [],
    retryAfterSeconds: seconds,
  };
}

/**
 * failureError makes the error of a failed call: 401 (which a new token has not mended), 408, 409 on a quota, 429 and 5xx
 * may succeed later; the rest is refused.
 */
export function failureError(failure: ApiFailure, what: string): TaskpodError {
  const { status, message, retryAfterSeconds } = failure;
  const text = `${what}: the API server answered ${status} ${failure.reason}: ${message}`;
  const facts = { status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  if (status === 401) {
    return new TaskpodError('cluster_unavailable', text, {
      ...facts,
      retryable: true,
      action: unknownAction,
    });
  }
  if (status === 408 || status === 409 || status === 429 || status >= 500) {
    return new TaskpodError('kubernetes_unavailable', text, { ...facts, retryable: true });
  }
  return new TaskpodError('kubernetes_refused', text, {
    ...facts,
    ...(status === 403 ? { action: failure.reason === '' ? connectAction : verbAction } : {}),
  });
}

const verbAction = 'Grant the function’s service account this verb in this namespace.';

/** A 403 that is no Status of Kubernetes' comes from what stands before the API server. */
const connectAction =
  'On GKE: give this identity container.clusters.connect, which the DNS endpoint asks for.';

const unknownAction = 'See that the service account that speaks to the cluster exists and is enabled.';

/** connectionError maps whatever the HTTP client threw: the caller's abort stays one, all else is an outage. */
export function connectionError(error: unknown, signal: AbortSignal): TaskpodError {
  if (error instanceof TaskpodError) return error;
  if (signal.aborted) return abortedError(signal);
  return new TaskpodError('kubernetes_unavailable', 'the connection to the API server failed', {
    retryable: true,
    action: connectionAction(error),
    cause: error,
  });
}

/** Codes of Node's for a certificate that the known authority has not signed, or that is for another name. */
const certificateCodes =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS_CERT_ALTNAME_INVALID/;

function connectionAction(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return certificateCodes.test(code)
    ? 'The certificate is not of the authority that the cluster names: see whether a proxy stands between, or a rotation of the cluster’s credentials has not ended.'
    : 'If it goes on, see whether the cluster runs, and whether its endpoint can be reached from here: docs/clusters.md, "The way to a cluster".';
}
