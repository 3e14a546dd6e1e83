import { ApiFailure } from '../loopback-server.ts';

/** What a request is about. */
export type Route =
  | { kind: 'buckets' }
  | { kind: 'bucket'; bucket: string }
  | { kind: 'objects'; bucket: string; upload: boolean }
  | { kind: 'object' | 'compose'; bucket: string; name: string };

const pattern = /^(?:\/(upload|download))?(?:\/storage\/v1)?\/b(?:\/([^/]+)(?:\/o(?:\/(.+))?)?)?\/?$/;

/**
 * parseRoute tells what a path (still percent-encoded) is about. The library's clients leave `/storage/v1` out when
 * STORAGE_EMULATOR_HOST is set. Throws {@link ApiFailure} 404 or 400.
 */
export function parseRoute(method: string, path: string): Route {
  const match = pattern.exec(path);
  if (match === null) throw new ApiFailure(404, 'notFound', 'there is no such method');
  const [, service, bucket, rest] = match;
  if (bucket === undefined) return { kind: 'buckets' };
  if (rest !== undefined) return objectRoute(method, decode(bucket), rest);
  if (!/\/o\/?$/.test(path)) return { kind: 'bucket', bucket: decode(bucket) };
  return { kind: 'objects', bucket: decode(bucket), upload: service === 'upload' };
}

function objectRoute(method: string, bucket: string, rest: string): Route {
  const target = method === 'POST' ? /^(.+)\/compose$/.exec(rest)?.[1] : undefined;
  if (target !== undefined) return { kind: 'compose', bucket, name: checkObjectName(decode(target)) };
  return { kind: 'object', bucket, name: checkObjectName(decode(rest)) };
}

/** checkObjectName applies Cloud Storage's own rules. https://cloud.google.com/storage/docs/objects#naming */
export function checkObjectName(name: string): string {
  const bytes = Buffer.byteLength(name);
  if (
    bytes < 1 ||
    bytes > 1_024 ||
    /[\r\n]/.test(name) ||
    name === '.' ||
    name === '..' ||
    !name.isWellFormed()
  ) {
    throw new ApiFailure(400, 'invalid', 'this cannot be the name of an object');
  }
  return name;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiFailure(400, 'invalid', 'the path is not percent-encoded UTF-8');
  }
}
