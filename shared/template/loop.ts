import { bind } from './arguments.ts';
import type { Budget } from './budget.ts';
import { equals } from './compare.ts';
import type { Args, Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { NativeFunction, PyList, PyObject, Undefined, type Value } from './value.ts';

/** Renders the body of a recursive loop for more elements, one level deeper. */
export type Recurse = (elements: Value, depth: number) => string;

/** What the name `loop` stands for within a loop. */
export class LoopContext extends PyObject {
  readonly typeName = 'LoopContext';
  readonly #elements: Iterator<Value>;
  readonly #recurse: Recurse | undefined;
  readonly #depth: number;
  /** Elements that were looked at ahead of time. */
  readonly #ahead: Value[] = [];
  #index = -1;
  #current: Value | undefined;
  #previous: Value | undefined;
  #length: number | undefined;
  #lastChanged: PyList | undefined;

  constructor(elements: Iterator<Value>, recurse: Recurse | undefined, depth: number) {
    super();
    this.#elements = elements;
    this.#recurse = recurse;
    this.#depth = depth;
  }

  /** Takes the next element; undefined at the end. */
  advance(): Value | undefined {
    const element = this.#ahead.length > 0 ? this.#ahead.shift() : this.#pull();
    if (element === undefined) return undefined;
    this.#index++;
    this.#previous = this.#current;
    this.#current = element;
    return element;
  }

  #pull(): Value | undefined {
    const { done, value } = this.#elements.next();
    return done ? undefined : value;
  }

  #peek(): Value | undefined {
    if (this.#ahead.length === 0) {
      const element = this.#pull();
      if (element !== undefined) this.#ahead.push(element);
    }
    return this.#ahead[0];
  }

  #count(): number {
    if (this.#length === undefined) {
      for (let element = this.#pull(); element !== undefined; element = this.#pull())
        this.#ahead.push(element);
      this.#length = this.#index + 1 + this.#ahead.length;
    }
    return this.#length;
  }

  override attribute(name: string, runtime: Runtime): Value | undefined {
    switch (name) {
      case 'index':
        return BigInt(this.#index + 1);
      case 'index0':
        return BigInt(this.#index);
      case 'revindex':
        return BigInt(this.#count() - this.#index);
      case 'revindex0':
        return BigInt(this.#count() - this.#index - 1);
      case 'first':
        return this.#index === 0;
      case 'last':
        return this.#peek() === undefined;
      case 'length':
        return BigInt(this.#count());
      case 'depth':
        return BigInt(this.#depth + 1);
      case 'depth0':
        return BigInt(this.#depth);
      case 'previtem':
        return this.#previous === undefined
          ? runtime.missing('there is no previous element')
          : this.#previous;
      case 'nextitem':
        return this.#peek() === undefined
          ? runtime.missing('there is no next element')
          : (this.#ahead[0] ?? null);
      case 'cycle':
        return new NativeFunction('cycle', args => this.#cycle(args));
      case 'changed':
        return new NativeFunction('changed', args => this.#changed(args, runtime.budget));
      default:
        return undefined;
    }
  }

  #cycle(args: Args): Value {
    const value = args.positional[this.#index % args.positional.length];
    if (value === undefined) throw runtimeFault('cycle needs values');
    return value;
  }

  #changed(args: Args, budget: Budget): boolean {
    const values = new PyList(args.positional.filter(value => !(value instanceof Undefined)));
    const isSame = this.#lastChanged !== undefined && equals(values, this.#lastChanged, budget);
    this.#lastChanged = values;
    return !isSame;
  }

  override call(args: Args): Value {
    const [elements = null] = bind('loop', ['iterable'], args);
    if (this.#recurse === undefined)
      throw runtimeFault('a loop is only called within itself when it is marked recursive');
    return this.#recurse(elements, this.#depth + 1);
  }

  override get isCallable(): boolean {
    return true;
  }
}
