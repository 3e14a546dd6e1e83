import type { Filter } from './filter.ts';
import { htmlFilters } from './html-filters.ts';
import { listFilters } from './list-filters.ts';
import { numberFilters } from './number-filters.ts';
import { selectionFilters } from './selection-filters.ts';
import { textFilters } from './text-filters.ts';
import { valueFilters } from './value-filters.ts';

/** All of Jinja's filters. */
export const builtinFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...valueFilters,
  ...textFilters,
  ...numberFilters,
  ...listFilters,
  ...selectionFilters,
  ...htmlFilters,
]);
