import { bind, flagArgument, integerArgument } from './arguments.ts';
import { attributeGetter, attributesGetter, ignoreCase } from './attribute-getter.ts';
import { isLess } from './compare.ts';
import { DictView, hashOf, PyDict } from './dict.ts';
import type { Filter } from './filter.ts';
import { lazily } from './lazily.ts';
import { iterate, lengthOf, toArray } from './protocol.ts';
import { str } from './repr.ts';
import type { Runtime } from './runtime.ts';
import { sliceOf } from './slice.ts';
import { sorted } from './sort.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, PyIterator, PyList, PyTuple, Undefined, type Value } from './value.ts';

const first: Filter = (value, args, runtime) => {
  bind('first', [], args);
  for (const element of iterate(value, runtime.budget)) return element;
  return runtime.missing('there is no first element: the list is empty');
};

const last: Filter = (value, args, runtime) => {
  bind('last', [], args);
  if (value instanceof PyIterator) throw runtimeFault('last needs a list: add |list');
  if (typeof value === 'string' || value instanceof Markup) runtime.budget.look(str(value, runtime.budget));
  const found = toArray(value, runtime.budget).at(-1);
  return found === undefined ? runtime.missing('there is no last element: the list is empty') : found;
};

const length: Filter = (value, args, _, name) => {
  bind(name, [], args);
  const count = lengthOf(value);
  if (count === undefined) throw runtimeFault(`a value of type ${typeName(value)} has no length`);
  return BigInt(count);
};

const list: Filter = (value, args, { budget }) => {
  bind('list', [], args);
  return new PyList(toArray(value, budget));
};

const reverse: Filter = (value, args, { budget }) => {
  bind('reverse', [], args);
  if (typeof value === 'string' || value instanceof Markup) {
    return sliceOf(value, { start: undefined, stop: undefined, step: -1n }, budget);
  }
  const elements = toArray(value, budget).reverse();
  return value instanceof PyIterator ? new PyList(elements) : new PyIterator(elements.values());
};

const join: Filter = (value, args, runtime) => {
  const [separator = '', attribute] = bind('join', ['d?', 'attribute?'], args);
  const get = attribute === undefined || attribute === null ? undefined : attributeGetter(attribute, runtime);
  const glue = str(separator, runtime.budget);
  const parts: string[] = [];
  for (const element of iterate(value, runtime.budget)) {
    const part = str(get === undefined ? element : get(element), runtime.budget);
    runtime.budget.text(part.length + glue.length);
    parts.push(part);
  }
  return parts.join(glue);
};

const sort: Filter = (value, args, runtime) => {
  const [reversed, caseSensitive, attribute = null] = bind(
    'sort',
    ['reverse?', 'case_sensitive?', 'attribute?'],
    args,
  );
  const get = attributesGetter(attribute, runtime);
  const fold = flagArgument(caseSensitive) ? (key: Value): Value => key : ignoreCase;
  const key = (item: Value): Value => new PyTuple(get(item).map(fold));
  return new PyList(sorted(toArray(value, runtime.budget), key, flagArgument(reversed), runtime.budget));
};

const dictsort: Filter = (value, args, { budget }) => {
  const [caseSensitive, by = 'key', reversed] = bind(
    'dictsort',
    ['case_sensitive?', 'by?', 'reverse?'],
    args,
  );
  if (by !== 'key' && by !== 'value') throw runtimeFault('dictsort sorts by "key" or "value"');
  const dict = needDict(value, 'dictsort');
  const fold = flagArgument(caseSensitive) ? (key: Value): Value => key : ignoreCase;
  const pairs = [...dict.entries()].map(([key, item]) => new PyTuple([key, item]));
  const key = (pair: Value): Value =>
    pair instanceof PyTuple ? fold(pair.items[by === 'key' ? 0 : 1] ?? null) : null;
  return new PyList(sorted(pairs, key, flagArgument(reversed), budget));
};

function needDict(value: Value, name: string): PyDict {
  if (value instanceof PyDict) return value;
  lengthOf(value);
  throw runtimeFault(`${name} needs a dict, not ${typeName(value)}`);
}

const items: Filter = (value, args) => {
  bind('items', [], args);
  if (value instanceof Undefined) return new PyIterator([].values());
  return lazily(() => new DictView('dict_items', needDict(value, 'items')).iterate());
};

const unique: Filter = (value, args, runtime) => {
  const [caseSensitive, attribute = null] = bind('unique', ['case_sensitive?', 'attribute?'], args);
  return lazily(function* () {
    const get = attributeGetter(attribute, runtime);
    const seen = new Set<unknown>();
    for (const element of iterate(value, runtime.budget)) {
      const hash = hashOf(flagArgument(caseSensitive) ? get(element) : ignoreCase(get(element)));
      if (!seen.has(hash)) {
        seen.add(hash);
        yield element;
      }
    }
  });
};

function extreme(isBetter: (candidate: Value, best: Value, runtime: Runtime) => boolean): Filter {
  return (value, args, runtime, name) => {
    const [caseSensitive, attribute = null] = bind(name, ['case_sensitive?', 'attribute?'], args);
    const get = attributeGetter(attribute, runtime);
    const keyOf = (element: Value): Value =>
      flagArgument(caseSensitive) ? get(element) : ignoreCase(get(element));
    let best: { element: Value; key: Value } | undefined;
    for (const element of iterate(value, runtime.budget)) {
      const key = keyOf(element);
      if (best === undefined || isBetter(key, best.key, runtime)) best = { element, key };
    }
    return best === undefined ? runtime.missing(`there is no ${name}: the list is empty`) : best.element;
  };
}

const batch: Filter = (value, args, { budget }) => {
  const [size, fill = null] = bind('batch', ['linecount', 'fill_with?'], args);
  const count = integerArgument(size, 'batch');
  return lazily(function* () {
    let row: Value[] = [];
    for (const element of iterate(value, budget)) {
      if (row.length === count) {
        yield new PyList(row);
        row = [];
      }
      row.push(element);
    }
    if (row.length === 0) return;
    budget.elements(Math.max(0, count - row.length));
    while (fill !== null && row.length < count) row.push(fill);
    yield new PyList(row);
  });
};

const slice: Filter = (value, args, { budget }) => {
  const [slices, fill = null] = bind('slice', ['slices', 'fill_with?'], args);
  const count = integerArgument(slices, 'slice');
  return lazily(function* () {
    const elements = toArray(value, budget);
    if (count === 0) throw runtimeFault('slice cannot make 0 lists');
    const size = Math.floor(elements.length / count);
    const longer = elements.length - size * count;
    let start = 0;
    for (let index = 0; index < count; index++) {
      budget.spend();
      const end = start + size + (index < longer ? 1 : 0);
      const column = elements.slice(start, end);
      if (fill !== null && index >= longer) column.push(fill);
      yield new PyList(column);
      start = end;
    }
  });
};

const groupby: Filter = (value, args, runtime) => {
  const [attribute = null, otherwise, caseSensitive] = bind(
    'groupby',
    ['attribute', 'default?', 'case_sensitive?'],
    args,
  );
  const get = attributeGetter(attribute, runtime, otherwise ?? null);
  const keyOf = (element: Value): Value =>
    flagArgument(caseSensitive) ? get(element) : ignoreCase(get(element));
  const groups: { key: Value; grouper: Value; items: Value[] }[] = [];
  for (const element of sorted(toArray(value, runtime.budget), keyOf, false, runtime.budget)) {
    const key = keyOf(element);
    const group = groups.at(-1);
    // The elements are sorted: what is not greater is equal.
    if (group !== undefined && !isLess(group.key, key, runtime.budget)) group.items.push(element);
    else groups.push({ key, grouper: get(element), items: [element] });
  }
  return new PyList(
    groups.map(group => new PyTuple([group.grouper, new PyList(group.items)], ['grouper', 'list'])),
  );
};

/** Jinja's filters for lists and dicts. */
export const listFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['batch', batch],
  ['count', length],
  ['dictsort', dictsort],
  ['first', first],
  ['groupby', groupby],
  ['items', items],
  ['join', join],
  ['last', last],
  ['length', length],
  ['list', list],
  ['max', extreme((candidate, best, { budget }) => isLess(best, candidate, budget))],
  ['min', extreme((candidate, best, { budget }) => isLess(candidate, best, budget))],
  ['reverse', reverse],
  ['slice', slice],
  ['sort', sort],
  ['unique', unique],
]);
