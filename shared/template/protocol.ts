import type { Budget } from './budget.ts';
import { equals } from './compare.ts';
import { DictView, PyDict } from './dict.ts';
import { undefinedFault } from './repr.ts';
import { type Fault, runtimeFault } from './template-error.ts';
import { textLength } from './text.ts';
import { typeName } from './type-name.ts';
import {
  ElseLess,
  Markup,
  PyIterator,
  PyList,
  PyObject,
  PyRange,
  PyTuple,
  Undefined,
  type Value,
} from './value.ts';

/** isTrue is Python's bool(). Throws a Fault for a value that is not there. */
export function isTrue(value: Value): boolean {
  if (value instanceof PyObject) {
    if (value instanceof ElseLess) return false;
    if (value instanceof Undefined) throw undefinedFault(value);
    if (value instanceof Markup) return value.text !== '';
    if (value instanceof PyList || value instanceof PyTuple) return value.items.length > 0;
    if (value instanceof PyDict) return value.size > 0;
    if (value instanceof DictView) return value.dict.size > 0;
    return value.truth();
  }
  return Boolean(value);
}

/** lengthOf is Python's len(); undefined for what has none. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return textLength(value);
  if (value instanceof ElseLess) return 0;
  if (value instanceof Undefined) throw undefinedFault(value);
  if (value instanceof Markup) return textLength(value.text);
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict) return value.size;
  if (value instanceof DictView) return value.dict.size;
  return value instanceof PyRange ? value.length : undefined;
}

/** iterate goes through a value as a Python `for` does, one step of the budget for each element. Undefined for what cannot. */
export function tryIterate(value: Value, budget: Budget): Generator<Value, void, undefined> | undefined {
  if (typeof value === 'string') return paid(value, budget);
  if (value instanceof ElseLess) return paid([], budget);
  if (value instanceof Undefined) throw undefinedFault(value);
  if (value instanceof PyList) return paid(liveItems(value), budget);
  if (value instanceof PyTuple) return paid(value.items, budget);
  if (value instanceof PyDict) return paid(value.keys(), budget);
  if (value instanceof DictView) return paid(value.iterate(), budget);
  if (value instanceof PyRange) return paid(numbersOf(value), budget);
  if (value instanceof Markup) return paid(value.text, budget);
  return value instanceof PyIterator ? paidIterator(value, budget) : undefined;
}

/** iterate is {@link tryIterate} where an element is needed. Throws a Fault for what cannot be gone through. */
export function iterate(value: Value, budget: Budget): Generator<Value, void, undefined> {
  const elements = tryIterate(value, budget);
  if (elements === undefined) throw notIterable(value);
  return elements;
}

/** notIterable is the Fault for going through a number or its like. */
function notIterable(value: Value): Fault {
  return runtimeFault(`a value of type ${typeName(value)} cannot be gone through`);
}

/** toArray collects the elements of a value. */
export function toArray(value: Value, budget: Budget): Value[] {
  return [...iterate(value, budget)];
}

/** contains is Python's `in`. */
export function contains(container: Value, wanted: Value, budget: Budget): boolean {
  const text = container instanceof Markup ? container.text : container;
  if (typeof text === 'string') {
    const part = wanted instanceof Markup ? wanted.text : wanted;
    if (part instanceof Undefined) throw undefinedFault(part);
    if (typeof part !== 'string') throw runtimeFault(`'in <string>' needs a string, not ${typeName(wanted)}`);
    budget.text(0);
    return text.includes(part);
  }
  if (container instanceof PyDict) return container.has(wanted);
  if (container instanceof DictView && container.typeName === 'dict_keys') return container.dict.has(wanted);
  if (container instanceof PyRange && typeof wanted === 'bigint') return isInRange(container, wanted);
  for (const element of iterate(container, budget)) {
    if (element === wanted || equals(element, wanted, budget)) return true;
  }
  return false;
}

function isInRange(range: PyRange, wanted: bigint): boolean {
  const distance = wanted - range.start;
  const index = distance / range.step;
  return distance % range.step === 0n && index >= 0n && index < BigInt(range.length);
}

function* paid(elements: Iterable<Value>, budget: Budget): Generator<Value, void, undefined> {
  for (const element of elements) {
    budget.spend();
    yield element;
  }
}

/** What is left after a break stays in the iterator. */
function* paidIterator(value: PyIterator, budget: Budget): Generator<Value, void, undefined> {
  for (;;) {
    budget.spend();
    const { done, value: element } = value.iterator.next();
    if (done) return;
    yield element;
  }
}

/** A list that grows while it is gone through is gone through to its new end. */
function* liveItems(list: PyList): Generator<Value> {
  for (let index = 0; index < list.items.length; index++) {
    const item = list.items[index];
    if (item !== undefined) yield item;
  }
}

function* numbersOf(range: PyRange): Generator<Value> {
  for (let index = 0; index < range.length; index++) yield range.at(index);
}
