/** What a listing tells of an object. */
export interface ObjectInfo {
  name: string;
  /** Changes with every write; the handle for compare-and-swap. */
  generation: string;
  sizeBytes: number;
  /** RFC 3339. */
  updatedAt: string;
  /** Custom metadata. */
  metadata: Record<string, string>;
}

/** An object with its content. */
export interface StoredObject extends ObjectInfo {
  body: Buffer;
}

/** How an object is written. */
export interface WriteOptions {
  /** Default `application/octet-stream`. */
  contentType?: string;
  metadata?: Record<string, string>;
  signal: AbortSignal;
}

/** How an object is read that may be known already. */
export interface ReadOptions {
  /** The generation that the caller has; undefined when it has none. */
  knownGeneration: string | undefined;
  /** A larger object is not read. */
  maxBytes: number;
  signal: AbortSignal;
}

/** What became of an object since it was read last; `content` is the bytes of exactly that generation. */
export type KnownRead =
  | { kind: 'unchanged' }
  | { kind: 'content'; generation: string; body: Buffer }
  | { kind: 'too large' };

/** Result of a create-only write: whether this call made the object (true also when an earlier try of the same call did). */
export interface Created {
  created: boolean;
}

/**
 * Objects in one bucket, strongly consistent (read-after-write and list-after-write). Every method retries outages by
 * itself within its signal, then throws TaskpodError `storage_unavailable`; a missing permission or bucket is
 * `storage_refused`, not retried.
 */
export interface ObjectStore {
  /** The object, or undefined when there is none. */
  read(name: string, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** The object's bytes unless it still has the generation that is known (one request); undefined when there is none. */
  readKnown(name: string, options: ReadOptions): Promise<KnownRead | undefined>;
  /** The object's bytes from `start` on (inclusive), for following a growing or large text; undefined when absent. */
  readStream(name: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * Creates an object only if the name is free (ifGenerationMatch=0). Once the promise is settled, the caller may use
   * the memory of `body` again.
   */
  create(name: string, body: Buffer | string, options: WriteOptions): Promise<Created>;
  /**
   * Writes only if the object still has this generation (`'0'`: does not exist). Returns the new generation, or
   * undefined when somebody else was faster.
   */
  replace(
    name: string,
    body: Buffer | string,
    ifGeneration: string,
    options: WriteOptions,
  ): Promise<string | undefined>;
  /** Deletes; with `ifGeneration` only that one. False when there was nothing (of that generation) to delete. */
  remove(name: string, options: { ifGeneration?: string; signal: AbortSignal }): Promise<boolean>;
  /** All objects whose name begins with `prefix`, in order of their names; from `startOffset` (inclusive) when given. */
  list(prefix: string, options: { signal: AbortSignal; startOffset?: string }): AsyncIterable<ObjectInfo>;
  /** Creates `target`, only if the name is free, from up to 32 objects one after another; the sources stay. */
  compose(sources: readonly string[], target: string, options: WriteOptions): Promise<Created>;
}
