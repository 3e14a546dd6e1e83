import { Fault, runtimeFault } from './template-error.ts';
import { Markup, PyList, PyObject, PyTuple, Undefined, type Value } from './value.ts';

/** Largest tuple that is taken as a key. */
const maxKeyWeight = 1_000;

/** What a Map compares: equal for values that are equal in Python (1, 1.0 and True are). */
type Hash = string | number | bigint | null | PyObject;

/** hashOf gives equal answers for equal values; throws a Fault for what Python does not hash. */
export function hashOf(value: Value): Hash {
  switch (typeof value) {
    case 'string':
      return value.startsWith('\0') ? `\0s${value}` : value;
    case 'boolean':
      return value ? 1n : 0n;
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : value;
    case 'bigint':
      return value;
  }
  if (value === null) return null;
  if (value instanceof Undefined) throw new Fault(value.kind, value.reason, value.at);
  if (value instanceof Markup) return hashOf(value.text);
  if (value instanceof PyTuple) return hashOfTuple(value);
  if (value instanceof PyList || value instanceof PyDict || value instanceof DictView) {
    throw runtimeFault(`unhashable type: '${value.typeName}'`);
  }
  const text = value.hashText();
  return text === undefined ? value : `\0o${text}`;
}

function hashOfTuple(tuple: PyTuple): string {
  if (tuple.weight > maxKeyWeight) throw new Fault('limit', 'uses too large a tuple as a key');
  const parts = tuple.items.map(item => {
    const hash = hashOf(item);
    if (hash instanceof PyObject) throw runtimeFault(`unhashable type: '${hash.typeName}'`);
    return `${typeof hash}:${String(hash).length}:${String(hash)}`;
  });
  return `\0t${parts.join()}`;
}

/** A dict: keeps the order in which keys came; may be changed by its methods. */
export class PyDict extends PyObject {
  readonly typeName = 'dict';
  readonly #entries = new Map<Hash, [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashOf(key))?.[1];
  }

  has(key: Value): boolean {
    return this.#entries.has(hashOf(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashOf(key);
    const entry = this.#entries.get(hash);
    if (entry === undefined) this.#entries.set(hash, [key, value]);
    else entry[1] = value;
  }

  delete(key: Value): boolean {
    return this.#entries.delete(hashOf(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The pairs of now; adding a key while going through them fails, as in Python. */
  *entries(): Generator<readonly [Value, Value]> {
    const { size } = this.#entries;
    for (const entry of this.#entries.values()) {
      yield entry;
      if (this.#entries.size !== size) throw runtimeFault('dictionary changed size during iteration');
    }
  }

  *keys(): Generator<Value> {
    for (const [key] of this.entries()) yield key;
  }
}

/** What keys(), values() and items() of a dict give: always as the dict is now. */
export class DictView extends PyObject {
  readonly typeName: 'dict_keys' | 'dict_values' | 'dict_items';
  readonly dict: PyDict;

  constructor(typeName: 'dict_keys' | 'dict_values' | 'dict_items', dict: PyDict) {
    super();
    this.typeName = typeName;
    this.dict = dict;
  }

  *iterate(): Generator<Value> {
    for (const [key, value] of this.dict.entries()) {
      yield this.typeName === 'dict_keys'
        ? key
        : this.typeName === 'dict_values'
          ? value
          : new PyTuple([key, value]);
    }
  }
}
