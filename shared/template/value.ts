import type { Args, Runtime } from './runtime.ts';

/**
 * Everything a template can hold, and nothing else: None is null, an int is a bigint, a float is a number. No JavaScript
 * object is ever looked into: data is copied into these classes first, and what a class offers is registered by name.
 */
export type Value = null | boolean | bigint | number | string | PyObject;

/** How two values are joined by an operator; the right one is asked when the left one does not know. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** A value that is not a primitive; each kind says what it can do. */
export abstract class PyObject {
  /** Python's name of the type, for messages. */
  abstract readonly typeName: string;

  /** The attribute of this name, undefined when there is none. */
  attribute(_name: string, _runtime: Runtime): Value | undefined {
    return undefined;
  }

  /** The item under this key; undefined when there is none or the kind has no items. */
  item(_key: Value, _runtime: Runtime): Value | undefined {
    return undefined;
  }

  /** Calls it; undefined when it cannot be called. */
  call(_args: Args, _runtime: Runtime): Value | undefined {
    return undefined;
  }

  /** The answer of `self op other`, or of `other op self` when reflected; undefined when the kind does not know. */
  binary(_operator: BinaryOperator, _other: Value, _isReflected: boolean): Value | undefined {
    return undefined;
  }

  /** True or false for `==`; undefined means identity decides. */
  equals(_other: Value): boolean | undefined {
    return undefined;
  }

  /** Less than, equal to or greater than 0 for `<`; undefined when the two have no order. */
  compare(_other: Value): number | undefined {
    return undefined;
  }

  /** Something equal for equal values; undefined means identity decides. */
  hashText(): string | undefined {
    return undefined;
  }

  /** Python's repr(); `nested` writes the values inside. */
  repr(_nested: (value: Value) => string): string {
    return `<${this.typeName} object>`;
  }

  /** Python's str(). */
  str(nested: (value: Value) => string): string {
    return this.repr(nested);
  }

  /** Python's bool(). */
  truth(): boolean {
    return true;
  }

  /** Python's callable(). */
  get isCallable(): boolean {
    return false;
  }
}

/** Text that is HTML already: what `escape`, `safe` and `tojson` give. Joined with a plain text, it escapes that. */
export class Markup extends PyObject {
  readonly typeName = 'Markup';
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }
}

/** A list; may be changed by its methods. */
export class PyList extends PyObject {
  readonly typeName = 'list';
  readonly items: Value[];

  constructor(items: Value[]) {
    super();
    this.items = items;
  }
}

/** A tuple; never changes. `names` are those of a named tuple. */
export class PyTuple extends PyObject {
  readonly typeName = 'tuple';
  readonly items: readonly Value[];
  /** Elements with those of the tuples inside: what it costs to compare or hash. */
  readonly weight: number;
  readonly names: readonly string[];

  constructor(items: readonly Value[], names: readonly string[] = []) {
    super();
    this.items = items;
    this.names = names;
    this.weight = items.reduce<number>((sum, item) => sum + (item instanceof PyTuple ? item.weight : 1), 1);
  }

  override attribute(name: string): Value | undefined {
    const index = this.names.indexOf(name);
    return index < 0 ? undefined : this.items[index];
  }
}

/** What range() gives. */
export class PyRange extends PyObject {
  readonly typeName = 'range';
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly length: number;

  constructor(start: bigint, stop: bigint, step: bigint) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    const span = step > 0n ? stop - start : start - stop;
    const stride = step > 0n ? step : -step;
    this.length = span <= 0n ? 0 : Number((span + stride - 1n) / stride);
  }

  at(index: number): bigint {
    return this.start + BigInt(index) * this.step;
  }

  override repr(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1n ? '' : `, ${this.step}`})`;
  }

  override truth(): boolean {
    return this.length > 0;
  }
}

/** Something that can be gone through once: what `map`, `select` and their like give. */
export class PyIterator extends PyObject {
  readonly typeName = 'generator';
  readonly iterator: Iterator<Value>;

  constructor(iterator: Iterator<Value>) {
    super();
    this.iterator = iterator;
  }
}

/** A value that is not there. Whatever is done with it fails, but for the test `defined` and the filter `default`. */
export class Undefined extends PyObject {
  readonly typeName = 'Undefined';
  /** Why it is not there, and what to do. */
  readonly reason: string;
  /** Offset in the template's text. */
  readonly at: number;
  readonly kind: 'undefined' | 'security';

  constructor(reason: string, at: number, kind: 'undefined' | 'security' = 'undefined') {
    super();
    this.reason = reason;
    this.at = at;
    this.kind = kind;
  }

  override get isCallable(): boolean {
    return true;
  }
}

/** What a condition without `else` gives when it is false: nothing, and no mistake, as in Jinja. */
export class ElseLess extends Undefined {}

/** What stands for a lookup whose answer is not there yet: everything of it is the same, and what is printed is thrown away. */
export class Pending extends ElseLess {}

/** What a function of this interpreter does with its arguments. */
export type NativeCall = (args: Args, runtime: Runtime) => Value;

/** A function or a bound method of this interpreter. */
export class NativeFunction extends PyObject {
  readonly typeName: string;
  readonly name: string;
  readonly #call: NativeCall;

  constructor(name: string, call: NativeCall, typeName = 'builtin_function_or_method') {
    super();
    this.name = name;
    this.typeName = typeName;
    this.#call = call;
  }

  override call(args: Args, runtime: Runtime): Value {
    return this.#call(args, runtime);
  }

  override repr(): string {
    return this.typeName === 'type' ? `<class '${this.name}'>` : `<built-in function ${this.name}>`;
  }

  override get isCallable(): boolean {
    return true;
  }
}
