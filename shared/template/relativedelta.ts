import { bind, integerArgument } from './arguments.ts';
import { addMonths, daysInMonth, microsOf } from './calendar.ts';
import { Datetime } from './datetime.ts';
import type { Args } from './runtime.ts';
import { amount, timeUnits } from './timedelta.ts';
import { type BinaryOperator, PyObject, type Value } from './value.ts';

const moves = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'microseconds'] as const;
const fixed = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const;

/** dateutil's relativedelta: a step on the calendar, and parts that it sets. */
class RelativeDelta extends PyObject {
  readonly typeName = 'relativedelta';
  readonly #months: number;
  readonly #micros: bigint;
  readonly #parts: ReadonlyMap<string, number>;

  constructor(months: number, micros: bigint, parts: ReadonlyMap<string, number>) {
    super();
    this.#months = months;
    this.#micros = micros;
    this.#parts = parts;
  }

  override binary(operator: BinaryOperator, other: Value, isReflected: boolean): Value | undefined {
    if (operator === '*' && typeof other === 'bigint') {
      return new RelativeDelta(this.#months * Number(other), this.#micros * other, this.#parts);
    }
    if (!(other instanceof Datetime)) return undefined;
    if (operator === '+') return this.#from(other, 1);
    return operator === '-' && isReflected ? this.#from(other, -1) : undefined;
  }

  /** The parts are set first, then months are counted, then the rest. */
  #from(date: Datetime, sign: 1 | -1): Datetime {
    const civil = { ...date.civil };
    for (const part of fixed) civil[part] = this.#parts.get(part) ?? civil[part];
    const atFirst = addMonths(microsOf({ ...civil, day: 1 }), sign * this.#months);
    const { year, month } = date.atWall(atFirst).civil;
    const day = Math.min(civil.day, daysInMonth(year, month));
    return date.atWall(microsOf({ ...civil, year, month, day })).plus(BigInt(sign) * this.#micros);
  }
}

/** relativedelta is dateutil's relativedelta(months=1, day=31, ...), without weekdays. */
export function relativedelta(args: Args): Value {
  const bound = bind(
    'relativedelta',
    [...moves, ...fixed].map(name => `${name}?`),
    args,
  );
  const [years, months, ...spans] = bound;
  const micros = moves
    .slice(2)
    .reduce((sum, name, index) => sum + amount(spans[index], timeUnits.get(name) ?? 0n, 'relativedelta'), 0n);
  const parts = fixed.flatMap((name, index) => {
    const value = bound[moves.length + index];
    return value === undefined || value === null ? [] : [[name, integerArgument(value, name)] as const];
  });
  const count = integerArgument(years, 'relativedelta', 0) * 12 + integerArgument(months, 'relativedelta', 0);
  return new RelativeDelta(count, micros, new Map(parts));
}
