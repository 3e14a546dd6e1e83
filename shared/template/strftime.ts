import { civilOf, dayOfYear, isoWeek, weekdayOf } from './calendar.ts';

export const monthNames: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const dayNames: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];

/** What strftime writes: the time of a clock, and its zone where it has one. */
export interface Moment {
  wallMicros: bigint;
  /** As +0000; '' without a zone. */
  offset: string;
  zoneName: string;
  /** Microseconds since 1970 in UTC. */
  utcMicros: bigint;
}

const composed: ReadonlyMap<string, string> = new Map([
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['D', '%m/%d/%y'],
  ['F', '%Y-%m-%d'],
  ['h', '%b'],
  ['R', '%H:%M'],
  ['r', '%I:%M:%S %p'],
  ['T', '%H:%M:%S'],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
]);

/** strftime writes a moment by C's codes, in English; an unknown code stays as it is. `%-d` is without, `%_d` with a blank. */
export function strftime(moment: Moment, format: string): string {
  return format.replace(/%([-_0^]?)([a-zA-Z%])/g, (whole, flag: string, code: string) => {
    const longer = composed.get(code);
    if (longer !== undefined) return strftime(moment, longer);
    const text = field(moment, code);
    if (text === undefined) return whole;
    if (flag === '^') return text.toUpperCase();
    const bare = /^[\s0]*(?=\d)/;
    if (flag === '-') return text.replace(bare, '');
    if (flag === '_') return text.replace(bare, zeros => ' '.repeat(zeros.length));
    return flag === '0' ? text.replace(/^\s+/, blanks => '0'.repeat(blanks.length)) : text;
  });
}

function field(moment: Moment, code: string): string | undefined {
  const wall = moment.wallMicros;
  const civil = civilOf(wall);
  const weekday = weekdayOf(wall);
  const padded = (value: number, width = 2, fill = '0'): string => String(value).padStart(width, fill);
  const halfDay = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  switch (code) {
    case 'a':
      return dayNames[weekday]?.slice(0, 3);
    case 'A':
      return dayNames[weekday];
    case 'b':
      return monthNames[civil.month - 1]?.slice(0, 3);
    case 'B':
      return monthNames[civil.month - 1];
    case 'C':
      return padded(Math.floor(civil.year / 100));
    case 'd':
      return padded(civil.day);
    case 'e':
      return padded(civil.day, 2, ' ');
    case 'f':
      return padded(civil.microsecond, 6);
    case 'g':
      return padded(isoWeek(wall).year % 100);
    case 'G':
      return String(isoWeek(wall).year);
    case 'H':
      return padded(civil.hour);
    case 'I':
      return padded(halfDay);
    case 'j':
      return padded(dayOfYear(wall), 3);
    case 'k':
      return padded(civil.hour, 2, ' ');
    case 'l':
      return padded(halfDay, 2, ' ');
    case 'm':
      return padded(civil.month);
    case 'M':
      return padded(civil.minute);
    case 'n':
      return '\n';
    case 'p':
      return civil.hour < 12 ? 'AM' : 'PM';
    case 'P':
      return civil.hour < 12 ? 'am' : 'pm';
    case 's':
      return String((moment.utcMicros - BigInt(civil.microsecond)) / 1_000_000n);
    case 'S':
      return padded(civil.second);
    case 't':
      return '\t';
    case 'u':
      return String(weekday + 1);
    case 'U':
      return padded(Math.floor((dayOfYear(wall) + 6 - ((weekday + 1) % 7)) / 7));
    case 'V':
      return padded(isoWeek(wall).week);
    case 'w':
      return String((weekday + 1) % 7);
    case 'W':
      return padded(Math.floor((dayOfYear(wall) + 6 - weekday) / 7));
    case 'y':
      return padded(civil.year % 100);
    case 'Y':
      return String(civil.year);
    case 'z':
      return moment.offset;
    case 'Z':
      return moment.zoneName;
    case '%':
      return '%';
    default:
      return undefined;
  }
}
