import { trimEnd, trimStart } from './whitespace.ts';

/** Python refuses to read more digits at once. */
const maxDigits = 4_300;

/** As many where the engine cannot read them at once. */
const maxSlowDigits = 400;

const enginePrefixes: ReadonlyMap<number, string> = new Map([
  [2, '0b'],
  [8, '0o'],
  [10, ''],
  [16, '0x'],
]);

const radixPrefixes: ReadonlyMap<number, RegExp> = new Map([
  [2, /^0[bB]_?/],
  [8, /^0[oO]_?/],
  [16, /^0[xX]_?/],
]);

/** readInteger is Python's int(text, base); undefined where that raises ValueError. */
export function readInteger(text: string, base: number): bigint | undefined {
  if (text.length > maxDigits || (base !== 0 && (base < 2 || base > 36))) return undefined;
  const match = /^([+-]?)([0-9A-Za-z_]+)$/.exec(trimStart(trimEnd(text)));
  if (match === null) return undefined;
  const [, sign, body = ''] = match;
  const radix = base === 0 ? radixOf(body) : base;
  const digits = body.replace(radixPrefixes.get(radix) ?? /^$/, '');
  if (!/^[0-9A-Za-z]+(_[0-9A-Za-z]+)*$/.test(digits)) return undefined;
  if (base === 0 && radix === 10 && /^0[0-9_]*[1-9]/.test(digits)) return undefined;
  const value = digitsValue(digits.replaceAll('_', ''), radix);
  return sign === '-' && value !== undefined ? -value : value;
}

/** The value of digits; undefined when one of them does not belong to the radix. */
function digitsValue(digits: string, radix: number): bigint | undefined {
  const prefix = enginePrefixes.get(radix);
  if (prefix === undefined && digits.length > maxSlowDigits) return undefined;
  if (!digitsOf(radix).test(digits)) return undefined;
  if (prefix !== undefined) return BigInt(prefix + digits);
  return [...digits].reduce((sum, digit) => sum * BigInt(radix) + BigInt(Number.parseInt(digit, 36)), 0n);
}

function digitsOf(radix: number): RegExp {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.slice(0, Math.max(0, radix - 10));
  return new RegExp(`^[0-${Math.min(radix, 10) - 1}${letters}]+$`, 'i');
}

function radixOf(body: string): number {
  for (const [radix, prefix] of radixPrefixes) {
    if (prefix.test(body)) return radix;
  }
  return 10;
}

/** readFloat is Python's float(text); undefined where that raises ValueError. */
export function readFloat(text: string): number | undefined {
  const trimmed = trimStart(trimEnd(text));
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(trimmed);
  if (special !== null) {
    const isNan = /nan/i.test(trimmed);
    return isNan ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  }
  const digits = '\\d+(?:_\\d+)*';
  const pattern = new RegExp(`^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?$`);
  return pattern.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined;
}
