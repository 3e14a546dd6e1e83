import { bind, flagArgument, textArgument } from './arguments.ts';
import type { Filter } from './filter.ts';
import { isTrue } from './protocol.ts';
import { undefinedFault } from './repr.ts';
import { Undefined } from './value.ts';

const otherwise: Filter = (value, args, _, name) => {
  const [replacement = '', isBoolean] = bind(name, ['default_value?', 'boolean?'], args);
  return value instanceof Undefined || (flagArgument(isBoolean) && !isTrue(value)) ? replacement : value;
};

const attr: Filter = (value, args, runtime) => {
  const name = textArgument(bind('attr', ['name'], args)[0], 'attr');
  if (value instanceof Undefined) throw undefinedFault(value);
  return runtime.attributeOnly(value, name);
};

/** Jinja's filters for any value. */
export const valueFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['attr', attr],
  ['d', otherwise],
  ['default', otherwise],
]);
