import { Readable } from 'node:stream';
import { buffer as gather } from 'node:stream/consumers';
import type { Storage } from '@google-cloud/storage';
import { TaskpodError } from '../../errors.ts';
import type { Clock } from '../../time.ts';
import { withDeadline } from '../deadline.ts';
import type { AgentOf } from '../google-client.ts';
import { answerFailure, type GoogleApi, googleOutageAction, thrownFailure } from '../google-failure.ts';

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
  headers: Headers;
  body: Buffer;
}

/** An answer whose body is still coming. */
export interface OpenAnswer {
  status: number;
  headers: Headers;
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
 * the object (docs/adr/0007). Throws `storage_unavailable` (retryable) and `storage_refused`.
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
        const response = await this.#send(request, signal, 'arraybuffer');
        const body = response.data instanceof ArrayBuffer ? Buffer.from(response.data) : Buffer.alloc(0);
        const answer = { status: response.status, headers: response.headers, body };
        this.#check(request, answer);
        return answer;
      },
    );
  }

  /** Sends the request and hands the body over as it comes; a failure's body is read here. */
  async open(request: StorageRequest): Promise<OpenAnswer> {
    const ms = this.#options.timeoutMs;
    const controller = new AbortController();
    const onTimeout = () => this.#timeout(request, ms);
    return withDeadline({ signal: request.signal, ms, onTimeout }, async signal => {
      const giveUp = () => controller.abort(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      const response = await this.#send(request, controller.signal, 'stream');
      const chunks = this.#chunks(request, response.data, controller);
      if (response.status >= 300) {
        const body = await gather(chunks);
        this.#check(request, { status: response.status, headers: response.headers, body });
      }
      signal.removeEventListener('abort', giveUp);
      return { status: response.status, headers: response.headers, chunks };
    });
  }

  async *#chunks(
    request: StorageRequest,
    body: unknown,
    controller: AbortController,
  ): AsyncGenerator<Uint8Array> {
    if (!(body instanceof Readable)) return;
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
      controller.abort();
    }
  }

  async #send(request: StorageRequest, signal: AbortSignal, responseType: 'arraybuffer' | 'stream') {
    const { storage, agent } = this.#options;
    const query = new URLSearchParams(request.query).toString();
    try {
      return await storage.authClient.request<unknown>({
        url: `${storage.apiEndpoint}${request.path}${query === '' ? '' : `?${query}`}`,
        method: request.method,
        headers: { ...request.headers, ...contentLength(request.body) },
        ...(request.body === undefined ? {} : { data: Readable.from(request.body) }),
        responseType,
        signal,
        agent,
        retry: false,
        validateStatus: () => true,
      });
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

function byteLength(parts: readonly Buffer[] = []): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function contentLength(parts: readonly Buffer[] | undefined): Record<string, string> {
  return parts === undefined ? {} : { 'content-length': String(byteLength(parts)) };
}
