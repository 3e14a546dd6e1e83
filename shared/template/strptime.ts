import { day, microsOf } from './calendar.ts';
import { dayNames, monthNames } from './strftime.ts';
import { runtimeFault } from './template-error.ts';
import { spaceClass } from './whitespace.ts';

/** What strptime reads: the time of a clock, and seconds to the east where the text says so. */
export interface ReadMoment {
  wallMicros: bigint;
  offsetSeconds: number | undefined;
}

/** No date is longer. */
const longestText = 200;

const oneOf = (names: readonly string[]): string => names.join('|');
const short = (names: readonly string[]): string[] => names.map(name => name.slice(0, 3));

const patterns: ReadonlyMap<string, string> = new Map([
  ['a', oneOf(short(dayNames))],
  ['A', oneOf(dayNames)],
  ['b', oneOf(short(monthNames))],
  ['B', oneOf(monthNames)],
  ['d', '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]'],
  ['f', '\\d{1,6}'],
  ['H', '2[0-3]|[01]\\d|\\d'],
  ['I', '1[0-2]|0[1-9]|[1-9]'],
  ['j', '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]'],
  ['m', '1[0-2]|0[1-9]|[1-9]'],
  ['M', '[0-5]\\d|\\d'],
  ['p', 'am|pm'],
  ['S', '6[01]|[0-5]\\d|\\d'],
  ['y', '\\d\\d'],
  ['Y', '\\d{4}'],
  ['z', '[+-]\\d\\d:?[0-5]\\d|Z'],
  ['Z', 'utc|gmt'],
]);

/** strptime reads a text by C's codes, in English, as Python does. Throws a Fault when it does not fit. */
export function strptime(text: string, format: string): ReadMoment {
  // Each code stands once, as in Python, and the texts are short: the pattern's cost stays small.
  if (text.length > longestText || format.length > longestText)
    throw runtimeFault('the text is too long for a date');
  const codes: string[] = [];
  const escaped = format
    .replace(/[\\^$*+?.()|{}[\]]/g, '\\$&')
    .replace(new RegExp(`[${spaceClass}]+`, 'g'), '\\s+');
  const pattern = escaped.replace(/%(.)/g, (_, code: string) => {
    if (code === '%') return '%';
    const known = patterns.get(code);
    if (known === undefined) throw runtimeFault(`%${code} cannot be read`);
    if (codes.includes(code)) throw runtimeFault(`%${code} is there twice`);
    codes.push(code);
    return `(${known})`;
  });
  const match = new RegExp(`^${pattern}$`, 'i').exec(text);
  if (match === null) throw runtimeFault('the text does not fit the format');
  return momentOf(new Map(codes.map((code, index) => [code, match[index + 1] ?? ''])));
}

function momentOf(fields: ReadonlyMap<string, string>): ReadMoment {
  const number = (code: string, otherwise: number): number => Number(fields.get(code) ?? otherwise);
  const month = monthOf(fields) ?? number('m', 1);
  const start = microsOf({
    year: yearOf(fields),
    month,
    day: number('d', 1),
    hour: hourOf(fields),
    minute: number('M', 0),
    second: number('S', 0),
    microsecond: Number((fields.get('f') ?? '').padEnd(6, '0')),
  });
  const ofYear = fields.get('j');
  const isDated = fields.has('m') || fields.has('b') || fields.has('B') || fields.has('d');
  return {
    wallMicros: ofYear === undefined || isDated ? start : start + BigInt(Number(ofYear) - 1) * day,
    offsetSeconds: offsetOf(fields.get('z')),
  };
}

function yearOf(fields: ReadonlyMap<string, string>): number {
  const short = fields.get('y');
  if (short === undefined) return Number(fields.get('Y') ?? 1_900);
  return Number(short) + (Number(short) < 69 ? 2_000 : 1_900);
}

function monthOf(fields: ReadonlyMap<string, string>): number | undefined {
  const name = fields.get('b') ?? fields.get('B');
  if (name === undefined) return undefined;
  return (
    monthNames.findIndex(month => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
  );
}

function hourOf(fields: ReadonlyMap<string, string>): number {
  const half = fields.get('I');
  if (half === undefined) return Number(fields.get('H') ?? 0);
  return (Number(half) % 12) + (/pm/i.test(fields.get('p') ?? '') ? 12 : 0);
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (parts === null) return 0;
  const seconds = Number(parts[2]) * 3_600 + Number(parts[3]) * 60;
  return parts[1] === '-' ? -seconds : seconds;
}

/** isoMoment reads an ISO 8601 date or time, as Python's fromisoformat does; undefined for anything else. */
export function isoMoment(text: string): ReadMoment | undefined {
  const match =
    /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, year, month, date, hour = '0', minute = '0', seconds = '0', fraction = '', zone] = match;
  const wallMicros = microsOf({
    year: Number(year),
    month: Number(month),
    day: Number(date),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(seconds),
    microsecond: Number(fraction.slice(0, 6).padEnd(6, '0')),
  });
  return {
    wallMicros,
    offsetSeconds: zone === undefined ? undefined : offsetOf(zone.length === 3 ? `${zone}00` : zone),
  };
}
