import type { Filter } from './filter.ts';

/** Airflow's filters. */
export const airflowFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([]);
