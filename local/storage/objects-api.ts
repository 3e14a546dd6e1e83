import { closeSync, createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ApiFailure, readBody, sendJson } from '../loopback-server.ts';
import { parseRequest } from '../request-json.ts';
import type { BucketFolder, ObjectFacts } from './bucket-folder.ts';
import { parseByteRange } from './byte-range.ts';
import type { Draft } from './draft.ts';
import { listPage } from './listing.ts';
import { parseMultipart } from './multipart.ts';
import type { ObjectRecord } from './object-record.ts';
import { checkGeneration, existing, isUnchanged } from './preconditions.ts';
import { mediaHeaders, objectResource } from './resource.ts';
import { checkObjectName } from './route.ts';

/** One request on one bucket. */
export interface ObjectsCall {
  bucket: BucketFolder;
  bucketName: string;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Bytes of one upload, which is held in memory. */
const maxUploadBytes = 64 * 1_024 * 1_024;
const maxComposeBytes = 1_024 * 1_024;
const maxSources = 32;

const destination = z.object({
  contentType: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
const uploadResource = destination.extend({ name: z.string().optional(), md5Hash: z.string().optional() });
const composeRequest = z.object({
  sourceObjects: z
    .array(z.strictObject({ name: z.string() }))
    .min(1)
    .max(maxSources),
  destination: destination.default({}),
});

/** listObjects answers objects.list. */
export function listObjects(call: ObjectsCall): void {
  const { bucket, query } = call;
  const asked = Number(query.get('maxResults') ?? 1_000);
  const page = listPage(bucket.names, {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    startOffset: query.get('startOffset') ?? '',
    pageToken: query.get('pageToken') ?? '',
    maxResults: Number.isInteger(asked) ? Math.min(1_000, Math.max(1, asked)) : 1_000,
  });
  const items = page.names.flatMap(name => {
    const record = bucket.get(name);
    return record === undefined ? [] : [objectResource(call.bucketName, record)];
  });
  sendJson(call.response, 200, {
    kind: 'storage#objects',
    ...(items.length === 0 ? {} : { items }),
    ...(page.prefixes.length === 0 ? {} : { prefixes: page.prefixes }),
    ...(page.nextPageToken === '' ? {} : { nextPageToken: page.nextPageToken }),
  });
}

/** insertObject answers objects.insert with uploadType `media` or `multipart`. */
export async function insertObject(call: ObjectsCall): Promise<void> {
  const { query, request } = call;
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  const body = await readBody(request, maxUploadBytes);
  const uploadType = query.get('uploadType');
  if (uploadType !== 'media' && uploadType !== 'multipart') {
    throw new ApiFailure(400, 'notSupported', 'uploadType must be media or multipart');
  }
  const upload = uploadType === 'media' ? { resource: '{}', content: body } : parseMultipart(type, body);
  const resource = parseRequest(uploadResource, upload.resource);
  const name = checkObjectName(query.get('name') ?? resource.name ?? '');
  const facts = {
    contentType: resource.contentType ?? (uploadType === 'media' ? type : 'application/octet-stream'),
    metadata: resource.metadata ?? {},
  };
  const draft = await call.bucket.draft([upload.content]);
  if (resource.md5Hash !== undefined && resource.md5Hash !== draft.md5) {
    call.bucket.discard(draft);
    throw new ApiFailure(
      400,
      'invalid',
      `Provided MD5 hash "${resource.md5Hash}" does not match "${draft.md5}"`,
    );
  }
  commit(call, name, draft, facts);
}

/** composeObject answers objects.compose. */
export async function composeObject(call: ObjectsCall, target: string): Promise<void> {
  const body = await readBody(call.request, maxComposeBytes);
  const { sourceObjects, destination: facts } = parseRequest(composeRequest, body.toString('utf8'));
  const names = sourceObjects.map(({ name }) => name);
  const sources = names.map(name => source(call, name));
  const draft = await call.bucket.draft(concatenate(call, names));
  const components = sources.reduce((sum, record) => sum + (record.components ?? 1), 0);
  const contentType = facts.contentType ?? sources[0]?.content_type ?? 'application/octet-stream';
  commit(call, target, draft, { contentType, metadata: facts.metadata ?? {}, components });
}

/** getObject answers objects.get, with `alt=media` by the bytes. */
export async function getObject(call: ObjectsCall, name: string): Promise<void> {
  const { bucket, query, request, response } = call;
  const record = existing(bucket.get(name), name, query);
  if (isUnchanged(record, query)) {
    response.writeHead(304).end();
    return;
  }
  if (query.get('alt') !== 'media') {
    sendJson(response, 200, objectResource(call.bucketName, record));
    return;
  }
  const range = parseByteRange(request.headers.range, record.size);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${record.size}`);
    throw new ApiFailure(416, 'requestedRangeNotSatisfiable', 'the range begins behind the end');
  }
  const fd = openFile(call, record);
  const { start, end } = range ?? { start: 0, end: record.size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...mediaHeaders(record),
    'content-length': end - start + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${record.size}` }),
  });
  // a stream cannot be told to read nothing: `end` is inclusive
  const bytes = createReadStream('', { fd, start, ...(end < start ? {} : { end }) });
  await pipeline(bytes, response).catch(() => response.destroy());
}

/** deleteObject answers objects.delete. */
export function deleteObject(call: ObjectsCall, name: string): void {
  const record = existing(call.bucket.get(name), name, call.query);
  checkGeneration(record, call.query);
  call.bucket.remove(record);
  call.response.writeHead(204).end();
}

/** The precondition is checked here, after all waiting, so that nothing can come between it and the change. */
function commit(call: ObjectsCall, name: string, draft: Draft, facts: ObjectFacts): void {
  try {
    checkGeneration(call.bucket.get(name), call.query);
    sendJson(call.response, 200, objectResource(call.bucketName, call.bucket.commit(name, draft, facts)));
  } finally {
    call.bucket.discard(draft);
  }
}

function openFile(call: ObjectsCall, record: ObjectRecord): number {
  const fd = call.bucket.open(record);
  if (fd === undefined) throw new ApiFailure(404, 'notFound', `No such object: ${record.name}`);
  return fd;
}

/** All are opened before the first byte is read: what is replaced while the bytes are copied does not matter. */
async function* concatenate(call: ObjectsCall, names: readonly string[]): AsyncGenerator<Uint8Array> {
  const files: number[] = [];
  try {
    for (const name of names) files.push(openFile(call, source(call, name)));
    for (let fd = files.shift(); fd !== undefined; fd = files.shift()) yield* createReadStream('', { fd });
  } finally {
    for (const fd of files) closeSync(fd);
  }
}

function source(call: ObjectsCall, name: string): ObjectRecord {
  return existing(call.bucket.get(name), name, new URLSearchParams());
}
