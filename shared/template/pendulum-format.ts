import { civilOf, dayOfYear, weekdayOf } from './calendar.ts';
import { type Moment, strftime } from './strftime.ts';

const token =
  /\[([^\]]*)\]|\\(.)|(YYYY|YY|Y|Qo|Q|Mo|MMMM|MMM|MM|M|DDDD|DDD|Do|DD|D|dddd|ddd|do|d|E|HH|H|hh|h|mm|m|ss|s|S{1,6}|A|ZZ|Z|zz|z|X|x|LTS|LT|L{1,4})/g;

/** Tokens that strftime has too. */
const sameAs: ReadonlyMap<string, string> = new Map([
  ['YYYY', '%Y'],
  ['YY', '%y'],
  ['Y', '%Y'],
  ['MMMM', '%B'],
  ['MMM', '%b'],
  ['MM', '%m'],
  ['M', '%-m'],
  ['DDDD', '%j'],
  ['DD', '%d'],
  ['D', '%-d'],
  ['dddd', '%A'],
  ['ddd', '%a'],
  ['E', '%u'],
  ['HH', '%H'],
  ['H', '%-H'],
  ['hh', '%I'],
  ['h', '%-I'],
  ['mm', '%M'],
  ['m', '%-M'],
  ['ss', '%S'],
  ['s', '%-S'],
  ['A', '%p'],
  ['ZZ', '%z'],
  ['zz', '%Z'],
  ['X', '%s'],
  ['LTS', '%-I:%M:%S %p'],
  ['LT', '%-I:%M %p'],
  ['L', '%m/%d/%Y'],
  ['LL', '%B %-d, %Y'],
  ['LLL', '%B %-d, %Y %-I:%M %p'],
  ['LLLL', '%A, %B %-d, %Y %-I:%M %p'],
]);

/** pendulumFormat writes a moment by pendulum's tokens, in English; text in [brackets] stays. */
export function pendulumFormat(moment: Moment, format: string): string {
  return format.replace(token, (whole, kept?: string, escaped?: string, name?: string) => {
    if (name === undefined) return kept ?? escaped ?? whole;
    const same = sameAs.get(name);
    return same === undefined ? field(moment, name) : strftime(moment, same);
  });
}

function field(moment: Moment, name: string): string {
  const civil = civilOf(moment.wallMicros);
  switch (name) {
    case 'Q':
      return String(Math.ceil(civil.month / 3));
    case 'Qo':
      return ordinal(Math.ceil(civil.month / 3));
    case 'Mo':
      return ordinal(civil.month);
    case 'Do':
      return ordinal(civil.day);
    case 'do':
      return ordinal(weekdayOf(moment.wallMicros));
    case 'd':
      return String((weekdayOf(moment.wallMicros) + 1) % 7);
    case 'DDD':
      return String(dayOfYear(moment.wallMicros));
    case 'Z':
      return moment.offset.replace(/^(.\d\d)(\d\d)/, '$1:$2');
    case 'z':
      return moment.zoneName;
    case 'x':
      return String(moment.utcMicros / 1_000n);
    default:
      return String(civil.microsecond).padStart(6, '0').slice(0, name.length);
  }
}

function ordinal(number: number): string {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
}
