import { bind, integerArgument, textArgument } from './arguments.ts';
import {
  addMonths,
  day,
  dayOfYear,
  daysInMonth,
  hour,
  isLeapYear,
  isoWeek,
  microsOf,
  minute,
  second,
  weekdayOf,
} from './calendar.ts';
import type { Datetime } from './datetime.ts';
import { diffForHumans } from './diff-for-humans.ts';
import { pendulumFormat } from './pendulum-format.ts';
import type { Args, Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { amount } from './timedelta.ts';
import { NativeFunction, PyObject, type Value } from './value.ts';
import { zoneOf } from './zone.ts';

type Method = (date: Datetime, args: Args, runtime: Runtime) => Value;

/** The attributes that pendulum adds. */
const properties: ReadonlyMap<string, (date: Datetime) => Value> = new Map<string, (date: Datetime) => Value>(
  [
    ['day_of_week', date => BigInt(weekdayOf(date.wallMicros))],
    ['day_of_year', date => BigInt(dayOfYear(date.wallMicros))],
    ['week_of_year', date => BigInt(isoWeek(date.wallMicros).week)],
    ['week_of_month', date => BigInt(weekOfMonth(date))],
    ['days_in_month', date => BigInt(daysInMonth(date.civil.year, date.civil.month))],
    ['quarter', date => BigInt(Math.ceil(date.civil.month / 3))],
    ['timezone', date => date.zone ?? null],
    ['tz', date => date.zone ?? null],
    ['timezone_name', date => date.zone?.name ?? null],
    ['offset', date => BigInt(date.offsetSeconds)],
    ['offset_hours', date => date.offsetSeconds / 3_600],
    ['int_timestamp', date => (date.utcMicros - BigInt(date.civil.microsecond)) / second],
    ['float_timestamp', date => Number(date.utcMicros) / 1e6],
  ],
);

/** Texts that pendulum writes: the method's name and its strftime format. */
const texts: ReadonlyMap<string, string> = new Map([
  ['to_date_string', '%Y-%m-%d'],
  ['to_time_string', '%H:%M:%S'],
  ['to_datetime_string', '%Y-%m-%d %H:%M:%S'],
  ['to_day_datetime_string', '%a, %b %-d, %Y %-I:%M %p'],
  ['to_formatted_date_string', '%b %d, %Y'],
  ['to_rfc2822_string', '%a, %d %b %Y %H:%M:%S %z'],
  ['to_rss_string', '%a, %d %b %Y %H:%M:%S %z'],
  ['to_rfc1123_string', '%a, %d %b %Y %H:%M:%S %z'],
  ['to_rfc822_string', '%a, %d %b %y %H:%M:%S %z'],
  ['to_rfc1036_string', '%a, %d %b %y %H:%M:%S %z'],
  ['to_cookie_string', '%A, %d-%b-%Y %H:%M:%S %Z'],
  ['to_rfc850_string', '%A, %d-%b-%y %H:%M:%S %Z'],
]);

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['add', (date, args) => moved(date, args, 1)],
  ['subtract', (date, args) => moved(date, args, -1)],
  ['set', (date, args, runtime) => replaceBy(date, args, runtime)],
  ['start_of', (date, args) => date.atWall(startOf(date, unitOf('start_of', args)))],
  ['end_of', (date, args) => date.atWall(nextStart(date, unitOf('end_of', args)) - 1n)],
  [
    'format',
    (date, args) =>
      pendulumFormat(date.moment, textArgument(bind('format', ['fmt', 'locale?'], args)[0], 'format')),
  ],
  ['in_timezone', (date, args) => date.inZone(zoneOf(bind('in_timezone', ['tz'], args)[0] ?? null))],
  ['in_tz', (date, args) => date.inZone(zoneOf(bind('in_tz', ['tz'], args)[0] ?? null))],
  ['naive', (date, args) => plain('naive', args, date.as('pendulum', date.wallMicros, undefined))],
  ['is_leap_year', (date, args) => plain('is_leap_year', args, isLeapYear(date.civil.year))],
  ['is_utc', (date, args) => plain('is_utc', args, date.zone?.isUtc ?? false)],
  [
    'is_past',
    (date, args, { nowMs }) => plain('is_past', args, date.utcMicros < BigInt(Math.trunc(nowMs)) * 1_000n),
  ],
  [
    'is_future',
    (date, args, { nowMs }) => plain('is_future', args, date.utcMicros > BigInt(Math.trunc(nowMs)) * 1_000n),
  ],
  [
    'to_iso8601_string',
    (date, args) => plain('to_iso8601_string', args, date.isoText('T').replace(/\+00:00$/, 'Z')),
  ],
  ['to_rfc3339_string', (date, args) => plain('to_rfc3339_string', args, date.isoText('T'))],
  ['to_atom_string', (date, args) => plain('to_atom_string', args, date.isoText('T').replace(/\.\d+/, ''))],
  ['to_w3c_string', (date, args) => plain('to_w3c_string', args, date.isoText('T').replace(/\.\d+/, ''))],
  ['diff', (date, args, runtime) => otherDate('diff', args, runtime, date)],
  [
    'diff_for_humans',
    (date, args, runtime) => {
      const [other = null] = bind('diff_for_humans', ['other?', 'absolute?', 'locale?'], args);
      return diffForHumans(date, isDate(other) ? other : undefined, runtime.nowMs);
    },
  ],
  ['next', (date, args) => weekdayAway('next', date, args, 1)],
  ['previous', (date, args) => weekdayAway('previous', date, args, -1)],
]);

/** pendulumAttribute is what pendulum adds to Python's dates; undefined when there is nothing of that name. */
export function pendulumAttribute(date: Datetime, name: string, _runtime: Runtime): Value | undefined {
  const property = properties.get(name);
  if (property !== undefined) return property(date);
  const text = texts.get(name);
  if (text !== undefined) return new NativeFunction(name, args => plain(name, args, date.strftime(text)));
  const method = methods.get(name);
  return method && new NativeFunction(name, (args, runtime) => method(date, args, runtime));
}

function plain(name: string, args: Args, value: Value): Value {
  bind(name, [], args);
  return value;
}

function isDate(value: Value): value is Datetime {
  return value instanceof PyObject && 'wallMicros' in value;
}

function weekOfMonth(date: Datetime): number {
  const { day: ofMonth } = date.civil;
  const first = weekdayOf(startOf(date, 'month'));
  return Math.ceil((ofMonth + first) / 7);
}

/** Calendar parts first, then the rest, as pendulum does. */
function moved(date: Datetime, args: Args, sign: 1 | -1): Datetime {
  const names = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'microseconds'];
  const [years, months, weeks, days, hours, minutes, seconds, micros] = bind(
    'add',
    names.map(name => `${name}?`),
    args,
  );
  const whole = (value: Value | undefined): number => sign * integerArgument(value, 'add', 0);
  const times = (value: Value | undefined, unit: bigint): bigint => BigInt(sign) * amount(value, unit, 'add');
  const calendar =
    addMonths(date.wallMicros, whole(years) * 12 + whole(months)) + times(weeks, 7n * day) + times(days, day);
  const rest = times(hours, hour) + times(minutes, minute) + times(seconds, second) + times(micros, 1n);
  return date.atWall(calendar).plus(rest);
}

function replaceBy(date: Datetime, args: Args, runtime: Runtime): Value {
  const replace = date.attribute('replace', runtime);
  const named = new Map([...args.named].map(([name, value]) => [name === 'tz' ? 'tzinfo' : name, value]));
  return replace === undefined ? null : runtime.call(replace, { positional: args.positional, named });
}

function unitOf(name: string, args: Args): string {
  return textArgument(bind(name, ['unit'], args)[0], name);
}

function startOf(date: Datetime, unit: string): bigint {
  const { year, month, ...civil } = date.civil;
  const midnight = { hour: 0, minute: 0, second: 0, microsecond: 0 };
  switch (unit) {
    case 'second':
      return microsOf({ ...date.civil, microsecond: 0 });
    case 'minute':
      return microsOf({ ...date.civil, second: 0, microsecond: 0 });
    case 'hour':
      return microsOf({ ...date.civil, minute: 0, second: 0, microsecond: 0 });
    case 'day':
      return microsOf({ year, month, day: civil.day, ...midnight });
    case 'week':
      return startOf(date, 'day') - BigInt(weekdayOf(date.wallMicros)) * day;
    case 'month':
      return microsOf({ year, month, day: 1, ...midnight });
    case 'quarter':
      return microsOf({ year, month: Math.floor((month - 1) / 3) * 3 + 1, day: 1, ...midnight });
    case 'year':
      return microsOf({ year, month: 1, day: 1, ...midnight });
    case 'decade':
      return microsOf({ year: year - (year % 10), month: 1, day: 1, ...midnight });
    default:
      throw runtimeFault('the unit is one of second, minute, hour, day, week, month, quarter, year, decade');
  }
}

/** The start of the unit that follows. */
function nextStart(date: Datetime, unit: string): bigint {
  const start = startOf(date, unit);
  const spans = new Map([
    ['second', second],
    ['minute', minute],
    ['hour', hour],
    ['day', day],
    ['week', 7n * day],
  ]);
  const span = spans.get(unit);
  if (span !== undefined) return start + span;
  const months = new Map([
    ['month', 1],
    ['quarter', 3],
    ['year', 12],
    ['decade', 120],
  ]);
  return addMonths(start, months.get(unit) ?? 1);
}

function otherDate(name: string, args: Args, runtime: Runtime, date: Datetime): Value {
  const [other = null] = bind(name, ['dt', 'abs?'], args);
  if (!isDate(other)) throw runtimeFault(`${name} needs a date`);
  const [from, to] = date.utcMicros <= other.utcMicros ? [date, other] : [other, date];
  return to.binary('-', from, false) ?? runtime.missing('there is no difference');
}

function weekdayAway(name: string, date: Datetime, args: Args, sign: 1 | -1): Datetime {
  const [wanted] = bind(name, ['day_of_week?', 'keep_time?'], args);
  const today = weekdayOf(date.wallMicros);
  const target = wanted === undefined || wanted === null ? today : integerArgument(wanted, name);
  const away = ((((sign * (target - today) + 6) % 7) + 7) % 7) + 1;
  return date.atWall(startOf(date, 'day') + BigInt(sign * away) * day);
}
