import { fromJson } from './from-json.ts';
import { runtimeFault } from './template-error.ts';
import type { Value } from './value.ts';

/** A float that JSON.parse would hand on as a whole number, or a whole number that it would round. */
class Exact {
  readonly value: bigint | number;

  constructor(value: bigint | number) {
    this.value = value;
  }
}

/** parseJson reads JSON as Python's json.loads does: 1.0 is a float, and a whole number has all its digits. Throws a Fault. */
export function parseJson(text: string): Value {
  let data: unknown;
  try {
    data = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      exact(value, context?.source),
    );
  } catch {
    throw runtimeFault('is not JSON');
  }
  return fromJson(data, leaf => (leaf instanceof Exact ? leaf.value : undefined));
}

function exact(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  return new Exact(/^-?\d+$/.test(source) ? BigInt(source) : value);
}
