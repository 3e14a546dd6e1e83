import type { Budget } from './budget.ts';
import { PyDict } from './dict.ts';
import { runtimeFault } from './template-error.ts';
import { PyList, type Value } from './value.ts';

/** Deepest data that is taken. */
const maxDepth = 64;

/** A leaf that is a value already; undefined for anything that has to be copied. */
type Leaf = (data: unknown) => Value | undefined;

/**
 * fromJson copies JSON data into the interpreter's own values; a whole number is an int, as JSON does not tell 1 from 1.0 once it is
 * read. Only an object's own data is looked at. Every value costs a step of the budget, where there is one. Throws a Fault for anything
 * that is not JSON.
 */
export function fromJson(data: unknown, leaf: Leaf = () => undefined, budget?: Budget): Value {
  return copy(data, { leaf, budget }, 0);
}

interface Copying {
  leaf: Leaf;
  budget: Budget | undefined;
}

function copy(data: unknown, copying: Copying, depth: number): Value {
  copying.budget?.spend();
  switch (typeof data) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return data;
    case 'number':
      return Number.isSafeInteger(data) ? BigInt(data) : data;
    case 'object':
      break;
    default:
      throw runtimeFault('is not JSON data');
  }
  if (data === null) return null;
  const known = copying.leaf(data);
  if (known !== undefined) return known;
  if (depth > maxDepth) throw runtimeFault(`is nested deeper than ${maxDepth} levels`);
  if (Array.isArray(data)) return new PyList(data.map(item => copy(item, copying, depth + 1)));
  return new PyDict(Object.entries(data).map(([key, value]) => [key, copy(value, copying, depth + 1)]));
}
