import { alreadyExists, notFound } from './status.ts';

/** The metadata that the store relies on; further fields are kept as they came. */
export interface ObjectMeta {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  [field: string]: unknown;
}

/** Any object of the API. Objects are never changed in place: each version is a new one. */
export interface StoredObject {
  metadata: ObjectMeta;
}

/** One change, in the order of its version; `before` is the object as it was. */
export interface StoreChange<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
  before?: T;
  version: number;
}

/** The one counter behind every resourceVersion. */
export class VersionCounter {
  #current: number;

  /** Starts at a number that grows from one start of the emulator to the next, so that old versions are seen as old. */
  constructor(start: number) {
    this.#current = start;
  }

  get current(): number {
    return this.#current;
  }

  next(): number {
    this.#current += 1;
    return this.#current;
  }
}

/** The objects of one kind, with resourceVersions and a bounded history of changes to watch from. */
export class ResourceStore<T extends StoredObject> {
  readonly #resource: string;
  readonly #versions: VersionCounter;
  readonly #historySize: number;
  readonly #objects = new Map<string, T>();
  readonly #listeners = new Set<(change: StoreChange<T>) => void>();
  #history: StoreChange<T>[] = [];
  #oldest: number;

  /** `resource` is the plural in lower case, as messages name it; `historySize` is a number of changes. */
  constructor(resource: string, versions: VersionCounter, historySize: number) {
    this.#resource = resource;
    this.#versions = versions;
    this.#historySize = historySize;
    this.#oldest = versions.current;
  }

  /** The version that a list made now belongs to. */
  get version(): number {
    return this.#versions.current;
  }

  /** The lowest version from which a watch can still begin. */
  get oldestVersion(): number {
    return this.#oldest;
  }

  find(namespace: string, name: string): T | undefined {
    return this.#objects.get(key(namespace, name));
  }

  /** Throws a 404 when there is none. */
  get(namespace: string, name: string): T {
    const object = this.find(namespace, name);
    if (object === undefined) throw notFound(this.#resource, name);
    return object;
  }

  /** All objects, of one namespace when given, by namespace and name. */
  list(namespace?: string): T[] {
    return [...this.#objects.values()]
      .filter(object => namespace === undefined || object.metadata.namespace === namespace)
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  }

  /** Throws a 409 when the name is taken. */
  add(object: T): T {
    const { namespace, name } = object.metadata;
    if (this.find(namespace, name) !== undefined) throw alreadyExists(this.#resource, name);
    return this.#put('ADDED', object);
  }

  /** Replaces an object by what `change` makes of it; throws a 404 when there is none. */
  change(namespace: string, name: string, change: (object: T) => T): T {
    const before = this.get(namespace, name);
    return this.#put('MODIFIED', change(before), before);
  }

  /** Throws a 404 when there is none. */
  remove(namespace: string, name: string): T {
    const before = this.get(namespace, name);
    this.#objects.delete(key(namespace, name));
    const version = this.#versions.next();
    const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } };
    return this.#record('DELETED', last, version, before);
  }

  /** The changes after a version; only meaningful from {@link oldestVersion} on. */
  changesAfter(version: number): StoreChange<T>[] {
    return this.#history.filter(change => change.version > version);
  }

  /** Calls back at once on each change, until the returned function is called. */
  subscribe(listener: (change: StoreChange<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put(type: 'ADDED' | 'MODIFIED', object: T, before?: T): T {
    const version = this.#versions.next();
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#objects.set(key(stored.metadata.namespace, stored.metadata.name), stored);
    return this.#record(type, stored, version, before);
  }

  #record(type: StoreChange<T>['type'], stored: T, version: number, before?: T): T {
    const change: StoreChange<T> = {
      type,
      object: stored,
      version,
      ...(before === undefined ? {} : { before }),
    };
    this.#history.push(change);
    if (this.#history.length > 2 * this.#historySize) {
      this.#oldest = this.#history.at(-this.#historySize - 1)?.version ?? this.#oldest;
      this.#history = this.#history.slice(-this.#historySize);
    }
    for (const listener of this.#listeners) listener(change);
    return stored;
  }
}

function key(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function sortKey(object: StoredObject): string {
  return `${object.metadata.namespace}\0${object.metadata.name}`;
}
