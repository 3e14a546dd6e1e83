import { bind } from './arguments.ts';
import { DictView, PyDict } from './dict.ts';
import { pairsOf } from './list-methods.ts';
import { iterate } from './protocol.ts';
import type { Args, Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { NativeFunction, PyTuple, type Value } from './value.ts';

type DictMethod = (dict: PyDict, args: Args, runtime: Runtime) => Value;

function view(name: 'keys' | 'values' | 'items'): [string, DictMethod] {
  return [
    name,
    (dict, args) => {
      bind(name, [], args);
      return new DictView(`dict_${name}`, dict);
    },
  ];
}

const dictMethods: ReadonlyMap<string, DictMethod> = new Map<string, DictMethod>([
  view('keys'),
  view('values'),
  view('items'),
  [
    'get',
    (dict, args) => {
      const [key = null, otherwise = null] = bind('get', ['/key', '/default?'], args);
      const value = dict.get(key);
      return value === undefined ? otherwise : value;
    },
  ],
  [
    'pop',
    (dict, args) => {
      const [key = null, otherwise] = bind('pop', ['/key', '/default?'], args);
      const found = dict.get(key);
      const value = found === undefined ? otherwise : found;
      if (value === undefined) throw runtimeFault('pop: there is no such key');
      dict.delete(key);
      return value;
    },
  ],
  [
    'popitem',
    (dict, args, { budget }) => {
      bind('popitem', [], args);
      budget.elements(dict.size);
      const last = [...dict.entries()].at(-1);
      if (last === undefined) throw runtimeFault('popitem: the dict is empty');
      dict.delete(last[0]);
      return new PyTuple([...last]);
    },
  ],
  [
    'setdefault',
    (dict, args) => {
      const [key = null, otherwise = null] = bind('setdefault', ['/key', '/default?'], args);
      const value = dict.get(key);
      if (value === undefined) dict.set(key, otherwise);
      return value === undefined ? otherwise : value;
    },
  ],
  [
    'update',
    (dict, args, runtime) => {
      fill(dict, args, runtime, 'update');
      return null;
    },
  ],
  [
    'copy',
    (dict, args, { budget }) => {
      bind('copy', [], args);
      budget.elements(dict.size);
      return new PyDict(dict.entries());
    },
  ],
  [
    'clear',
    (dict, args) => {
      bind('clear', [], args);
      dict.clear();
      return null;
    },
  ],
  [
    'fromkeys',
    (_, args, { budget }) => {
      const [keys = null, value = null] = bind('fromkeys', ['/iterable', '/value?'], args);
      const fresh = new PyDict();
      for (const key of iterate(keys, budget)) fresh.set(key, value);
      return fresh;
    },
  ],
]);

/** dictMethod is a method of a dict, bound to it; undefined when there is none. */
export function dictMethod(owner: PyDict, name: string): NativeFunction | undefined {
  const method = dictMethods.get(name);
  return method && new NativeFunction(name, (args, runtime) => method(owner, args, runtime));
}

/** dictFrom is Python's dict(): of another dict or of pairs, and of named arguments. */
export function dictFrom(args: Args, runtime: Runtime): PyDict {
  const dict = new PyDict();
  fill(dict, args, runtime, 'dict');
  return dict;
}

function fill(dict: PyDict, args: Args, runtime: Runtime, name: string): void {
  const [source] = bind(name, ['/iterable?'], { positional: args.positional, named: new Map() });
  if (source instanceof PyDict) {
    runtime.budget.elements(source.size);
    for (const [key, value] of [...source.entries()]) dict.set(key, value);
  } else if (source !== undefined) {
    for (const [key, value] of pairsOf(source, runtime)) dict.set(key, value);
  }
  for (const [key, value] of args.named) dict.set(key, value);
}
