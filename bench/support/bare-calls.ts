import type { Agent, RequestOptions } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

const callMs = 60_000;

/** Where calls go, and over which connections. */
export interface BareServer {
  /** Without a slash at its end. */
  url: string;
  agent: Agent;
  headers?: () => Promise<Record<string, string>>;
}

/** One call. */
export interface BareCall {
  method: string;
  /** From the host on. */
  path: string;
  body?: string;
  /** Default `application/json`. */
  contentType?: string;
}

/** bareCall sends one call, over Node's own client and nothing else, and gives the answer's text; throws unless it is 2xx. */
export async function bareCall(server: BareServer, call: BareCall): Promise<string> {
  const { method, path, body = '', contentType = 'application/json' } = call;
  const options: RequestOptions = {
    agent: server.agent,
    method,
    headers: {
      ...(await server.headers?.()),
      'user-agent': 'taskpod-bench',
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
    },
    signal: AbortSignal.timeout(callMs),
  };
  const url = server.url + path;
  const sent = url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options);
  const answered = Promise.withResolvers<string>();
  sent.once('error', answered.reject);
  sent.once('response', response => {
    const { statusCode = 0 } = response;
    text(response).then(answer => {
      if (statusCode < 300) answered.resolve(answer);
      else answered.reject(new Error(`${method} ${path} was answered ${statusCode}: ${answer}`));
    }, answered.reject);
  });
  sent.end(body);
  return answered.promise;
}
