/**
 * decimalOf rounds a finite float to so many digits behind the point (fewer than none: before it) and gives the digits as a whole
 * number: the float's exact value, ties to even, as C and Python do. JavaScript's toFixed rounds ties up.
 */
export function decimalOf(value: number, digits: number): bigint {
  const [mantissa, exponent] = parts(value);
  const up = BigInt(Math.max(0, digits));
  const down = BigInt(Math.max(0, -digits));
  const numerator = mantissa * 10n ** up * (exponent > 0 ? 2n ** BigInt(exponent) : 1n);
  const denominator = 10n ** down * (exponent < 0 ? 2n ** BigInt(-exponent) : 1n);
  return divideToEven(numerator, denominator);
}

/** divideToEven divides two whole numbers, the second positive, and rounds to the nearest, ties to even. */
export function divideToEven(numerator: bigint, denominator: bigint): bigint {
  const isNegative = numerator < 0n;
  const absolute = isNegative ? -numerator : numerator;
  const quotient = absolute / denominator;
  const twice = (absolute % denominator) * 2n;
  const rounded =
    twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
  return isNegative ? -rounded : rounded;
}

/** A finite float as mantissa times a power of two. */
function parts(value: number): [bigint, number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return [bits >> 63n === 1n ? -mantissa : mantissa, Math.max(biased, 1) - 1_075];
}

/** nonFinite names infinity and not-a-number as Python does; undefined for other floats. */
export function nonFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  return value === -Infinity ? '-inf' : undefined;
}

/** floatRepr writes a float as Python's repr() does: the shortest text that reads back as the same float. */
export function floatRepr(value: number): string {
  const special = nonFinite(value);
  if (special !== undefined) return special;
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponentSuffix(exponent)}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** fixedText writes the absolute value of a finite float with so many digits behind the point. */
export function fixedText(value: number, digits: number): string {
  const text = String(decimalOf(Math.abs(value), digits)).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** exponentText writes the absolute value of a finite float as d.ddde+dd. */
export function exponentText(value: number, digits: number): string {
  const [text, exponent] = significant(value, digits);
  return `${text.slice(0, 1)}${digits === 0 ? '' : `.${text.slice(1)}`}e${exponentSuffix(exponent)}`;
}

/** generalText writes the absolute value of a finite float as C's %g does; `isAlternate` keeps trailing zeros. */
export function generalText(value: number, precision: number, isAlternate: boolean): string {
  const wanted = Math.max(precision, 1);
  const [, exponent] = significant(value, wanted - 1);
  const isExponent = exponent < -4 || exponent >= wanted;
  const text = isExponent ? exponentText(value, wanted - 1) : fixedText(value, wanted - 1 - exponent);
  if (isAlternate) return text;
  const [mantissa = '', suffix] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/0+$/, '').replace(/\.$/, '') : mantissa;
  return suffix === undefined ? short : `${short}e${suffix}`;
}

/** The first digits of an absolute value, one more than asked, and the power of ten of the first. */
function significant(value: number, digits: number): [string, number] {
  const absolute = Math.abs(value);
  if (absolute === 0) return ['0'.repeat(digits + 1), 0];
  const exponent = Number(absolute.toExponential().split('e')[1]);
  const text = String(decimalOf(absolute, digits - exponent));
  // Rounding up may have given one digit more: 9.99 is 1.0e+01.
  return text.length > digits + 1 ? [text.slice(0, digits + 1), exponent + 1] : [text, exponent];
}

function exponentSuffix(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
