import type { Args, Runtime } from './runtime.ts';
import { PyObject, type Value } from './value.ts';

/** One attribute: a value, or how it is made when it is asked for. */
export type RecordField = Value | ((runtime: Runtime) => Value);

/** An object of Airflow's with named attributes that cannot be changed. */
export class RecordValue extends PyObject {
  readonly typeName: string;
  readonly #fields: ReadonlyMap<string, RecordField>;
  readonly #shown: string;

  constructor(typeName: string, fields: Iterable<readonly [string, RecordField]>, shown = `<${typeName}>`) {
    super();
    this.typeName = typeName;
    this.#fields = new Map(fields);
    this.#shown = shown;
  }

  override attribute(name: string, runtime: Runtime): Value | undefined {
    const field = this.#fields.get(name);
    return typeof field === 'function' ? field(runtime) : field;
  }

  override repr(): string {
    return this.#shown;
  }
}

/** What finds an attribute by its name; undefined when there is none. */
type Find = (name: string, runtime: Runtime) => Value | undefined;

/** An object of Airflow's whose attributes are looked up one by one, as `var.value` and `conn`. */
export class LookupValue extends PyObject {
  readonly typeName: string;
  readonly #find: Find;
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(typeName: string, find: Find, fields: Iterable<readonly [string, Value]> = []) {
    super();
    this.typeName = typeName;
    this.#find = find;
    this.#fields = new Map(fields);
  }

  override attribute(name: string, runtime: Runtime): Value | undefined {
    const field = this.#fields.get(name);
    return field === undefined ? this.#find(name, runtime) : field;
  }

  /** Names that begin with one `_` are found here; two are never taken. */
  override item(key: Value, runtime: Runtime): Value | undefined {
    return typeof key === 'string' && !key.startsWith('__') ? this.attribute(key, runtime) : undefined;
  }

  override repr(): string {
    return `<${this.typeName}>`;
  }
}

/** A class of Python's: it can be called, and has methods of its own. */
export class ClassValue extends PyObject {
  readonly typeName = 'type';
  readonly #name: string;
  readonly #make: (args: Args, runtime: Runtime) => Value;
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(
    name: string,
    make: (args: Args, runtime: Runtime) => Value,
    fields: Iterable<readonly [string, Value]> = [],
  ) {
    super();
    this.#name = name;
    this.#make = make;
    this.#fields = new Map(fields);
  }

  override call(args: Args, runtime: Runtime): Value {
    return this.#make(args, runtime);
  }

  override attribute(name: string): Value | undefined {
    return this.#fields.get(name);
  }

  override get isCallable(): boolean {
    return true;
  }

  override repr(): string {
    return `<class '${this.#name}'>`;
  }
}
