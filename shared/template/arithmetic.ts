import type { Budget } from './budget.ts';
import { divideToEven } from './float-text.ts';
import { escapeHtml } from './html.ts';
import { absolute, bitLength, divisionByZero, floorDivide, numeric, toFloat } from './number.ts';
import { formatPercent } from './percent-format.ts';
import { str, undefinedFault } from './repr.ts';
import { type Fault, runtimeFault } from './template-error.ts';
import { textLength } from './text.ts';
import { typeName } from './type-name.ts';
import { type BinaryOperator, Markup, PyList, PyObject, PyTuple, Undefined, type Value } from './value.ts';

/** What a `%` on text needs from the interpreter: items of a dict or of an object. */
export type ItemOf = (object: Value, key: Value) => Value;

/** binary computes `left operator right` as Python does. Throws a Fault. */
export function binary(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  budget: Budget,
  itemOf: ItemOf,
): Value {
  budget.look(left, right);
  const a = numeric(left);
  const b = numeric(right);
  if (a !== undefined && b !== undefined) {
    return typeof a === 'bigint' && typeof b === 'bigint'
      ? integers(operator, a, b, budget)
      : floats(operator, toFloat(a), toFloat(b));
  }
  if (left instanceof Undefined) throw undefinedFault(left);
  if (operator === '%' && (typeof left === 'string' || left instanceof Markup)) {
    return percent(left, right, budget, itemOf);
  }
  if (right instanceof Undefined) throw undefinedFault(right);
  const joined = sequences(operator, left, right, budget);
  if (joined !== undefined) return joined;
  const answer =
    (left instanceof PyObject ? left.binary(operator, right, false) : undefined) ??
    (right instanceof PyObject ? right.binary(operator, left, true) : undefined);
  if (answer === undefined) throw noOperator(operator, left, right);
  return answer;
}

/** signed is `-value` or `+value`. */
export function signed(value: Value, isNegative: boolean): Value {
  const number = numeric(value);
  if (number !== undefined) return isNegative ? -number : number;
  if (value instanceof Undefined) throw undefinedFault(value);
  const result = value instanceof PyObject ? value.binary('*', isNegative ? -1n : 1n, false) : undefined;
  if (result === undefined) throw runtimeFault(`a value of type ${typeName(value)} has no sign`);
  return result;
}

function noOperator(operator: string, left: Value, right: Value): Fault {
  const hint =
    operator === '+' && (typeof left === 'string' || typeof right === 'string') ? ': join texts with ~' : '';
  return runtimeFault(`${operator} does not work between ${typeName(left)} and ${typeName(right)}${hint}`);
}

function integers(operator: BinaryOperator, a: bigint, b: bigint, budget: Budget): Value {
  switch (operator) {
    case '+':
    case '-': {
      const result = operator === '+' ? a + b : a - b;
      return checked(result, budget);
    }
    case '*':
      budget.integer(bitLength(a) + bitLength(b));
      return a * b;
    case '/':
      if (b === 0n) throw divisionByZero();
      return trueDivide(a, b);
    case '//':
      return floorDivide(a, b);
    case '%':
      return a - floorDivide(a, b) * b;
    case '**':
      if (b < 0n) return floats('**', toFloat(a), toFloat(b));
      if (a !== 0n && a !== 1n && a !== -1n) budget.integer((bitLength(a) - 3n) * b);
      return checked(a ** b, budget);
  }
}

function checked(result: bigint, budget: Budget): bigint {
  if (result > 0xffffffffffffffffn || result < -0xffffffffffffffffn) budget.integer(bitLength(result));
  return result;
}

/** Rounds once, also where a or b is beyond what a float holds exactly. */
function trueDivide(a: bigint, b: bigint): number {
  const exact = 2n ** 53n;
  if (absolute(a) <= exact && absolute(b) <= exact) return Number(a) / Number(b);
  const shift = bitLength(b) - bitLength(a) + 66n;
  const scaled =
    shift > 0n
      ? divideToEven(absolute(a) << shift, absolute(b))
      : divideToEven(absolute(a), absolute(b) << -shift);
  const result = Number(scaled) * 2 ** -Number(shift);
  if (!Number.isFinite(result)) throw runtimeFault('the result of / is too large for a float');
  return a < 0n === b < 0n ? result : -result;
}

function floats(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw divisionByZero();
      return a / b;
    case '//':
      return floatDivMod(a, b)[0];
    case '%':
      return floatDivMod(a, b)[1];
    case '**':
      return floatPower(a, b);
  }
}

/** The algorithm of Python's float divmod. */
function floatDivMod(a: number, b: number): [number, number] {
  if (b === 0) throw divisionByZero();
  let rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0) {
    if (b < 0 !== rest < 0) {
      rest += b;
      quotient -= 1;
    }
  } else {
    rest = b < 0 ? -0 : 0;
  }
  if (quotient === 0) return [a / b < 0 || Object.is(a / b, -0) ? -0 : 0, rest];
  const floor = Math.floor(quotient);
  return [quotient - floor > 0.5 ? floor + 1 : floor, rest];
}

function floatPower(a: number, b: number): number {
  if (a === 1 || b === 0) return 1;
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return 1;
  if (a === 0 && b < 0) throw divisionByZero();
  const result = a ** b;
  if (Number.isNaN(result) && !Number.isNaN(a) && !Number.isNaN(b)) {
    throw runtimeFault('a negative number to a fractional power is a complex number, which is not supported');
  }
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw runtimeFault('the result of ** is too large for a float');
  }
  return result;
}

function percent(left: string | Markup, right: Value, budget: Budget, itemOf: ItemOf): Value {
  if (typeof left === 'string') return formatPercent(left, right, { budget, itemOf });
  return new Markup(formatPercent(left.text, right, { budget, itemOf, escape: escapeHtml }));
}

/** Texts and lists, joined or repeated; undefined for anything else. */
function sequences(operator: BinaryOperator, left: Value, right: Value, budget: Budget): Value | undefined {
  if (operator === '*') return repeat(left, right, budget) ?? repeat(right, left, budget);
  if (operator !== '+') return undefined;
  if (typeof left === 'string' && typeof right === 'string') {
    budget.text(left.length + right.length);
    return left + right;
  }
  if (left instanceof Markup || right instanceof Markup) return joinMarkup(left, right, budget);
  if (left instanceof PyList && right instanceof PyList) {
    budget.elements(left.items.length + right.items.length);
    return new PyList([...left.items, ...right.items]);
  }
  if (left instanceof PyTuple && right instanceof PyTuple) {
    budget.elements(left.items.length + right.items.length);
    return new PyTuple([...left.items, ...right.items]);
  }
  return undefined;
}

function joinMarkup(left: Value, right: Value, budget: Budget): Markup | undefined {
  const html = (value: Value): string | undefined =>
    value instanceof Markup ? value.text : typeof value === 'string' ? escapeHtml(value) : undefined;
  const [a, b] = [html(left), html(right)];
  if (a === undefined || b === undefined) return undefined;
  budget.text(a.length + b.length);
  return new Markup(a + b);
}

function repeat(sequence: Value, times: Value, budget: Budget): Value | undefined {
  const factor = numeric(times);
  if (typeof factor !== 'bigint') return undefined;
  const count = factor < 0n ? 0n : factor;
  if (typeof sequence === 'string' || sequence instanceof Markup) {
    const text = str(sequence, budget);
    budget.text(BigInt(text.length) * count);
    const repeated = textLength(text) === 0 ? '' : text.repeat(Number(count));
    return typeof sequence === 'string' ? repeated : new Markup(repeated);
  }
  if (!(sequence instanceof PyList || sequence instanceof PyTuple)) return undefined;
  budget.elements(BigInt(sequence.items.length) * count);
  if (sequence.items.length === 0) return sequence instanceof PyList ? new PyList([]) : sequence;
  const items = Array.from({ length: Number(count) }, () => sequence.items).flat();
  return sequence instanceof PyList ? new PyList(items) : new PyTuple(items);
}
