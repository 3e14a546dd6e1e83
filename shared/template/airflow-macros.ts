import { bind, flagArgument, integerArgument, textArgument } from './arguments.ts';
import { day, microsOf, second } from './calendar.ts';
import { Datetime } from './datetime.ts';
import { diffForHumans } from './diff-for-humans.ts';
import { jsonText } from './json-text.ts';
import { parseJson } from './parse-json.ts';
import { toArray } from './protocol.ts';
import { ClassValue, type RecordField, RecordValue } from './record.ts';
import { relativedelta } from './relativedelta.ts';
import { str } from './repr.ts';
import type { Args, Runtime } from './runtime.ts';
import { isoMoment, type ReadMoment, strptime } from './strptime.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { amount, timedelta } from './timedelta.ts';
import { type NativeCall, NativeFunction, type Value } from './value.ts';
import { Zone, zoneOf } from './zone.ts';

function fn(name: string, call: NativeCall): [string, NativeFunction] {
  return [name, new NativeFunction(name, call)];
}

function refused(name: string, reason: string): [string, RecordField] {
  return [
    name,
    () => {
      throw new Fault('unsupported', `macros.${name} is not supported: ${reason}`);
    },
  ];
}

function dateOf(moment: ReadMoment, kind: 'datetime' | 'pendulum' = 'datetime'): Datetime {
  const { offsetSeconds } = moment;
  const zone =
    offsetSeconds === undefined ? undefined : offsetSeconds === 0 ? Zone.utc : Zone.fixed(offsetSeconds);
  return new Datetime(kind, moment.wallMicros, zone);
}

/** isoDate reads an ISO 8601 text as one of Airflow's dates; UTC where it names no zone. Undefined for anything else. */
export function isoDate(text: string): Datetime | undefined {
  const moment = isoMoment(text);
  return moment && dateOf({ ...moment, offsetSeconds: moment.offsetSeconds ?? 0 }, 'pendulum');
}

function parseIso(args: Args, name: string): Datetime {
  const moment = isoMoment(textArgument(bind(name, ['/text'], args)[0], name));
  if (moment === undefined) throw runtimeFault(`${name} reads ISO 8601 alone: use macros.datetime.strptime`);
  return dateOf(moment);
}

function makeDatetime(args: Args): Datetime {
  const names = ['year', 'month', 'day', 'hour?', 'minute?', 'second?', 'microsecond?', 'tzinfo?'];
  const bound = bind('datetime', names, args);
  const [year, month, day, hour, minute, seconds, micros] = bound
    .slice(0, 7)
    .map(value => integerArgument(value, 'datetime', 0));
  const civil = { year: year ?? 0, month: month ?? 0, day: day ?? 0, hour: hour ?? 0, minute: minute ?? 0 };
  const zone = bound[7];
  return new Datetime(
    'datetime',
    microsOf({ ...civil, second: seconds ?? 0, microsecond: micros ?? 0 }),
    zone === undefined || zone === null ? undefined : zoneOf(zone),
  );
}

function now(runtime: Runtime, zone: Value | undefined): Datetime {
  const micros = BigInt(Math.trunc(runtime.nowMs)) * 1_000n;
  return zone === undefined || zone === null
    ? new Datetime('datetime', micros, undefined)
    : Datetime.at('datetime', micros, zoneOf(zone));
}

const datetime = new ClassValue('datetime.datetime', makeDatetime, [
  fn('strptime', args => {
    const [text, format] = bind('strptime', ['/text', '/format'], args);
    return dateOf(strptime(textArgument(text, 'strptime'), textArgument(format, 'strptime')));
  }),
  fn('fromisoformat', args => parseIso(args, 'fromisoformat')),
  fn('now', (args, runtime) => now(runtime, bind('now', ['tz?'], args)[0])),
  fn('utcnow', (args, runtime) => now(runtime, bind('utcnow', [], args)[0])),
  fn('today', (args, runtime) => now(runtime, bind('today', [], args)[0])),
  fn('fromtimestamp', args => {
    const [timestamp, zone] = bind('fromtimestamp', ['/timestamp', 'tz?'], args);
    const micros =
      typeof timestamp === 'number'
        ? BigInt(Math.round(timestamp * 1e6))
        : BigInt(integerArgument(timestamp, 'fromtimestamp')) * second;
    return zone === undefined || zone === null
      ? new Datetime('datetime', micros, undefined)
      : Datetime.at('datetime', micros, zoneOf(zone));
  }),
]);

function dumps(args: Args, { budget }: Runtime): Value {
  const { positional, named } = args;
  const names = ['obj', 'indent?', 'sort_keys?', 'ensure_ascii?', 'separators?'];
  if (positional.length > 1) throw runtimeFault('json.dumps takes one value; the rest by name');
  const [value = null, indent, sortKeys, ensureAscii, separators] = bind('json.dumps', names, {
    positional,
    named,
  });
  const [itemSeparator, keySeparator] =
    separators === undefined || separators === null ? [] : toArray(separators, budget);
  const width =
    typeof indent === 'string'
      ? indent
      : indent === undefined || indent === null
        ? undefined
        : ' '.repeat(Math.min(100, integerArgument(indent, 'json.dumps')));
  return jsonText(
    value,
    {
      indent: width,
      sortKeys: flagArgument(sortKeys),
      ensureAscii: flagArgument(ensureAscii, true),
      itemSeparator: itemSeparator === undefined ? undefined : str(itemSeparator, budget),
      keySeparator: keySeparator === undefined ? undefined : str(keySeparator, budget),
    },
    budget,
  );
}

const json = new RecordValue('json', [
  fn('dumps', dumps),
  fn('loads', (args, { budget }) =>
    parseJson(textArgument(bind('json.loads', ['/s'], args)[0], 'json.loads'), budget),
  ),
]);

function dsAdd(args: Args, { budget }: Runtime): Value {
  const [ds = null, days] = bind('ds_add', ['ds', 'days'], args);
  const text = str(ds, budget);
  const span = amount(days, day, 'ds_add');
  if (span === 0n) return text;
  return dateOf(strptime(text, '%Y-%m-%d')).plus(span).strftime('%Y-%m-%d');
}

function dsFormat(args: Args, { budget }: Runtime): Value {
  const [ds = null, input, output] = bind('ds_format', ['ds', 'input_format', 'output_format'], args);
  const moment = strptime(str(ds, budget), textArgument(input, 'ds_format'));
  return dateOf(moment).strftime(textArgument(output, 'ds_format'));
}

function diff(args: Args, runtime: Runtime): Value {
  const [date = null, since = null] = bind('datetime_diff_for_humans', ['dt', 'since?'], args);
  if (!(date instanceof Datetime)) throw runtimeFault('datetime_diff_for_humans needs a date');
  return diffForHumans(date, since instanceof Datetime ? since : undefined, runtime.nowMs);
}

function time(args: Args, { nowMs }: Runtime): Value {
  bind('time', [], args);
  return nowMs / 1_000;
}

const sameEachTime = 'a template gives the same text each time it is rendered; use run_id';

/** airflowMacros is Airflow's `macros`, as far as it is pure; the time is that of the rendering. */
export const airflowMacros: Value = new RecordValue('macros', [
  ['datetime', datetime],
  ['timedelta', new NativeFunction('datetime.timedelta', timedelta, 'type')],
  [
    'dateutil',
    new RecordValue('dateutil', [
      ['relativedelta', new RecordValue('relativedelta', [fn('relativedelta', relativedelta)])],
      ['parser', new RecordValue('parser', [fn('parse', args => parseIso(args, 'dateutil.parser.parse'))])],
    ]),
  ],
  ['time', new RecordValue('time', [fn('time', time)])],
  ['json', json],
  fn('ds_add', dsAdd),
  fn('ds_format', dsFormat),
  fn('datetime_diff_for_humans', diff),
  refused('uuid', sameEachTime),
  refused('random', sameEachTime),
  refused('yaml', 'use macros.json'),
  refused('ds_format_locale', 'dates are written in English: use macros.ds_format'),
]);
