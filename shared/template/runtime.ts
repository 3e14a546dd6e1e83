import type { Budget } from './budget.ts';
import type { Lookup, LookupAnswer } from './lookup.ts';
import type { Undefined, Value } from './value.ts';

/** Arguments of one call. */
export interface Args {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A call without arguments. */
export const noArgs: Args = { positional: [], named: new Map() };

/** What a filter, a test or a method may ask of the interpreter that runs it. */
export interface Runtime {
  readonly budget: Budget;
  /** Offset in the template of what is evaluated just now. */
  readonly at: number;
  /** `obj.name`: the attribute, else the item, else undefined. */
  getAttr(object: Value, name: string): Value;
  /** `obj[key]`: the item, else the attribute, else undefined. */
  getItem(object: Value, key: Value): Value;
  /** Only the attribute, else undefined; for the filter `attr`. */
  attributeOnly(object: Value, name: string): Value;
  call(callee: Value, args: Args): Value;
  filter(name: string, value: Value, args: Args): Value;
  test(name: string, value: Value, args: Args): boolean;
  hasFilter(name: string): boolean;
  hasTest(name: string): boolean;
  /** A value that is not there, at the place that is evaluated just now. */
  missing(reason: string): Undefined;
  /** What the outside said to this lookup; ends the round when it was not asked yet. */
  lookup(wanted: Lookup): LookupAnswer;
  /** Milliseconds since the epoch: the moment of the rendering, not of the call. */
  readonly nowMs: number;
}
