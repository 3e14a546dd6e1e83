import { TaskpodError } from '../../shared/errors.ts';
import type {
  Created,
  KnownRead,
  ObjectInfo,
  ObjectStore,
  ReadOptions,
  StoredObject,
  WriteOptions,
} from '../../shared/ports/store.ts';
import { abortedError, isoTime } from '../../shared/time.ts';
import { witnessObject } from '../secrets/witness.ts';
import { type Fault, watched } from './faults.ts';

/** What a memory store is made from. */
export interface MemoryStoreOptions {
  /** Milliseconds since the epoch; default: always 0. */
  now?: () => number;
  /** Calls are named `<method> <object>`, such as `create runs/...`. */
  fault?: Fault | undefined;
}

/** ObjectStore in memory, with generations and preconditions as Cloud Storage has them. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #now: () => number;
  #generation = 0;
  /** May be changed between calls. */
  fault: Fault | undefined;

  constructor({ now = () => 0, fault }: MemoryStoreOptions = {}) {
    this.#now = now;
    this.fault = fault;
  }

  /** The names of all objects, in order. */
  names(): string[] {
    return [...this.#objects.keys()].sort(byBytes);
  }

  /** The text of an object; undefined when there is none. */
  text(name: string): string | undefined {
    return this.#objects.get(name)?.body.toString('utf8');
  }

  async read(name: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    return this.#call(`read ${name}`, signal, () => copyOf(this.#objects.get(name)));
  }

  async readKnown(name: string, options: ReadOptions): Promise<KnownRead | undefined> {
    return this.#call(`readKnown ${name}`, options.signal, () => {
      const object = copyOf(this.#objects.get(name));
      if (object === undefined) return undefined;
      const { generation, sizeBytes, body } = object;
      if (generation === options.knownGeneration) return { kind: 'unchanged' };
      if (sizeBytes > options.maxBytes) return { kind: 'too large' };
      return { kind: 'content', generation, body };
    });
  }

  async readStream(name: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const object = await this.#call(`readStream ${name}`, signal, () => copyOf(this.#objects.get(name)));
    return object === undefined ? undefined : chunks(object.body, signal);
  }

  async create(name: string, body: Buffer | string, options: WriteOptions): Promise<Created> {
    return this.#call(`create ${name}`, options.signal, () => ({
      created: this.#write(name, Buffer.from(body), '0', options) !== undefined,
    }));
  }

  async replace(
    name: string,
    body: Buffer | string,
    ifGeneration: string,
    options: WriteOptions,
  ): Promise<string | undefined> {
    return this.#call(`replace ${name}`, options.signal, () =>
      this.#write(name, Buffer.from(body), ifGeneration, options),
    );
  }

  async remove(name: string, options: { ifGeneration?: string; signal: AbortSignal }): Promise<boolean> {
    return this.#call(`remove ${name}`, options.signal, () => {
      const found = this.#objects.get(name);
      if (found === undefined) return false;
      if (options.ifGeneration !== undefined && options.ifGeneration !== found.generation) return false;
      return this.#objects.delete(name);
    });
  }

  async *list(
    prefix: string,
    options: { signal: AbortSignal; startOffset?: string },
  ): AsyncGenerator<ObjectInfo> {
    const { signal, startOffset = '' } = options;
    const found = await this.#call(`list ${prefix}`, signal, () =>
      [...this.#objects.keys()]
        .filter(name => name.startsWith(prefix) && byBytes(name, startOffset) >= 0)
        .sort(byBytes)
        .flatMap(name => infoOf(this.#objects.get(name)) ?? []),
    );
    yield* found;
  }

  async compose(sources: readonly string[], target: string, options: WriteOptions): Promise<Created> {
    return this.#call(`compose ${target}`, options.signal, () => {
      if (sources.length === 0 || sources.length > 32) {
        throw new TaskpodError('storage_refused', `compose takes 1 to 32 objects, not ${sources.length}`);
      }
      const parts = sources.map(name => {
        const object = this.#objects.get(name);
        if (object === undefined) throw new TaskpodError('storage_refused', `${name} does not exist`);
        return object.body;
      });
      return { created: this.#write(target, Buffer.concat(parts), '0', options) !== undefined };
    });
  }

  #write(name: string, body: Buffer, ifGeneration: string, options: WriteOptions): string | undefined {
    if ((this.#objects.get(name)?.generation ?? '0') !== ifGeneration) return undefined;
    witnessObject(name, body);
    const generation = String(++this.#generation);
    this.#objects.set(name, {
      name,
      generation,
      sizeBytes: body.length,
      updatedAt: isoTime(this.#now()),
      metadata: { ...options.metadata },
      body: Buffer.from(body),
    });
    return generation;
  }

  async #call<T>(call: string, signal: AbortSignal, operation: () => T): Promise<T> {
    if (signal.aborted) throw abortedError(signal);
    return watched(this.fault, call, operation);
  }
}

/** Cloud Storage lists in the order of the names' UTF-8 bytes. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function copyOf(object: StoredObject | undefined): StoredObject | undefined {
  return object && { ...object, metadata: { ...object.metadata }, body: Buffer.from(object.body) };
}

function infoOf(object: StoredObject | undefined): ObjectInfo | undefined {
  if (object === undefined) return undefined;
  const { body: _, ...info } = object;
  return { ...info, metadata: { ...info.metadata } };
}

async function* chunks(body: Buffer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const size = 65_536;
  for (let at = 0; at < body.length; at += size) {
    if (signal.aborted) throw abortedError(signal);
    yield body.subarray(at, at + size);
  }
}
