import type { ObjectStore } from '../../../shared/ports/store.ts';

/** What is kept of objects that were read. */
interface Kept {
  generation: string;
  text: string;
  bytes: number;
}

/** What an object holds. */
export type ObjectText = { kind: 'text'; text: string } | { kind: 'too large' } | { kind: 'not UTF-8' };

/** How much is kept. */
export interface KnownObjectsOptions {
  store: Pick<ObjectStore, 'readKnown'>;
  /** A larger object is not read. */
  maxObjectBytes: number;
  /** Most objects, default 512. */
  maxCount?: number;
  /** Most bytes of all objects together, default 8 MiB. */
  maxBytes?: number;
}

/**
 * Texts of objects, kept from one read to the next. Every read asks the store, with the generation that is kept: what has not
 * changed is not sent again, and a change is always seen. What was used longest ago goes first; what does not exist is not kept.
 */
export class KnownObjects {
  readonly #options: Required<KnownObjectsOptions>;
  /** The one used last is the last. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(options: KnownObjectsOptions) {
    this.#options = { maxCount: 512, maxBytes: 8 * 1_048_576, ...options };
  }

  /** The text of an object; undefined when there is none. Throws what the store throws. */
  async read(name: string, signal: AbortSignal): Promise<ObjectText | undefined> {
    const { store, maxObjectBytes: maxBytes } = this.#options;
    const known = this.#kept.get(name);
    const read = await store.readKnown(name, { knownGeneration: known?.generation, maxBytes, signal });
    if (read?.kind === 'unchanged' && known !== undefined) {
      this.#keep(name, known);
      return { kind: 'text', text: known.text };
    }
    if (read?.kind === 'content') {
      const text = decode(read.body);
      if (text === undefined) return { kind: 'not UTF-8' };
      this.#keep(name, { generation: read.generation, text, bytes: read.body.length });
      return { kind: 'text', text };
    }
    this.#forget(name);
    return read === undefined ? undefined : { kind: 'too large' };
  }

  #keep(name: string, kept: Kept): void {
    const { maxCount, maxBytes } = this.#options;
    this.#forget(name);
    this.#kept.set(name, kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxCount && this.#bytes <= maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0;
    this.#kept.delete(name);
  }
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
