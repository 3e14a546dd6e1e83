import { bind } from './arguments.ts';
import type { PyDict } from './dict.ts';
import { dictFrom } from './dict-methods.ts';
import { numeric } from './number.ts';
import { undefinedFault } from './repr.ts';
import type { Args } from './runtime.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { NativeFunction, PyObject, PyRange, Undefined, type Value } from './value.ts';

/** Longest range(); the same as in Jinja's sandbox. */
const longestRange = 100_000;

/** What `namespace()` gives: a place for values that a loop sets. */
export class Namespace extends PyObject {
  readonly typeName = 'Namespace';
  readonly values: PyDict;

  constructor(values: PyDict) {
    super();
    this.values = values;
  }

  override attribute(name: string): Value | undefined {
    return this.values.get(name);
  }

  override repr(nested: (value: Value) => string): string {
    return `<Namespace ${nested(this.values)}>`;
  }
}

/** What `cycler()` gives: values one after the other, again and again. */
class Cycler extends PyObject {
  readonly typeName = 'Cycler';
  readonly #items: readonly Value[];
  #index = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  override attribute(name: string): Value | undefined {
    const current = this.#items[this.#index] ?? null;
    switch (name) {
      case 'current':
        return current;
      case 'next':
        return new NativeFunction('next', () => {
          const now = this.#items[this.#index] ?? null;
          this.#index = (this.#index + 1) % this.#items.length;
          return now;
        });
      case 'reset':
        return new NativeFunction('reset', () => {
          this.#index = 0;
          return null;
        });
      default:
        return undefined;
    }
  }
}

/** What `joiner()` gives: nothing the first time it is called, then a separator. */
class Joiner extends PyObject {
  readonly typeName = 'Joiner';
  readonly #separator: Value;
  #isUsed = false;

  constructor(separator: Value) {
    super();
    this.#separator = separator;
  }

  override call(args: Args): Value {
    bind('joiner', [], args);
    if (this.#isUsed) return this.#separator;
    this.#isUsed = true;
    return '';
  }

  override get isCallable(): boolean {
    return true;
  }
}

function range(args: Args): PyRange {
  if (args.named.size > 0) throw runtimeFault('range takes no named arguments');
  const numbers = bind('range', ['/start', '/stop?', '/step?'], args).map(value => {
    if (value === undefined) return undefined;
    if (value instanceof Undefined) throw undefinedFault(value);
    const given = numeric(value);
    if (typeof given !== 'bigint') throw runtimeFault(`range needs ints, not ${typeName(value)}`);
    return given;
  });
  const [first = 0n, second, step = 1n] = numbers;
  if (step === 0n) throw runtimeFault('the step of range cannot be 0');
  const made = second === undefined ? new PyRange(0n, first, step) : new PyRange(first, second, step);
  if (made.length > longestRange) throw new Fault('limit', `range gives at most ${longestRange} numbers`);
  return made;
}

/** Jinja's global functions. */
export const builtinGlobals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', new NativeFunction('range', range)],
  ['dict', new NativeFunction('dict', dictFrom, 'type')],
  [
    'namespace',
    new NativeFunction('namespace', (args, runtime) => new Namespace(dictFrom(args, runtime)), 'type'),
  ],
  [
    'cycler',
    new NativeFunction('cycler', args => {
      if (args.named.size > 0 || args.positional.length === 0) throw runtimeFault('cycler needs values');
      return new Cycler(args.positional);
    }),
  ],
  [
    'joiner',
    new NativeFunction('joiner', args => {
      const [separator = ', '] = bind('joiner', ['sep?'], args);
      return new Joiner(separator);
    }),
  ],
  [
    'lipsum',
    new NativeFunction('lipsum', () => {
      throw new Fault(
        'unsupported',
        'lipsum is not supported: a template gives the same text each time it is rendered',
      );
    }),
  ],
]);
