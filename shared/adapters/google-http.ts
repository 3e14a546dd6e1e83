import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import type { AgentOf } from './google-client.ts';

/** One request to an API of Google. */
export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST' | 'DELETE';
  headers: Record<string, string>;
  /** In parts, which are not put together. */
  body?: readonly Buffer[] | undefined;
  agent: AgentOf;
  /** Ends the request until its answer has begun; its reason must be an error. */
  signal: AbortSignal;
}

/** An answer whose body is still coming. */
export interface HttpAnswer {
  status: number;
  headers: HttpHeaders;
  /** Fails when the connection breaks before its end; whoever does not read it to its end destroys it. */
  body: Readable;
}

/** Headers of an answer, by their names in lower case; null for one that is not there. */
export interface HttpHeaders {
  get(name: string): string | null;
}

/**
 * sendHttp sends one request and resolves when the head of its answer is there. Node's own client: the fetch library below Google's
 * clients takes four times its CPU for a small call (docs/adr/0019). Redirects are not followed: these APIs send none.
 */
export function sendHttp(request: HttpRequest): Promise<HttpAnswer> {
  const { method, body = [], signal, agent } = request;
  const url = new URL(request.url);
  const length = method === 'POST' ? { 'content-length': byteLength(body) } : {};
  const options = { method, headers: { ...request.headers, ...length }, agent: agent(url) };
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const sent = url.protocol === 'http:' ? requestHttp(url, options) : requestHttps(url, options);
  const giveUp = (): void => {
    sent.destroy(signal.reason);
  };
  const settle = (): void => signal.removeEventListener('abort', giveUp);
  // Stays: what breaks after the answer has begun is told by its body.
  sent.on('error', error => {
    settle();
    reject(error);
  });
  sent.once('response', response => {
    settle();
    const { headers } = response;
    resolve({
      status: response.statusCode ?? 0,
      headers: {
        get: name => {
          const value = headers[name];
          return Array.isArray(value) ? value.join(', ') : (value ?? null);
        },
      },
      body: response,
    });
  });
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  for (const part of body) sent.write(part);
  sent.end();
  return promise;
}

/** readWhole reads a body to its end; a signal that fires meanwhile ends the connection, and fails with its reason. */
export async function readWhole(body: Readable, signal: AbortSignal): Promise<Buffer> {
  const giveUp = (): void => {
    body.destroy(signal.reason);
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const parts: Buffer[] = [];
  body.on('data', part => parts.push(part));
  body.once('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
  body.once('error', reject);
  // A connection that broke before anybody listened tells it by this alone.
  const closed = (): void => {
    if (!body.readableEnded) reject(new Error('the connection was closed in the middle of an answer'));
  };
  if (body.destroyed) closed();
  else body.once('close', closed);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** byteLength is the size of a body in parts. */
export function byteLength(parts: readonly Buffer[] = []): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
