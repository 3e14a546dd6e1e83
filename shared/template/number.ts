import { type Fault, runtimeFault } from './template-error.ts';
import type { Value } from './value.ts';

/** numeric gives a number as int or float, True as 1; undefined for anything else. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** toFloat makes a float of a number. Throws a Fault for an int beyond floats. */
export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float)) {
    throw runtimeFault('int too large to convert to float');
  }
  return float;
}

/** bitLength is the number of bits of an int without its sign. */
export function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt(absolute(value).toString(16).length * 4);
}

/** floorDivide divides two ints and rounds down, as `//` does. */
export function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw divisionByZero();
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** absolute is abs() of an int. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** divisionByZero is the Fault for it. */
export function divisionByZero(): Fault {
  return runtimeFault('division by zero');
}
