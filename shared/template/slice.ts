import type { Budget } from './budget.ts';
import { numeric } from './number.ts';
import { lengthOf } from './protocol.ts';
import { undefinedFault } from './repr.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, PyList, PyRange, PyTuple, Undefined, type Value } from './value.ts';

/** The three parts of `[start:stop:step]`, undefined where nothing is written. */
export interface SliceParts {
  start: Value | undefined;
  stop: Value | undefined;
  step: Value | undefined;
}

/** sliceOf is Python's `object[start:stop:step]`. Throws a Fault. */
export function sliceOf(object: Value, parts: SliceParts, budget: Budget): Value {
  if (object instanceof Undefined) throw undefinedFault(object);
  budget.look(object instanceof Markup ? object.text : object);
  const step = bound(parts.step) ?? 1;
  if (step === 0) throw runtimeFault('the step of a slice cannot be 0');
  const start = bound(parts.start);
  const stop = bound(parts.stop);
  if (typeof object === 'string') return sliceText(object, start, stop, step, budget);
  if (object instanceof Markup) return new Markup(sliceText(object.text, start, stop, step, budget));
  if (object instanceof PyRange) {
    const [first, count] = picked(object.length, start, stop, step);
    const stride = object.step * BigInt(step);
    return new PyRange(object.at(first), object.at(first) + stride * BigInt(count), stride);
  }
  if (!(object instanceof PyList || object instanceof PyTuple)) {
    throw runtimeFault(`a value of type ${typeName(object)} cannot be sliced`);
  }
  const items = pick(object.items, start, stop, step, budget);
  return object instanceof PyList ? new PyList(items) : new PyTuple(items);
}

/** indexOf turns a Python index, which may count from the end, into an offset; undefined when there is no such element. */
export function offsetOf(object: Value, key: Value): number | undefined {
  const index = numeric(key);
  const length = lengthOf(object);
  if (typeof index !== 'bigint' || length === undefined) return undefined;
  const offset = Number(index < 0n ? index + BigInt(length) : index);
  return offset >= 0 && offset < length ? offset : undefined;
}

function bound(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Undefined) throw undefinedFault(value);
  const given = numeric(value);
  if (typeof given !== 'bigint') throw runtimeFault(`a slice needs an int, not ${typeName(value)}`);
  return Number(given);
}

function sliceText(
  text: string,
  start: number | undefined,
  stop: number | undefined,
  step: number,
  budget: Budget,
): string {
  return pick(Array.from(text), start, stop, step, budget).join('');
}

function pick<T>(
  items: readonly T[],
  start: number | undefined,
  stop: number | undefined,
  step: number,
  budget: Budget,
): T[] {
  const [first, count] = picked(items.length, start, stop, step);
  budget.elements(count >> 3);
  const result: T[] = [];
  for (let index = 0; index < count; index++) {
    const item = items[first + index * step];
    if (item !== undefined) result.push(item);
  }
  return result;
}

/** The first offset and the number of elements. */
function picked(
  length: number,
  start: number | undefined,
  stop: number | undefined,
  step: number,
): [number, number] {
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (value: number): number =>
    Math.min(Math.max(value < 0 ? value + length : value, lowest), highest);
  const from = start === undefined ? (step > 0 ? lowest : highest) : clamp(start);
  const to = stop === undefined ? (step > 0 ? highest : lowest) : clamp(stop);
  return [from, Math.max(0, Math.ceil((to - from) / step))];
}
