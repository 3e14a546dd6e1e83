import type { Budget } from './budget.ts';
import { floatRepr } from './float-text.ts';
import { type FloatKind, formatFloat, isNegative, pad } from './format-number.ts';
import { toFloat } from './number.ts';
import { str, undefinedFault } from './repr.ts';
import { type Fault, runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, PyObject, Undefined, type Value } from './value.ts';

/** A value that has a format language of its own, such as a date. */
export interface FormatsItself {
  format(spec: string): string;
}

interface Spec {
  fill: string;
  align: '<' | '>' | '^' | '=' | undefined;
  sign: string;
  isAlternate: boolean;
  width: number;
  grouping: string;
  precision: number | undefined;
  kind: string;
}

const specPattern = /^(?:([\s\S])?([<>=^]))?([-+ ])?z?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

/** formatValue is Python's format(value, spec). Throws a Fault. */
export function formatValue(value: Value, spec: string, budget: Budget): string {
  if (value instanceof Undefined) throw undefinedFault(value);
  if (formatsItself(value)) return spec === '' ? str(value, budget) : value.format(spec);
  if (spec === '') return str(value, budget);
  const parsed = parse(spec);
  budget.text(parsed.width + (parsed.precision ?? 0));
  if (typeof value === 'string' || value instanceof Markup) return formatString(str(value, budget), parsed);
  if (typeof value === 'number') return formatFloatSpec(value, parsed);
  if (typeof value === 'bigint') return formatInteger(value, parsed);
  if (typeof value === 'boolean') return formatInteger(value ? 1n : 0n, parsed);
  throw runtimeFault(`a value of type ${typeName(value)} takes no format`);
}

function formatsItself(value: Value): value is PyObject & FormatsItself {
  return value instanceof PyObject && 'format' in value;
}

function parse(spec: string): Spec {
  const match = specPattern.exec(spec);
  if (match === null) throw runtimeFault('the format behind : cannot be read');
  const [, fill, align, sign = '', alternate, zero, width = '0', grouping = '', precision, kind = ''] = match;
  return {
    fill: fill ?? (zero !== undefined && align === undefined ? '0' : ' '),
    align: isAlign(align) ? align : zero === undefined ? undefined : '=',
    sign,
    isAlternate: alternate !== undefined,
    width: Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    kind,
  };
}

function isAlign(text: string | undefined): text is '<' | '>' | '^' | '=' {
  return text !== undefined;
}

function unknownKind(type: string): Fault {
  return runtimeFault(`this format does not exist for ${type}`);
}

function formatString(text: string, spec: Spec): string {
  if (
    (spec.kind !== '' && spec.kind !== 's') ||
    spec.sign !== '' ||
    spec.isAlternate ||
    spec.grouping !== ''
  ) {
    throw unknownKind('str');
  }
  if (spec.align === '=' && spec.fill !== '0') throw unknownKind('str');
  const cut = spec.precision === undefined ? text : [...text].slice(0, spec.precision).join('');
  return pad(
    '',
    cut,
    spec.width,
    spec.align === undefined || spec.align === '=' ? '<' : spec.align,
    spec.fill,
  );
}

function formatInteger(value: bigint, spec: Spec): string {
  const { kind } = spec;
  if (/^[eEfFgG%]$/.test(kind)) return formatFloatSpec(toFloat(value), spec);
  if (spec.precision !== undefined) throw runtimeFault('an int takes no precision');
  if (kind === 'c')
    return pad('', String.fromCodePoint(Number(value)), spec.width, spec.align ?? '<', spec.fill);
  const radix = new Map([
    ['b', 2],
    ['o', 8],
    ['x', 16],
    ['X', 16],
    ['d', 10],
    ['n', 10],
    ['', 10],
  ]).get(kind);
  if (radix === undefined || (spec.grouping === ',' && radix !== 10)) throw unknownKind('int');
  const digits = (value < 0n ? -value : value).toString(radix);
  const prefix = spec.isAlternate && radix !== 10 ? `0${kind}` : '';
  return place(
    value < 0n,
    prefix,
    kind === 'X' ? digits.toUpperCase() : digits,
    '',
    spec,
    radix === 10 ? 3 : 4,
  );
}

function formatFloatSpec(value: number, spec: Spec): string {
  const { kind, precision } = spec;
  let text: string;
  if (kind === '') {
    text = shortest(value, precision, spec.isAlternate);
  } else if (kind === '%') {
    text = `${formatFloat(value * 100, 'f', precision ?? 6, spec.isAlternate)}%`;
  } else if (/^[eEfFgG]$/.test(kind)) {
    text = formatFloat(value, kind.toLowerCase() as FloatKind, precision ?? 6, spec.isAlternate);
  } else if (kind === 'n') {
    text = formatFloat(value, 'g', precision ?? 6, spec.isAlternate);
  } else {
    throw unknownKind('float');
  }
  const cased = /^[EFG]$/.test(kind) ? text.toUpperCase() : text;
  const whole = /^\d*/.exec(cased)?.[0] ?? '';
  return place(isNegative(value), '', whole, cased.slice(whole.length), spec, 3);
}

/** Without a kind: as repr(), or as many digits as asked but always one behind the point. */
function shortest(value: number, precision: number | undefined, isAlternate: boolean): string {
  if (precision === undefined) return floatRepr(Math.abs(value));
  const text = formatFloat(value, 'g', precision, isAlternate);
  if (!/^\d+$/.test(text)) return text;
  const digits = Math.max(precision, 1);
  // Python goes over to an exponent one digit earlier here than for `g`.
  return text.length >= digits
    ? formatFloat(value, 'e', digits - 1, false).replace(/\.?0*e/, 'e')
    : `${text}.0`;
}

/** Puts sign, prefix and digits together, with separators between groups of digits. */
function place(
  isBelowZero: boolean,
  prefix: string,
  digits: string,
  behind: string,
  spec: Spec,
  group: number,
): string {
  const sign = (isBelowZero ? '-' : spec.sign === '-' ? '' : spec.sign) + prefix;
  const align = spec.align ?? '>';
  if (spec.grouping === '') return pad(sign, digits + behind, spec.width, align, spec.fill);
  let grouped = separate(digits, spec.grouping, group);
  if (align === '=' && spec.fill === '0') {
    const wanted = spec.width - sign.length - behind.length;
    let filled = digits;
    while (separate(filled, spec.grouping, group).length < wanted) filled = `0${filled}`;
    grouped = separate(filled, spec.grouping, group);
  }
  return pad(sign, grouped + behind, spec.width, align, spec.fill);
}

function separate(digits: string, separator: string, group: number): string {
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= group)
    parts.unshift(digits.slice(Math.max(0, end - group), end));
  return parts.join(separator);
}
