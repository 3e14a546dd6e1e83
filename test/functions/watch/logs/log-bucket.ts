import { TaskpodError } from '../../../../shared/errors.ts';
import type {
  Created,
  ObjectInfo,
  ObjectStore,
  StoredObject,
  WriteOptions,
} from '../../../../shared/ports/store.ts';
import { abortedError } from '../../../../shared/time.ts';

/** A bucket in memory that keeps a record of what was done, and can be told to be slow or to fail. */
export class LogBucket implements ObjectStore {
  readonly objects = new Map<string, StoredObject>();
  /** Every call that changed something, as `verb name`. */
  readonly changes: string[] = [];
  /** Awaited before each change. */
  before: (verb: string, name: string) => Promise<void> = async () => undefined;

  /** An object's text. */
  text(name: string): string | undefined {
    return this.objects.get(name)?.body.toString();
  }

  /** What a listing of everything tells. */
  listing(): ObjectInfo[] {
    return [...this.objects.values()].map(({ body, ...info }) => info);
  }

  async create(name: string, body: Buffer | string, options: WriteOptions): Promise<Created> {
    await this.#change('create', name, options.signal);
    return this.#put(name, Buffer.from(body), options);
  }

  async compose(sources: readonly string[], target: string, options: WriteOptions): Promise<Created> {
    await this.#change('compose', target, options.signal);
    if (sources.length > 32) throw new TaskpodError('storage_refused', 'more than 32 sources');
    const bodies = sources.map(source => {
      const body = this.objects.get(source)?.body;
      if (!body) throw new TaskpodError('storage_refused', `${source} does not exist`);
      return body;
    });
    return this.#put(target, Buffer.concat(bodies), options);
  }

  async remove(name: string, options: { ifGeneration?: string; signal: AbortSignal }): Promise<boolean> {
    await this.#change('remove', name, options.signal);
    return this.objects.delete(name);
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    for (const info of this.listing()) if (info.name.startsWith(prefix)) yield info;
  }

  async read(name: string): Promise<StoredObject | undefined> {
    return this.objects.get(name);
  }

  async readStream(): Promise<undefined> {
    return undefined;
  }

  async replace(): Promise<undefined> {
    return undefined;
  }

  async #change(verb: string, name: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(signal);
    await this.before(verb, name);
    this.changes.push(`${verb} ${name}`);
  }

  #put(name: string, body: Buffer, options: WriteOptions): Created {
    if (this.objects.has(name)) return { created: false };
    const { metadata = {} } = options;
    const info = {
      name,
      generation: '1',
      sizeBytes: body.length,
      updatedAt: '2026-11-23T10:00:00Z',
      metadata,
    };
    this.objects.set(name, { ...info, body });
    return { created: true };
  }
}
