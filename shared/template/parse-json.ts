import type { Budget } from './budget.ts';
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

/** Numbers that JSON.parse alone would change; the same within a text does no harm. */
const inexact = /\d[.eE]|\d{16}/;

/**
 * parseJson reads JSON as Python's json.loads does: 1.0 is a float, and a whole number has all its digits. What it costs is spent
 * before it is done. Throws a Fault.
 */
export function parseJson(text: string, budget?: Budget): Value {
  budget?.spend(marksIn(text));
  const reviver = inexact.test(text)
    ? (_key: string, value: unknown, context?: { source?: string }) => exact(value, context?.source)
    : undefined;
  let data: unknown;
  try {
    data = JSON.parse(text, reviver);
  } catch {
    throw runtimeFault('is not JSON');
  }
  return fromJson(data, leaf => (leaf instanceof Exact ? leaf.value : undefined), budget);
}

/** At least as many as there are values in the text. */
function marksIn(text: string): number {
  let count = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === comma || code === colon || code === bracket || code === brace) count++;
  }
  return count;
}

const [comma, colon, bracket, brace] = [0x2c, 0x3a, 0x5b, 0x7b];

function exact(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  return new Exact(/^-?\d+$/.test(source) ? BigInt(source) : value);
}
