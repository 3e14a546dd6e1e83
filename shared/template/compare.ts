import type { Budget } from './budget.ts';
import { DictView, PyDict } from './dict.ts';
import { undefinedFault } from './repr.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { ElseLess, Markup, PyList, PyObject, PyRange, PyTuple, Undefined, type Value } from './value.ts';

/** Deepest data that is compared; deeper data contains itself. */
const maxDepth = 100;

/** equals is Python's `==`. Throws a Fault for a value that is not there. */
export function equals(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  if (left instanceof ElseLess || right instanceof ElseLess) return sameNothing(left, right);
  if (left instanceof Undefined) throw undefinedFault(left);
  if (right instanceof Undefined) throw undefinedFault(right);
  const a = left instanceof Markup ? left.text : left;
  const b = right instanceof Markup ? right.text : right;
  if (isNumber(a) && isNumber(b)) return sameNumber(a, b);
  if (!(a instanceof PyObject) || !(b instanceof PyObject)) return a === b;
  if (depth > maxDepth) throw new Fault('limit', 'compares data that is nested too deeply');
  if (a instanceof PyList && b instanceof PyList) return sameItems(a.items, b.items, budget, depth);
  if (a instanceof PyTuple && b instanceof PyTuple) return sameItems(a.items, b.items, budget, depth);
  if (a instanceof PyDict && b instanceof PyDict) return sameEntries(a, b, budget, depth);
  if (a instanceof PyRange && b instanceof PyRange) return sameRange(a, b);
  if (a instanceof DictView && b instanceof DictView) return sameView(a, b, budget, depth);
  return a.equals(b) ?? b.equals(a) ?? a === b;
}

/** The nothing of a condition without `else` is equal to its like alone. */
function sameNothing(left: Value, right: Value): boolean {
  for (const value of [left, right]) {
    if (value instanceof Undefined && !(value instanceof ElseLess)) throw undefinedFault(value);
  }
  return left instanceof ElseLess && right instanceof ElseLess;
}

/** Everything that Python counts as a number; True is 1. */
function isNumber(value: Value): value is boolean | bigint | number {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

function sameNumber(a: boolean | bigint | number, b: boolean | bigint | number): boolean {
  const left = typeof a === 'boolean' ? Number(a) : a;
  const right = typeof b === 'boolean' ? Number(b) : b;
  // biome-ignore lint/suspicious/noDoubleEquals: 1n and 1 are equal, as int and float are in Python.
  return left == right;
}

function sameItems(a: readonly Value[], b: readonly Value[], budget: Budget, depth: number): boolean {
  if (a.length !== b.length) return false;
  return a.every((item, index) => sameElement(item, b[index], budget, depth));
}

/** Inside of a container the same object is equal to itself, even nan. */
function sameElement(a: Value, b: Value | undefined, budget: Budget, depth: number): boolean {
  budget.spend();
  if (b === undefined) return false;
  return (a instanceof PyObject && a === b && !(a instanceof Undefined)) || equals(a, b, budget, depth + 1);
}

function sameEntries(a: PyDict, b: PyDict, budget: Budget, depth: number): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a.entries()) {
    if (!sameElement(value, b.get(key), budget, depth)) return false;
  }
  return true;
}

function sameRange(a: PyRange, b: PyRange): boolean {
  if (a.length !== b.length) return false;
  return a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step));
}

function sameView(a: DictView, b: DictView, budget: Budget, depth: number): boolean {
  if (a.typeName !== b.typeName || a.typeName === 'dict_values') return a === b;
  if (a.typeName === 'dict_items') return sameEntries(a.dict, b.dict, budget, depth);
  budget.elements(a.dict.size);
  return a.dict.size === b.dict.size && [...a.dict.keys()].every(key => b.dict.has(key));
}

/** isLess is Python's `<`. Throws a Fault for values that have no order. */
export function isLess(a: Value, b: Value, budget: Budget): boolean {
  const order = compare(a, b, budget);
  return order !== undefined && order < 0;
}

/**
 * compare gives less than, equal to or greater than 0; undefined when one is nan. Throws a Fault for values without an order.
 * Python asks `<` or `>` of the first elements that differ, so it is one and the same here.
 */
export function compare(left: Value, right: Value, budget: Budget, depth = 0): number | undefined {
  if (left instanceof Undefined) throw undefinedFault(left);
  if (right instanceof Undefined) throw undefinedFault(right);
  const a = left instanceof Markup ? left.text : left;
  const b = right instanceof Markup ? right.text : right;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (depth > maxDepth) throw new Fault('limit', 'compares data that is nested too deeply');
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    return compareItems(a.items, b.items, budget, depth);
  }
  const order = a instanceof PyObject ? a.compare(b) : undefined;
  if (order === undefined) {
    throw runtimeFault(`values of type ${typeName(a)} and ${typeName(b)} have no order`);
  }
  return order;
}

function compareNumbers(a: boolean | bigint | number, b: boolean | bigint | number): number | undefined {
  if (a < b) return -1;
  if (a > b) return 1;
  return sameNumber(a, b) ? 0 : undefined;
}

/** By code points; JavaScript compares halves of pairs. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) {
      const isHalf = x >= 0xd800 && y >= 0xd800;
      return isHalf ? rank(x) - rank(y) : x - y;
    }
  }
  return a.length - b.length;
}

/** Halves of pairs stand for characters beyond all others. */
function rank(unit: number): number {
  return unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareItems(
  a: readonly Value[],
  b: readonly Value[],
  budget: Budget,
  depth: number,
): number | undefined {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (!sameElement(item, other, budget, depth)) return compare(item, other, budget, depth + 1);
  }
  return a.length - b.length;
}
