import { bind } from './arguments.ts';
import { civilOf, day, hour, minute, second } from './calendar.ts';
import { numeric } from './number.ts';
import type { Args } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { type BinaryOperator, NativeFunction, PyObject, type Value } from './value.ts';

/** Microseconds in the units that a timedelta is made of, in the order of its arguments. */
export const timeUnits: ReadonlyMap<string, bigint> = new Map([
  ['days', day],
  ['seconds', second],
  ['microseconds', 1n],
  ['milliseconds', 1_000n],
  ['minutes', minute],
  ['hours', hour],
  ['weeks', 7n * day],
]);

/** Python's limit: 999,999,999 days. */
const longest = 999_999_999n * day;

/** A span of time. `shown` is how one between two of pendulum's dates is written. */
export class Timedelta extends PyObject {
  readonly typeName = 'timedelta';
  readonly micros: bigint;
  readonly shown: string | undefined;

  constructor(micros: bigint, shown?: string) {
    super();
    if (micros > longest || micros < -longest) throw runtimeFault('the span of time is too long');
    this.micros = micros;
    this.shown = shown;
  }

  override attribute(name: string): Value | undefined {
    const { days, seconds, microseconds } = this.#parts();
    const whole = (unit: bigint): Value =>
      new NativeFunction(name, args => {
        bind(name, [], args);
        return this.micros / unit;
      });
    switch (name) {
      case 'days':
        return this.shown === undefined ? days : this.micros / day;
      case 'seconds':
        return seconds;
      case 'microseconds':
        return microseconds;
      case 'total_seconds':
        return new NativeFunction(name, args => {
          bind(name, [], args);
          return Number(this.micros) / 1e6;
        });
      case 'in_seconds':
        return whole(second);
      case 'in_minutes':
        return whole(minute);
      case 'in_hours':
        return whole(hour);
      case 'in_days':
        return whole(day);
      case 'in_weeks':
        return whole(7n * day);
      default:
        return undefined;
    }
  }

  #parts(): { days: bigint; seconds: bigint; microseconds: bigint } {
    const within = ((this.micros % day) + day) % day;
    return { days: (this.micros - within) / day, seconds: within / second, microseconds: within % second };
  }

  override binary(operator: BinaryOperator, other: Value, isReflected: boolean): Value | undefined {
    const factor = numeric(other);
    if (other instanceof Timedelta) {
      if (operator === '+') return new Timedelta(this.micros + other.micros);
      if (operator === '-') return new Timedelta(this.micros - other.micros);
      if (operator === '/' && other.micros !== 0n) return Number(this.micros) / Number(other.micros);
      if (operator === '//' && other.micros !== 0n)
        return (this.micros - (((this.micros % other.micros) + other.micros) % other.micros)) / other.micros;
    }
    if (factor === undefined) return undefined;
    if (operator === '*') {
      return new Timedelta(
        typeof factor === 'bigint'
          ? this.micros * factor
          : BigInt(Math.round(finite(Number(this.micros) * factor))),
      );
    }
    if ((operator === '/' || operator === '//') && !isReflected) {
      if (Number(factor) === 0) throw runtimeFault('division by zero');
      return new Timedelta(
        BigInt(Math[operator === '/' ? 'round' : 'floor'](finite(Number(this.micros) / Number(factor)))),
      );
    }
    return undefined;
  }

  override equals(other: Value): boolean | undefined {
    return other instanceof Timedelta ? this.micros === other.micros : undefined;
  }

  override compare(other: Value): number | undefined {
    if (!(other instanceof Timedelta)) return undefined;
    return this.micros < other.micros ? -1 : this.micros > other.micros ? 1 : 0;
  }

  override hashText(): string {
    return `span:${this.micros}`;
  }

  abs(): Timedelta {
    return new Timedelta(this.micros < 0n ? -this.micros : this.micros);
  }

  override truth(): boolean {
    return this.micros !== 0n;
  }

  override repr(): string {
    if (this.shown !== undefined) return this.shown;
    const given = Object.entries(this.#parts()).filter(([, count]) => count !== 0n);
    return `datetime.timedelta(${given.map(([name, count]) => `${name}=${count}`).join(', ') || '0'})`;
  }

  override str(): string {
    if (this.shown !== undefined) return this.shown;
    const { days, seconds, microseconds } = this.#parts();
    const clock = civilOf(seconds * second);
    const two = (value: number): string => String(value).padStart(2, '0');
    const dayText = days === 0n ? '' : `${days} day${days === 1n || days === -1n ? '' : 's'}, `;
    const fraction = microseconds === 0n ? '' : `.${String(microseconds).padStart(6, '0')}`;
    return `${dayText}${clock.hour}:${two(clock.minute)}:${two(clock.second)}${fraction}`;
  }
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw runtimeFault('the span of time is too long');
  return value;
}

/** timedelta is Python's datetime.timedelta(days=..., hours=...). */
export function timedelta(args: Args): Timedelta {
  return new Timedelta(
    spanOf(
      bind(
        'timedelta',
        [...timeUnits.keys()].map(name => `${name}?`),
        args,
      ),
    ),
  );
}

function spanOf(counts: readonly (Value | undefined)[]): bigint {
  return [...timeUnits].reduce((sum, [name, unit], index) => sum + amount(counts[index], unit, name), 0n);
}

/** amount is so many of a unit in microseconds. Throws a Fault for anything but a number. */
export function amount(count: Value | undefined, unit: bigint, name: string): bigint {
  const given = count === undefined ? 0n : numeric(count);
  if (given === undefined) throw runtimeFault(`${name} needs a number, not ${typeName(count ?? null)}`);
  return typeof given === 'bigint' ? given * unit : BigInt(Math.round(finite(given * Number(unit))));
}
