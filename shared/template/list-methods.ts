import { bind, flagArgument, integerArgument } from './arguments.ts';
import { equals } from './compare.ts';
import { iterate, toArray } from './protocol.ts';
import type { Args, Runtime } from './runtime.ts';
import { sorted } from './sort.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { NativeFunction, PyList, type PyTuple, type Value } from './value.ts';

type SequenceMethod = (items: readonly Value[], args: Args, runtime: Runtime) => Value;
type ListMethod = (list: PyList, args: Args, runtime: Runtime) => Value;

const sequenceMethods: ReadonlyMap<string, SequenceMethod> = new Map<string, SequenceMethod>([
  [
    'count',
    (items, args, { budget }) => {
      const [wanted = null] = bind('count', ['/value'], args);
      budget.elements(items.length);
      return BigInt(items.filter(item => equals(item, wanted, budget)).length);
    },
  ],
  [
    'index',
    (items, args, { budget }) => {
      const [wanted = null, start, stop] = bind('index', ['/value', '/start?', '/stop?'], args);
      const clamp = (given: number): number => (given < 0 ? Math.max(0, given + items.length) : given);
      const from = clamp(integerArgument(start, 'index', 0));
      const to = clamp(integerArgument(stop, 'index', items.length));
      budget.elements(items.length);
      const at = items.findIndex(
        (item, index) => index >= from && index < to && equals(item, wanted, budget),
      );
      if (at < 0) throw runtimeFault('index: the value is not there');
      return BigInt(at);
    },
  ],
]);

const listMethods: ReadonlyMap<string, ListMethod> = new Map<string, ListMethod>([
  [
    'append',
    ({ items }, args) => {
      const [value = null] = bind('append', ['/object'], args);
      items.push(value);
      return null;
    },
  ],
  [
    'extend',
    ({ items }, args, { budget }) => {
      const more = toArray(bind('extend', ['/iterable'], args)[0] ?? null, budget);
      for (const item of more) items.push(item);
      return null;
    },
  ],
  [
    'insert',
    ({ items }, args, { budget }) => {
      const [index, value = null] = bind('insert', ['/index', '/object'], args);
      budget.elements(items.length >> 3);
      items.splice(integerArgument(index, 'insert'), 0, value);
      return null;
    },
  ],
  [
    'pop',
    ({ items }, args, { budget }) => {
      const index = integerArgument(bind('pop', ['/index?'], args)[0], 'pop', -1);
      const at = index < 0 ? index + items.length : index;
      budget.elements(items.length >> 3);
      const [taken] = at < 0 ? [] : items.splice(at, 1);
      if (taken === undefined) throw runtimeFault('pop: there is no such element');
      return taken;
    },
  ],
  [
    'remove',
    ({ items }, args, { budget }) => {
      const [wanted = null] = bind('remove', ['/value'], args);
      budget.elements(items.length);
      const at = items.findIndex(item => equals(item, wanted, budget));
      if (at < 0) throw runtimeFault('remove: the value is not there');
      items.splice(at, 1);
      return null;
    },
  ],
  [
    'clear',
    ({ items }, args) => {
      bind('clear', [], args);
      items.length = 0;
      return null;
    },
  ],
  [
    'reverse',
    ({ items }, args, { budget }) => {
      bind('reverse', [], args);
      budget.elements(items.length);
      items.reverse();
      return null;
    },
  ],
  [
    'copy',
    ({ items }, args, { budget }) => {
      bind('copy', [], args);
      budget.elements(items.length);
      return new PyList([...items]);
    },
  ],
  [
    'sort',
    ({ items }, args, runtime) => {
      if (args.positional.length > 0) throw runtimeFault('sort takes no positional arguments');
      const [key, reverse] = bind('sort', ['key?', 'reverse?'], args);
      const by = key === undefined || key === null ? undefined : key;
      const keys = by === undefined ? items : items.map(item => callKey(by, item, runtime));
      const result = sorted(items, (_, index) => keys[index] ?? null, flagArgument(reverse), runtime.budget);
      items.splice(0, items.length, ...result);
      return null;
    },
  ],
]);

function callKey(key: Value, item: Value, runtime: Runtime): Value {
  return runtime.call(key, { positional: [item], named: new Map() });
}

/** sequenceMethod is a method of a list or a tuple, bound to it; undefined when there is none. */
export function sequenceMethod(owner: PyList | PyTuple, name: string): NativeFunction | undefined {
  const shared = sequenceMethods.get(name);
  if (shared !== undefined)
    return new NativeFunction(name, (args, runtime) => shared(owner.items, args, runtime));
  const own = owner instanceof PyList ? listMethods.get(name) : undefined;
  return own === undefined || !(owner instanceof PyList)
    ? undefined
    : new NativeFunction(name, (args, runtime) => own(owner, args, runtime));
}

/** pairOf takes the two elements of what dict() and update() are given. */
function pairOf(value: Value, runtime: Runtime): [Value, Value] {
  const pair = toArray(value, runtime.budget);
  const [key, item] = pair;
  if (key === undefined || item === undefined || pair.length !== 2) {
    throw new Fault('runtime', 'a dict is made of pairs');
  }
  return [key, item];
}

/** pairsOf goes through the pairs of a dict, or of a list of pairs. */
export function* pairsOf(value: Value, runtime: Runtime): Generator<readonly [Value, Value]> {
  for (const element of iterate(value, runtime.budget)) yield pairOf(element, runtime);
}
