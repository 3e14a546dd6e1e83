import { PyDict } from './dict.ts';
import { runtimeFault } from './template-error.ts';
import { PyList, type Value } from './value.ts';

/** Deepest data that is taken. */
const maxDepth = 64;

/** A leaf that is a value already; undefined for anything that has to be copied. */
type Leaf = (data: unknown) => Value | undefined;

/**
 * fromJson copies JSON data into the interpreter's own values; a whole number is an int, as JSON does not tell 1 from 1.0 once it is
 * read. Only an object's own data is looked at. Throws a Fault for anything that is not JSON.
 */
export function fromJson(data: unknown, leaf: Leaf = () => undefined): Value {
  return copy(data, leaf, 0);
}

function copy(data: unknown, leaf: Leaf, depth: number): Value {
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
  const known = leaf(data);
  if (known !== undefined) return known;
  if (depth > maxDepth) throw runtimeFault(`is nested deeper than ${maxDepth} levels`);
  if (Array.isArray(data)) return new PyList(data.map(item => copy(item, leaf, depth + 1)));
  return new PyDict(Object.entries(data).map(([key, value]) => [key, copy(value, leaf, depth + 1)]));
}
