import { bind } from './arguments.ts';
import { attributeGetter } from './attribute-getter.ts';
import type { Filter } from './filter.ts';
import { lazily } from './lazily.ts';
import { isTrue, iterate } from './protocol.ts';
import type { Args, Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import type { Value } from './value.ts';

const map: Filter = (value, args, runtime) =>
  lazily(function* () {
    if (!isTrue(value)) return;
    const change = mapping(args, runtime);
    for (const element of iterate(value, runtime.budget)) yield change(element);
  });

function mapping(args: Args, runtime: Runtime): (element: Value) => Value {
  const [name, ...rest] = args.positional;
  if (name === undefined && args.named.has('attribute')) {
    const [attribute = null, otherwise] = bind('map', ['attribute', 'default?'], args);
    return attributeGetter(attribute, runtime, otherwise ?? null);
  }
  if (typeof name !== 'string') throw runtimeFault('map needs the name of a filter, or attribute=');
  return element => runtime.filter(name, element, { positional: rest, named: args.named });
}

function selecting(isKept: boolean, byAttribute: boolean): Filter {
  return (value, args, runtime, filterName) =>
    lazily(function* () {
      if (!isTrue(value)) return;
      const [attribute, ...others] = byAttribute ? args.positional : [null, ...args.positional];
      if (attribute === undefined) throw runtimeFault(`${filterName} needs the name of an attribute`);
      const get = attributeGetter(attribute, runtime);
      const [name, ...rest] = others;
      const test = (element: Value): boolean => {
        if (name === undefined) return isTrue(element);
        if (typeof name !== 'string') throw runtimeFault(`${filterName} needs the name of a test`);
        return runtime.test(name, element, { positional: rest, named: args.named });
      };
      for (const element of iterate(value, runtime.budget)) {
        if (test(get(element)) === isKept) yield element;
      }
    });
}

/** Jinja's filters that apply another filter or a test to each element. */
export const selectionFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['map', map],
  ['reject', selecting(false, false)],
  ['rejectattr', selecting(false, true)],
  ['select', selecting(true, false)],
  ['selectattr', selecting(true, true)],
]);
