import { buffer as gather } from 'node:stream/consumers';
import { TaskpodError } from '../../errors.ts';
import type {
  Created,
  KnownRead,
  ObjectInfo,
  ObjectStore,
  ReadOptions,
  StoredObject,
  WriteOptions,
} from '../../ports/store.ts';
import { apiCallRetry, type RetryDeps, retry } from '../../retry.ts';
import type { Clock } from '../../time.ts';
import type { JsonApi, OpenAnswer } from './json-api.ts';
import { md5 } from './md5.ts';
import { multipartUpload } from './multipart.ts';
import { parsePage, parseResource, type Resource, writerKey } from './object-resource.ts';
import { readKnownObject } from './read-known.ts';
import { generationOf, type Position, resumingDownload } from './resuming-download.ts';

/** What the store needs from outside. */
export interface StoreDeps {
  api: JsonApi;
  bucket: string;
  clock: Clock;
  random: () => number;
  /** A fresh random id. */
  newId: () => string;
}

const listedFields = 'items(name,generation,size,updated,metadata),nextPageToken';

/** ObjectStore on a bucket of Cloud Storage: one request per write, two at once per read. */
export class GoogleObjectStore implements ObjectStore {
  readonly #deps: StoreDeps;
  readonly #api: JsonApi;
  readonly #bucketPath: string;

  constructor(deps: StoreDeps) {
    this.#deps = deps;
    this.#api = deps.api;
    this.#bucketPath = `/storage/v1/b/${encodeURIComponent(deps.bucket)}/o`;
  }

  async read(name: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    return this.#retry(signal, async () => {
      const [resource, media] = await Promise.all([this.#stat(name, signal), this.#load(name, signal)]);
      if (resource === undefined || media === undefined) return undefined;
      const same = media.generation === undefined || media.generation === resource.info.generation;
      const whole = resource.md5 === undefined || resource.md5 === md5(media.body);
      if (same && whole) return { ...resource.info, body: media.body };
      const message = `${name} was replaced while it was read, or arrived damaged`;
      throw new TaskpodError('storage_unavailable', message, { retryable: true });
    });
  }

  async readKnown(name: string, options: ReadOptions): Promise<KnownRead | undefined> {
    return this.#retry(options.signal, () =>
      readKnownObject({ api: this.#api, name, path: this.#objectPath(name), ...options }),
    );
  }

  async readStream(name: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const media = await this.#retry(signal, () => this.#open(name, signal));
    if (media === undefined) return undefined;
    const reopen = (from: Position) => this.#retry(signal, () => this.#open(name, signal, from));
    return resumingDownload({ name, first: media, reopen, deps: this.#retryDeps(signal) });
  }

  async create(name: string, body: Buffer | string, options: WriteOptions): Promise<Created> {
    const written = await this.#write(name, toBuffer(body), '0', options);
    return { created: written !== undefined };
  }

  async replace(
    name: string,
    body: Buffer | string,
    ifGeneration: string,
    options: WriteOptions,
  ): Promise<string | undefined> {
    const written = await this.#write(name, toBuffer(body), ifGeneration, options);
    return written?.info.generation;
  }

  async remove(name: string, options: { ifGeneration?: string; signal: AbortSignal }): Promise<boolean> {
    const { ifGeneration, signal } = options;
    return this.#retry(signal, async attempt => {
      const answer = await this.#api.call({
        what: `delete ${name}`,
        method: 'DELETE',
        path: this.#objectPath(name),
        ...(ifGeneration === undefined ? {} : { query: { ifGenerationMatch: ifGeneration } }),
        accept: [404, 412],
        signal,
      });
      // gone after a try whose answer was lost: that try, as far as anybody can tell
      return answer.status < 300 || (answer.status === 404 && attempt > 1);
    });
  }

  async *list(
    prefix: string,
    options: { signal: AbortSignal; startOffset?: string },
  ): AsyncGenerator<ObjectInfo> {
    const { signal, startOffset } = options;
    let pageToken = '';
    do {
      const query = {
        prefix,
        fields: listedFields,
        maxResults: '1000',
        ...(startOffset === undefined ? {} : { startOffset }),
        ...(pageToken === '' ? {} : { pageToken }),
      };
      const page = await this.#retry(signal, async () => {
        const what = `list ${prefix === '' ? 'the bucket' : prefix}`;
        return parsePage(
          (await this.#api.call({ what, method: 'GET', path: this.#bucketPath, query, signal })).body,
        );
      });
      yield* page.objects;
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
  }

  async compose(sources: readonly string[], target: string, options: WriteOptions): Promise<Created> {
    const writer = this.#deps.newId();
    const body = Buffer.from(
      JSON.stringify({
        sourceObjects: sources.map(name => ({ name })),
        destination: destination(options, writer),
      }),
    );
    const written = await this.#conditional(target, writer, options.signal, () =>
      this.#api.call({
        what: `compose ${target}`,
        method: 'POST',
        path: `${this.#objectPath(target)}/compose`,
        query: { ifGenerationMatch: '0' },
        headers: { 'content-type': 'application/json' },
        body: [body],
        accept: [412],
        signal: options.signal,
      }),
    );
    return { created: written !== undefined };
  }

  /** Uploads under a precondition; undefined when the object has another generation and this call did not make it. */
  async #write(
    name: string,
    content: Buffer,
    ifGeneration: string,
    options: WriteOptions,
  ): Promise<Resource | undefined> {
    const writer = this.#deps.newId();
    // Cloud Storage checks the MD5 on arrival
    const resource = { name, ...destination(options, writer), md5Hash: md5(content) };
    const upload = multipartUpload(resource, content, this.#deps.newId());
    return this.#conditional(name, writer, options.signal, () =>
      this.#api.call({
        what: `write ${name}`,
        method: 'POST',
        path: `/upload${this.#bucketPath}`,
        query: { uploadType: 'multipart', ifGenerationMatch: ifGeneration },
        headers: { 'content-type': upload.contentType },
        body: upload.body,
        accept: [412],
        signal: options.signal,
      }),
    );
  }

  /**
   * A 412 to the first try means that somebody else was faster. A 412 to a later one may be the echo of an earlier try
   * that was committed while its answer was lost: the writer id in the object tells.
   */
  async #conditional(
    name: string,
    writer: string,
    signal: AbortSignal,
    call: () => Promise<{ status: number; body: Buffer }>,
  ): Promise<Resource | undefined> {
    return this.#retry(signal, async attempt => {
      const answer = await call();
      if (answer.status !== 412) return parseResource(answer.body);
      if (attempt === 1) return undefined;
      const found = await this.#stat(name, signal);
      return found?.writer === writer ? found : undefined;
    });
  }

  async #stat(name: string, signal: AbortSignal): Promise<Resource | undefined> {
    const what = `look at ${name}`;
    const path = this.#objectPath(name);
    const answer = await this.#api.call({ what, method: 'GET', path, accept: [404], signal });
    return answer.status === 404 ? undefined : parseResource(answer.body);
  }

  async #load(
    name: string,
    signal: AbortSignal,
  ): Promise<{ generation: string | undefined; body: Buffer } | undefined> {
    const media = await this.#open(name, signal);
    if (media === undefined) return undefined;
    return { generation: generationOf(media), body: await gather(media.chunks) };
  }

  async #open(name: string, signal: AbortSignal, from?: Position): Promise<OpenAnswer | undefined> {
    const answer = await this.#api.open({
      what: `read ${name}`,
      method: 'GET',
      path: this.#objectPath(name),
      query: { alt: 'media', ...(from?.generation === undefined ? {} : { generation: from.generation }) },
      headers: {
        'accept-encoding': 'identity',
        ...(from === undefined ? {} : { range: `bytes=${from.offset}-` }),
      },
      accept: [404, 416],
      signal,
    });
    return answer.status === 404 ? undefined : answer;
  }

  #objectPath(name: string): string {
    return `${this.#bucketPath}/${encodeURIComponent(name)}`;
  }

  #retry<T>(signal: AbortSignal, operation: (attempt: number) => Promise<T>): Promise<T> {
    return retry(operation, apiCallRetry, this.#retryDeps(signal));
  }

  #retryDeps(signal: AbortSignal): RetryDeps {
    return { clock: this.#deps.clock, random: this.#deps.random, signal };
  }
}

function destination(options: WriteOptions, writer: string): object {
  return {
    contentType: options.contentType ?? 'application/octet-stream',
    metadata: { ...options.metadata, [writerKey]: writer },
  };
}

/** Not a copy: a log's segment has megabytes. */
function toBuffer(body: Buffer | string): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
