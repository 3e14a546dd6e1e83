import { bind } from './arguments.ts';
import { Datetime } from './datetime.ts';
import type { Filter } from './filter.ts';
import { undefinedFault } from './repr.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './value.ts';

function written(write: (date: Datetime) => string): Filter {
  return (value, args, _, name) => {
    bind(name, [], args);
    if (value === null) return null;
    if (value instanceof Undefined) throw undefinedFault(value);
    if (!(value instanceof Datetime)) throw runtimeFault(`${name} needs a date, not ${typeName(value)}`);
    return write(value);
  };
}

/** Airflow's filters for dates; each gives None for None. */
export const airflowFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['ds', written(date => date.strftime('%Y-%m-%d'))],
  ['ds_nodash', written(date => date.strftime('%Y%m%d'))],
  ['ts', written(date => date.isoText('T'))],
  ['ts_nodash', written(date => date.strftime('%Y%m%dT%H%M%S'))],
  ['ts_nodash_with_tz', written(date => date.isoText('T').replace(/[-:]/g, ''))],
]);
