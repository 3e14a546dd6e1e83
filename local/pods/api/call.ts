import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, onlyJson } from './status.ts';

/** One request to the API. */
export interface Call {
  method: string;
  /** The decoded segments of the path. */
  path: string[];
  query: URLSearchParams;
  /** The Accept header. */
  accept: string;
  /** The JSON body, nulls removed; undefined when there is none. Throws a 400 when it is not JSON. */
  body: () => Promise<unknown>;
  /** For answers that are streamed. */
  response: ServerResponse;
  /** Fires when the caller has gone or the emulator closes. */
  closed: AbortSignal;
}

/** What a handler answers: a document, or `streamed` when it has written the response itself. */
export type Answer = { code: number; document: unknown } | 'streamed';

const largestBody = 3 * 1_024 * 1_024;

/** readCall takes a request apart; throws a 400 when its path or query cannot be decoded. */
export function readCall(request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Call {
  const url = new URL(request.url ?? '/', 'http://emulator');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let path: string[];
  try {
    path = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw badRequest('the path is not properly encoded');
  }
  return {
    method: request.method ?? 'GET',
    path,
    query: url.searchParams,
    accept: request.headers.accept ?? '',
    body: () => readBody(request),
    response,
    closed: AbortSignal.any([gone.signal, closing]),
  };
}

/** withoutNulls drops every null member, as Kubernetes takes null for absent. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(item => item !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => member !== null && name !== '__proto__')
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type']?.includes('protobuf')) throw onlyJson();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) throw badRequest(`the body is larger than ${largestBody} bytes`);
  }
  if (size === 0) return undefined;
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return withoutNulls(JSON.parse(text));
  } catch {
    throw badRequest(`the body is not JSON: ${text.slice(0, 100)}`);
  }
}
