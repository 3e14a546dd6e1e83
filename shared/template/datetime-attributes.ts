import { bind, integerArgument, textArgument } from './arguments.ts';
import { isoWeek, microsOf, second, weekdayOf } from './calendar.ts';
import type { Datetime } from './datetime.ts';
import { pendulumAttribute } from './pendulum-attributes.ts';
import type { Args, Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { NativeFunction, PyTuple, type Value } from './value.ts';
import { zoneOf } from './zone.ts';

type Method = (date: Datetime, args: Args, runtime: Runtime) => Value;

const dateFields: ReadonlySet<string> = new Set(['year', 'month', 'day']);
const timeFields: ReadonlySet<string> = new Set(['hour', 'minute', 'second', 'microsecond']);

/** The methods that Python's own classes have; those for dates alone come first. */
const dateMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  [
    'strftime',
    (date, args) => date.strftime(textArgument(bind('strftime', ['format'], args)[0], 'strftime')),
  ],
  [
    'isoformat',
    (date, args) => {
      const [separator, timespec] = bind('isoformat', ['sep?', 'timespec?'], args);
      return isoformat(
        date,
        textArgument(separator, 'isoformat', 'T'),
        textArgument(timespec, 'isoformat', 'auto'),
      );
    },
  ],
  ['weekday', (date, args) => answer(args, 'weekday', BigInt(weekdayOf(date.wallMicros)))],
  ['isoweekday', (date, args) => answer(args, 'isoweekday', BigInt(weekdayOf(date.wallMicros) + 1))],
  [
    'isocalendar',
    (date, args) => {
      bind('isocalendar', [], args);
      const { year, week } = isoWeek(date.wallMicros);
      return new PyTuple(
        [BigInt(year), BigInt(week), BigInt(weekdayOf(date.wallMicros) + 1)],
        ['year', 'week', 'weekday'],
      );
    },
  ],
  ['ctime', (date, args) => answer(args, 'ctime', date.strftime('%c'))],
  ['toordinal', (date, args) => answer(args, 'toordinal', date.wallMicros / (86_400n * second) + 719_163n)],
  ['replace', (date, args) => replaced(date, args)],
]);

const timeMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['date', (date, args) => answer(args, 'date', withoutTime(date))],
  ['timestamp', (date, args) => answer(args, 'timestamp', Number(date.utcMicros) / 1e6)],
  [
    'utcoffset',
    (date, args) => answer(args, 'utcoffset', date.zone === undefined ? null : BigInt(date.offsetSeconds)),
  ],
  ['tzname', (date, args) => answer(args, 'tzname', date.zone === undefined ? null : date.moment.zoneName)],
  ['astimezone', (date, args) => date.inZone(zoneOf(bind('astimezone', ['tz?'], args)[0] ?? 'UTC'))],
]);

/** datetimeAttribute is what stands behind `date.name`; undefined when there is nothing. */
export function datetimeAttribute(date: Datetime, name: string, runtime: Runtime): Value | undefined {
  const hasTime = date.kind !== 'date';
  if (dateFields.has(name) || (hasTime && timeFields.has(name))) {
    return BigInt(new Map(Object.entries(date.civil)).get(name) ?? 0);
  }
  if (hasTime && name === 'tzinfo') return date.zone ?? null;
  const method = dateMethods.get(name) ?? (hasTime ? timeMethods.get(name) : undefined);
  const own = date.kind === 'pendulum' ? pendulumAttribute(date, name, runtime) : undefined;
  if (own !== undefined || method === undefined) return own;
  return new NativeFunction(name, args => method(date, args, runtime));
}

function answer(args: Args, name: string, value: Value): Value {
  bind(name, [], args);
  return value;
}

function withoutTime(date: Datetime): Datetime {
  const { civil } = date;
  const midnight = microsOf({ ...civil, hour: 0, minute: 0, second: 0, microsecond: 0 });
  return date.as('date', midnight, undefined);
}

function isoformat(date: Datetime, separator: string, timespec: string): string {
  if (timespec === 'auto' || date.kind === 'date') return date.isoText(separator);
  const shapes = new Map([
    ['hours', '%H'],
    ['minutes', '%H:%M'],
    ['seconds', '%H:%M:%S'],
    ['milliseconds', '%H:%M:%S.'],
    ['microseconds', '%H:%M:%S.%f'],
  ]);
  const shape = shapes.get(timespec);
  if (shape === undefined) throw runtimeFault('isoformat has no such timespec');
  const millis = timespec === 'milliseconds' ? date.strftime('%f').slice(0, 3) : '';
  const zone = /(?:[+-]\d\d:\d\d(?::\d\d)?)?$/.exec(date.isoText('T'))?.[0] ?? '';
  return date.strftime('%Y-%m-%d') + separator + date.strftime(shape) + millis + zone;
}

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const;

/** The same date with some parts changed. */
function replaced(date: Datetime, args: Args): Datetime {
  const bound = bind('replace', [...parts.map(part => `${part}?`), 'tzinfo?'], args);
  const { civil } = date;
  const given = parts.map((part, index) => integerArgument(bound[index], 'replace', civil[part]));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, seconds = 0, microsecond = 0] = given;
  const zone = bound[parts.length];
  return date.as(
    date.kind,
    microsOf({ year, month, day, hour, minute, second: seconds, microsecond }),
    zone === undefined ? date.zone : zone === null ? undefined : zoneOf(zone),
  );
}
