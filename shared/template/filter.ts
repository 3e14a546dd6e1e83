import type { Args, Runtime } from './runtime.ts';
import type { Value } from './value.ts';

/** What a filter does with the value before the bar. */
export type Filter = (value: Value, args: Args, runtime: Runtime, name: string) => Value;
