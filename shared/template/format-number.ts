import { exponentText, fixedText, generalText, nonFinite } from './float-text.ts';

/** How a float is written: `e`, `f`, `g` as in C, `%` as a percentage; upper case for inf, nan and e. */
export type FloatKind = 'e' | 'f' | 'g';

/** formatFloat writes a float's absolute value; `isAlternate` keeps the point and the zeros. */
export function formatFloat(value: number, kind: FloatKind, precision: number, isAlternate: boolean): string {
  const special = nonFinite(Math.abs(value));
  if (special !== undefined) return special;
  if (kind === 'g') return generalText(value, precision, isAlternate);
  const text = kind === 'f' ? fixedText(value, precision) : exponentText(value, precision);
  return isAlternate && precision === 0 ? text.replace(/^\d+/, '$&.') : text;
}

/** isNegative is true for -0.0 too. */
export function isNegative(value: number | bigint): boolean {
  return value < 0 || Object.is(value, -0);
}

/** pad fills a text to a width: behind it, before it, on both sides, or between sign and digits. */
export function pad(
  sign: string,
  body: string,
  width: number,
  align: '<' | '>' | '^' | '=',
  fill: string,
): string {
  const missing = width - [...sign].length - [...body].length;
  if (missing <= 0) return sign + body;
  switch (align) {
    case '<':
      return sign + body + fill.repeat(missing);
    case '>':
      return fill.repeat(missing) + sign + body;
    case '=':
      return sign + fill.repeat(missing) + body;
    case '^': {
      const before = Math.floor(missing / 2);
      return fill.repeat(before) + sign + body + fill.repeat(missing - before);
    }
  }
}
