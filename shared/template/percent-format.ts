import type { Budget } from './budget.ts';
import { PyDict } from './dict.ts';
import { type FloatKind, formatFloat, isNegative, pad } from './format-number.ts';
import { numeric, toFloat } from './number.ts';
import { asciiRepr, repr, str, undefinedFault } from './repr.ts';
import { type Fault, runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, PyList, PyTuple, Undefined, type Value } from './value.ts';

/** What formatting may use. */
export interface PercentTools {
  budget: Budget;
  itemOf: (object: Value, key: Value) => Value;
  /** Applied to every text that is put in; for a text that is HTML. */
  escape?: (text: string) => string;
}

const directive = /%(?:\(((?:[^()]|\([^()]*\))*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([\s\S]?)/gu;

/** formatPercent is Python's `text % values`. Throws a Fault. */
export function formatPercent(format: string, values: Value, tools: PercentTools): string {
  const args = new PercentArgs(values);
  const parts: string[] = [];
  let end = 0;
  for (const match of format.matchAll(directive)) {
    parts.push(format.slice(end, match.index));
    end = match.index + match[0].length;
    const piece = formatOne(match, args, tools);
    tools.budget.text(piece.length);
    parts.push(piece);
  }
  parts.push(format.slice(end));
  args.finish();
  return parts.join('');
}

/** The values of a format, taken by position or by name. */
class PercentArgs {
  readonly #values: Value;
  readonly #positional: readonly Value[];
  #used = 0;
  #isNamed = false;

  constructor(values: Value) {
    this.#values = values;
    this.#positional = values instanceof PyTuple ? values.items : [values];
  }

  next(): Value {
    const value = this.#positional[this.#used++];
    if (value === undefined) throw runtimeFault('the format has more % than there are values');
    return value;
  }

  named(name: string): Value {
    if (!(this.#values instanceof PyDict)) throw runtimeFault('a format with %(name) needs a dict');
    this.#isNamed = true;
    const value = this.#values.get(name);
    if (value === undefined)
      throw runtimeFault(`the format names ${JSON.stringify(name)}, which the dict has not`);
    return value;
  }

  finish(): void {
    if (this.#isNamed || this.#values instanceof PyDict || this.#values instanceof PyList) return;
    if (this.#values instanceof Undefined && this.#used === 0) throw undefinedFault(this.#values);
    if (this.#used < this.#positional.length)
      throw runtimeFault('the format has fewer % than there are values');
  }
}

function formatOne(match: RegExpExecArray, args: PercentArgs, tools: PercentTools): string {
  const [, name, flagText = '', widthText = '', precisionText, kind = ''] = match;
  if (kind === '%' && match[0] === '%%') return '%';
  if (kind === '') throw runtimeFault('the format ends within a %: write %% for the sign itself');
  let flags = flagText;
  let width = number(widthText, args) ?? 0;
  if (width < 0) {
    flags += '-';
    width = -width;
  }
  const precision = precisionText === undefined ? undefined : Math.max(0, number(precisionText, args) ?? 0);
  tools.budget.text(width + (precision ?? 0));
  if (kind === '%') return '%';
  const value = name === undefined ? args.next() : args.named(name);
  return directiveText(kind, value, { flags, width, precision }, tools);
}

function number(text: string, args: PercentArgs): number | undefined {
  if (text !== '*') return text === '' ? undefined : Number(text);
  const value = args.next();
  if (typeof value !== 'bigint') throw runtimeFault('* in a format needs an int');
  return Number(value);
}

interface Shape {
  flags: string;
  width: number;
  precision: number | undefined;
}

function directiveText(kind: string, value: Value, shape: Shape, tools: PercentTools): string {
  const align = shape.flags.includes('-') ? '<' : '>';
  const textual = (text: string): string => {
    const cut = shape.precision === undefined ? text : [...text].slice(0, shape.precision).join('');
    return pad('', cut, shape.width, align, ' ');
  };
  const escaped = (text: string): string =>
    tools.escape === undefined || value instanceof Markup ? text : tools.escape(text);
  switch (kind) {
    case 's':
      return textual(escaped(str(value, tools.budget)));
    case 'r':
      return textual(escaped(repr(value, tools.budget)));
    case 'a':
      return textual(escaped(asciiRepr(repr(value, tools.budget))));
    case 'c':
      return textual(oneChar(value));
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return signed(...integerText(kind, value, shape), shape, true);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const float = toFloat(needNumber(value, kind));
      const lower = formatFloat(
        float,
        kind.toLowerCase() as FloatKind,
        shape.precision ?? 6,
        shape.flags.includes('#'),
      );
      return signed(
        isNegative(float),
        kind < 'a' ? lower.toUpperCase() : lower,
        shape,
        Number.isFinite(float),
      );
    }
  }
  throw runtimeFault(`the format has %${kind}, which does not exist: write %% for the sign itself`);
}

function signed(isBelowZero: boolean, body: string, shape: Shape, mayFillZero: boolean): string {
  const { flags, width } = shape;
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const prefix = /^0[xXo]/.exec(body)?.[0] ?? '';
  const sign = (isBelowZero ? '-' : plus) + (flags.includes('#') ? prefix : '');
  const digits = flags.includes('#') ? body.slice(prefix.length) : body;
  if (flags.includes('-')) return pad(sign, digits, width, '<', ' ');
  return flags.includes('0') && mayFillZero
    ? pad(sign, digits, width, '=', '0')
    : pad(sign, digits, width, flags.includes('0') ? '=' : '>', flags.includes('0') ? '0' : ' ');
}

function integerText(kind: string, value: Value, shape: Shape): [boolean, string] {
  const given = needNumber(value, kind);
  const isHexOrOctal = kind === 'o' || kind === 'x' || kind === 'X';
  if (typeof given === 'number' && (isHexOrOctal || !Number.isFinite(given))) throw wrongType(kind, value);
  const integer = BigInt(typeof given === 'number' ? Math.trunc(given) : given);
  const radix = kind === 'o' ? 8 : isHexOrOctal ? 16 : 10;
  const digits = (integer < 0n ? -integer : integer).toString(radix).padStart(shape.precision ?? 0, '0');
  const cased = kind === 'X' ? digits.toUpperCase() : digits;
  const prefix = isHexOrOctal && shape.flags.includes('#') ? `0${kind}` : '';
  return [integer < 0n, prefix + cased];
}

function needNumber(value: Value, kind: string): bigint | number {
  if (value instanceof Undefined) throw undefinedFault(value);
  const given = numeric(value);
  if (given === undefined) throw wrongType(kind, value);
  return given;
}

function wrongType(kind: string, value: Value): Fault {
  return runtimeFault(`%${kind} in a format needs a number, not ${typeName(value)}`);
}

function oneChar(value: Value): string {
  if (typeof value === 'string' && [...value].length === 1) return value;
  if (typeof value !== 'bigint' || value < 0n || value > 0x10ffffn)
    throw runtimeFault('%c in a format needs one character');
  return String.fromCodePoint(Number(value));
}
