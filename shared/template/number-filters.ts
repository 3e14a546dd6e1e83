import { bind, flagArgument, integerArgument } from './arguments.ts';
import { binary } from './arithmetic.ts';
import { attributeGetter } from './attribute-getter.ts';
import type { Filter } from './filter.ts';
import { decimalOf, divideToEven, fixedText } from './float-text.ts';
import { absolute, numeric, toFloat } from './number.ts';
import { iterate } from './protocol.ts';
import { readFloat, readInteger } from './read-number.ts';
import { undefinedFault } from './repr.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, PyObject, Undefined, type Value } from './value.ts';

const abs: Filter = (value, args) => {
  bind('abs', [], args);
  if (value instanceof Undefined) throw undefinedFault(value);
  const given = numeric(value);
  if (given !== undefined) return typeof given === 'bigint' ? absolute(given) : Math.abs(given);
  const result = value instanceof PyObject && hasAbs(value) ? value.abs() : undefined;
  if (result === undefined) throw runtimeFault(`abs needs a number, not ${typeName(value)}`);
  return result;
};

function hasAbs(value: PyObject): value is PyObject & { abs(): Value } {
  return 'abs' in value;
}

const float: Filter = (value, args) => {
  const [otherwise = 0] = bind('float', ['default?'], args);
  return floatOf(value) ?? otherwise;
};

/** A float of a number or a text; undefined for anything else. */
function floatOf(value: Value): number | undefined {
  if (value instanceof Undefined) throw undefinedFault(value);
  const text = value instanceof Markup ? value.text : value;
  if (typeof text === 'string') return readFloat(text);
  const given = numeric(text);
  return given === undefined ? undefined : toFloat(given);
}

const int: Filter = (value, args, { budget }) => {
  const [otherwise = 0n, base] = bind('int', ['default?', 'base?'], args);
  if (value instanceof Undefined) throw undefinedFault(value);
  const text = value instanceof Markup ? value.text : value;
  // Reading digits costs more than looking at them.
  if (typeof text === 'string') budget.spend(text.length >> 4);
  const whole =
    typeof text === 'string' ? readInteger(text, integerArgument(base, 'int', 10)) : numeric(text);
  if (typeof whole === 'bigint') return whole;
  if (whole === Infinity || whole === -Infinity) throw runtimeFault('infinity is not an int');
  const given = floatOf(value);
  return given === undefined || !Number.isFinite(given) ? otherwise : BigInt(Math.trunc(given));
};

const round: Filter = (value, args, { budget }) => {
  const [precision, method = 'common'] = bind('round', ['precision?', 'method?'], args);
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw runtimeFault('round takes the methods common, ceil and floor');
  }
  if (value instanceof Undefined) throw undefinedFault(value);
  const given = numeric(value);
  if (given === undefined) throw runtimeFault(`round needs a number, not ${typeName(value)}`);
  const digits = integerArgument(precision, 'round', 0);
  budget.integer(BigInt(Math.abs(digits)) * 4n);
  budget.spend(Math.abs(digits) >> 3);
  if (method === 'common')
    return typeof given === 'bigint' ? roundInteger(given, digits) : roundFloat(given, digits);
  const power: Value = digits >= 0 ? 10n ** BigInt(digits) : 10 ** digits;
  const scaled = multiply(given, power);
  if (typeof scaled === 'number' && !Number.isFinite(scaled))
    throw runtimeFault('infinity cannot be rounded');
  const whole = typeof scaled === 'bigint' ? scaled : BigInt(Math[method](scaled));
  return binary('/', whole, power, budget, () => null);
};

function multiply(a: bigint | number, b: bigint | number): bigint | number {
  return typeof a === 'bigint' && typeof b === 'bigint' ? a * b : toFloat(a) * toFloat(b);
}

/** Rounds to digits behind the point, ties to even of the exact value: Python's round(). */
function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 323) return value;
  if (digits < -308) return value < 0 ? -0 : 0;
  const rounded =
    digits >= 0
      ? Number(fixedText(value, digits))
      : Number(decimalOf(Math.abs(value), digits) * 10n ** BigInt(-digits));
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

function roundInteger(value: bigint, digits: number): bigint {
  if (digits >= 0) return value;
  const power = 10n ** BigInt(-digits);
  return divideToEven(value, power) * power;
}

const sum: Filter = (value, args, runtime) => {
  const [attribute, start = 0n] = bind('sum', ['attribute?', 'start?'], args);
  const get = attribute === undefined || attribute === null ? undefined : attributeGetter(attribute, runtime);
  if (typeof start === 'string') throw runtimeFault('sum does not join texts: use |join');
  let total: Value = start;
  for (const element of iterate(value, runtime.budget)) {
    total = binary('+', total, get === undefined ? element : get(element), runtime.budget, () => null);
  }
  return total;
};

const filesizeformat: Filter = (value, args) => {
  const [binaryUnits] = bind('filesizeformat', ['binary?'], args);
  const bytes = floatOf(value);
  if (bytes === undefined) throw runtimeFault(`filesizeformat needs a number, not ${typeName(value)}`);
  const isBinary = flagArgument(binaryUnits);
  const base = isBinary ? 1_024 : 1_000;
  if (bytes === 1) return '1 Byte';
  if (Number.isNaN(bytes)) return isBinary ? 'nan YiB' : 'nan YB';
  if (bytes < base) {
    if (!Number.isFinite(bytes)) throw runtimeFault('infinity is no size');
    return `${BigInt(Math.trunc(bytes))} Bytes`;
  }
  const units = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const last = units.length - 1;
  const found = units.findIndex((_, index) => bytes < base ** (index + 2));
  const index = found < 0 ? last : found;
  const letter = units[index] ?? '';
  const amount = (base * bytes) / base ** (index + 2);
  const shown = Number.isFinite(amount) ? fixedText(amount, 1) : 'inf';
  return `${shown} ${isBinary ? `${letter.toUpperCase()}i` : letter}B`;
};

/** Jinja's filters for numbers. */
export const numberFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['abs', abs],
  ['filesizeformat', filesizeformat],
  ['float', float],
  ['int', int],
  ['round', round],
  ['sum', sum],
]);
