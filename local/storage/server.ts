import { mkdirSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { ApiFailure, readBody, sendJson, startLoopbackServer } from '../loopback-server.ts';
import { parseRequest } from '../request-json.ts';
import { BucketFolder } from './bucket-folder.ts';
import { lockFolder } from './folder-lock.ts';
import {
  composeObject,
  deleteObject,
  getObject,
  insertObject,
  listObjects,
  type ObjectsCall,
} from './objects-api.ts';
import { bucketResource } from './resource.ts';
import { parseRoute, type Route } from './route.ts';

/** Where the server keeps what a person need not look at, below its folder. */
const hiddenFolder = '.taskpod-storage';

/** How the server is started. */
export interface StorageServerOptions {
  /** Made if there is none. An object `a/b.txt` of bucket `c` is the file `c/a/b.txt` in it. */
  folder: string;
  /** 0: any free port. */
  port: number;
  now?: () => number;
}

/** A running storage server. */
export interface StorageServer {
  /** `http://127.0.0.1:port`: the value for STORAGE_EMULATOR_HOST. */
  url: string;
  close(): Promise<void>;
}

/**
 * startStorageServer serves a folder as Cloud Storage: the part of the JSON API that the storage adapter and curl
 * use, without credentials, to this machine only. A request that was answered survives the death of the process.
 * Throws `bad_usage` when another process serves the folder.
 */
export async function startStorageServer(options: StorageServerOptions): Promise<StorageServer> {
  const hidden = join(options.folder, hiddenFolder);
  mkdirSync(hidden, { recursive: true, mode: 0o700 });
  const lock = lockFolder(join(hidden, '.lock'));
  try {
    const buckets = new Buckets(options.folder, hidden, options.now ?? Date.now);
    const server = await startLoopbackServer(options.port, (request, response) =>
      serve(buckets, request, response),
    );
    return {
      url: `http://${server.host}`,
      close: async () => {
        await server.close();
        buckets.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

class Buckets {
  readonly #folder: string;
  readonly #hidden: string;
  readonly #now: () => number;
  readonly #open = new Map<string, BucketFolder>();

  constructor(folder: string, hidden: string, now: () => number) {
    this.#folder = folder;
    this.#hidden = hidden;
    this.#now = now;
    for (const entry of readdirSync(hidden, { withFileTypes: true })) {
      if (entry.isDirectory()) this.create(entry.name);
    }
  }

  get names(): string[] {
    return [...this.#open.keys()].sort();
  }

  get(name: string): BucketFolder {
    const bucket = this.#open.get(name);
    if (bucket === undefined) throw new ApiFailure(404, 'notFound', 'The specified bucket does not exist.');
    return bucket;
  }

  create(name: string): void {
    if (this.#open.has(name)) throw new ApiFailure(409, 'conflict', 'You already own this bucket.');
    const place = { folder: join(this.#folder, name), hidden: join(this.#hidden, name), now: this.#now };
    this.#open.set(name, new BucketFolder(place));
  }

  close(): void {
    for (const bucket of this.#open.values()) bucket.close();
  }
}

/** https://cloud.google.com/storage/docs/buckets#naming; no two dots, so never a way out of the folder. */
const newBucket = z.object({
  name: z.string().regex(/^[a-z0-9](?!.*\.\.)[a-z0-9._-]{1,220}[a-z0-9]$/, 'must be a bucket name'),
});

async function serve(buckets: Buckets, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  const method = request.method ?? 'GET';
  const route = parseRoute(method, path);
  if (route.kind === 'buckets' || route.kind === 'bucket') {
    await serveBuckets(buckets, method, route, request, response);
    return;
  }
  const query = new URLSearchParams(search);
  const bucket = buckets.get(route.bucket);
  await serveObjects(method, route, { bucket, bucketName: route.bucket, query, request, response });
}

async function serveObjects(
  method: string,
  route: Exclude<Route, { kind: 'buckets' | 'bucket' }>,
  call: ObjectsCall,
): Promise<void> {
  if (route.kind === 'compose') return composeObject(call, route.name);
  if (route.kind === 'object' && method === 'GET') return getObject(call, route.name);
  if (route.kind === 'object' && method === 'DELETE') return deleteObject(call, route.name);
  if (route.kind === 'objects' && method === 'GET') return listObjects(call);
  if (route.kind === 'objects' && route.upload && method === 'POST') return insertObject(call);
  throw new ApiFailure(405, 'notSupported', `${method} is not supported here`);
}

async function serveBuckets(
  buckets: Buckets,
  method: string,
  route: Extract<Route, { kind: 'buckets' | 'bucket' }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method === 'GET' && route.kind === 'bucket') {
    buckets.get(route.bucket);
    sendJson(response, 200, bucketResource(route.bucket));
  } else if (method === 'GET') {
    sendJson(response, 200, { kind: 'storage#buckets', items: buckets.names.map(bucketResource) });
  } else if (method === 'POST' && route.kind === 'buckets') {
    const { name } = parseRequest(newBucket, (await readBody(request, 65_536)).toString('utf8'));
    buckets.create(name);
    sendJson(response, 200, bucketResource(name));
  } else {
    throw new ApiFailure(405, 'notSupported', `${method} is not supported here`);
  }
}
