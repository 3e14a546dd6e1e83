import { TaskpodError } from '../../errors.ts';
import type { KnownRead, ReadOptions } from '../../ports/store.ts';
import type { HttpHeaders } from '../google-http.ts';
import type { JsonApi, OpenAnswer } from './json-api.ts';
import { md5 } from './md5.ts';

/** One conditional read. */
export interface ReadKnownRequest extends ReadOptions {
  api: JsonApi;
  name: string;
  /** Of the object, from the host on. */
  path: string;
}

/**
 * readKnownObject asks for an object's bytes with `ifGenerationNotMatch`: 304 means that it is as it was. Undefined when there
 * is none. Throws a retryable `storage_unavailable` when the bytes arrive damaged.
 * Source: https://cloud.google.com/storage/docs/request-preconditions#http-304
 */
export async function readKnownObject(request: ReadKnownRequest): Promise<KnownRead | undefined> {
  const { api, name, path, knownGeneration, maxBytes, signal } = request;
  const answer = await api.open({
    what: `read ${name}`,
    method: 'GET',
    path,
    query: {
      alt: 'media',
      ...(knownGeneration === undefined ? {} : { ifGenerationNotMatch: knownGeneration }),
    },
    headers: { 'accept-encoding': 'identity' },
    accept: [304, 404],
    signal,
  });
  if (answer.status === 404) return undefined;
  if (answer.status === 304) return { kind: 'unchanged' };
  const generation = answer.headers.get('x-goog-generation');
  if (generation === null) throw damaged(name);
  // a server that does not know the condition sends everything again
  if (generation === knownGeneration) {
    await gatherUpTo(0, answer);
    return { kind: 'unchanged' };
  }
  const body = await gatherUpTo(maxBytes, answer);
  if (body === undefined) return { kind: 'too large' };
  if (!isWhole(body, answer.headers)) throw damaged(name);
  return { kind: 'content', generation, body };
}

/** Undefined, and the download given up, when there is more. */
async function gatherUpTo(maxBytes: number, { chunks }: OpenAnswer): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

/** What is stored compressed arrives decompressed: then length and MD5 are of something else. */
function isWhole(body: Buffer, headers: HttpHeaders): boolean {
  const length = headers.get('content-length');
  const sum = /(?:^|[\s,])md5=([^,\s]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1];
  const encoding = headers.get('x-goog-stored-content-encoding') ?? 'identity';
  if (encoding !== 'identity') return true;
  return (length === null || Number(length) === body.length) && (sum === undefined || sum === md5(body));
}

function damaged(name: string): TaskpodError {
  return new TaskpodError('storage_unavailable', `${name} arrived damaged`, { retryable: true });
}
