import type { Readable } from 'node:stream';
import type { Storage } from '@google-cloud/storage';
import { TaskpodError } from '../../errors.ts';
import type { Clock } from '../../time.ts';
import { withDeadline } from '../deadline.ts';
import type { AgentOf } from '../google-client.ts';
import { answerFailure, type GoogleApi, googleOutageAction, thrownFailure } from '../google-failure.ts';
import { byteLength, type HttpAnswer, type HttpHeaders, readWhole, sendHttp } from '../google-http.ts';

/** One request to the JSON API of Cloud Storage. */
export interface StorageRequest {
  /** The call in words, for errors: `create runs/a.json`. */
  what: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** From the host on: `/storage/v1/b/...`. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** In parts, one after another. */
  body?: readonly Buffer[];
  /** Statuses beside 2xx that are answers to the caller, not failures. */
  accept?: readonly number[];
  signal: AbortSignal;
}

/** An answer, read to its end. */
export interface StorageAnswer {
  status: number;
  headers: HttpHeaders;
  body: Buffer;
}

/** An answer whose body is still coming. */
export interface OpenAnswer {
  status: number;
  headers: HttpHeaders;
  /** Fails with a retryable `storage_unavailable` when the body breaks off or nothing comes for a whole time-out. */
  chunks: AsyncIterable<Uint8Array>;
}

/** What the API needs from outside. */
export interface JsonApiOptions {
  storage: Storage;
  bucket: string;
  agent: AgentOf;
  clock: Clock;
  /** Milliseconds that a call, or a pause within a download, may take. */
  timeoutMs: number;
}

/** Milliseconds that each MiB of an upload adds to its time-out. */
const uploadMsPerMiB = 2_000;

/**
 * One try of a call to Cloud Storage, with the client library's endpoint and credentials. Its own upload and download
 * methods are not used: they can neither be aborted nor time out, and an upload whose checksum does not match deletes
 * the object (docs/adr/0007); nor is its transport (docs/adr/0019). Throws `storage_unavailable` (retryable) and `storage_refused`.
 */
export class JsonApi {
  readonly #options: JsonApiOptions;
  readonly #words: GoogleApi;

  constructor(options: JsonApiOptions) {
    this.#options = options;
    this.#words = {
      name: 'Cloud Storage',
      unavailable: 'storage_unavailable',
      refused: 'storage_refused',
      permissionAction: `Give this identity the role Storage Object User on the bucket ${options.bucket}.`,
      missingAction: `Create the bucket ${options.bucket}, or correct TASKPOD_BUCKET.`,
      outageAction: googleOutageAction,
    };
  }

  /** Sends the request and reads the answer to its end. */
  async call(request: StorageRequest): Promise<StorageAnswer> {
    const bodyMiB = byteLength(request.body) / 1_048_576;
    const ms = this.#options.timeoutMs + Math.ceil(bodyMiB * uploadMsPerMiB);
    return withDeadline(
      { signal: request.signal, ms, onTimeout: () => this.#timeout(request, ms) },
      async signal => {
        const { status, headers, body } = await this.#send(request, signal);
        const answer = { status, headers, body: await this.#read(request, body, signal) };
        this.#check(request, answer);
        return answer;
      },
    );
  }

  /** Sends the request and hands the body over as it comes; a failure's body is read here. */
  async open(request: StorageRequest): Promise<OpenAnswer> {
    const ms = this.#options.timeoutMs;
    const onTimeout = () => this.#timeout(request, ms);
    return withDeadline({ signal: request.signal, ms, onTimeout }, async signal => {
      const { status, headers, body } = await this.#send(request, signal);
      if (status < 300) return { status, headers, chunks: this.#chunks(request, body) };
      this.#check(request, { status, headers, body: await this.#read(request, body, signal) });
      return { status, headers, chunks: nothing() };
    });
  }

  async *#chunks(request: StorageRequest, body: Readable): AsyncGenerator<Uint8Array> {
    const parts: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
    const ms = this.#options.timeoutMs;
    try {
      for (;;) {
        const deadline = { signal: request.signal, ms, onTimeout: () => this.#timeout(request, ms) };
        const part = await withDeadline(deadline, () => parts.next());
        if (part.done) return;
        yield part.value;
      }
    } catch (error) {
      throw thrownFailure(this.#words, request.what, error);
    } finally {
      body.destroy();
    }
  }

  async #send(request: StorageRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { storage, agent } = this.#options;
    const query = new URLSearchParams(request.query).toString();
    const url = `${storage.apiEndpoint}${request.path}${query === '' ? '' : `?${query}`}`;
    try {
      const login = await storage.authClient.getRequestHeaders(url);
      signal.throwIfAborted();
      const headers = { ...Object.fromEntries(login), ...request.headers };
      return await sendHttp({ url, method: request.method, headers, body: request.body, agent, signal });
    } catch (error) {
      throw thrownFailure(this.#words, request.what, error);
    }
  }

  async #read(request: StorageRequest, body: Readable, signal: AbortSignal): Promise<Buffer> {
    try {
      return await readWhole(body, signal);
    } catch (error) {
      throw thrownFailure(this.#words, request.what, error);
    }
  }

  #check(request: StorageRequest, answer: StorageAnswer): void {
    const { status, headers, body } = answer;
    if ((status >= 200 && status < 300) || request.accept?.includes(status)) return;
    const failed = { status, body: body.toString('utf8'), retryAfter: headers.get('retry-after') };
    throw answerFailure(this.#words, request.what, failed, () => this.#options.clock.now());
  }

  #timeout(request: StorageRequest, ms: number): TaskpodError {
    const message = `Cloud Storage did not answer within ${ms / 1_000} s to ${request.what}`;
    return new TaskpodError('storage_unavailable', message, {
      retryable: true,
      action: googleOutageAction,
    });
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // an answer that is all in its status
}
