import { type Civil, checkRange, civilOf, microsOf, second } from './calendar.ts';
import { datetimeAttribute } from './datetime-attributes.ts';
import type { Runtime } from './runtime.ts';
import { type Moment, strftime } from './strftime.ts';
import { runtimeFault } from './template-error.ts';
import { Timedelta } from './timedelta.ts';
import { type BinaryOperator, PyObject, type Value } from './value.ts';
import { offsetText, type Zone } from './zone.ts';

/** Which class a date is of: Airflow's own are pendulum's, with more methods; `date` has no time of day. */
export type DatetimeKind = 'pendulum' | 'datetime' | 'date';

/** A date and time, with or without a zone. */
export class Datetime extends PyObject {
  readonly typeName: 'DateTime' | 'datetime' | 'date';
  readonly kind: DatetimeKind;
  /** Microseconds from 1970 to what the clocks of the zone show. */
  readonly wallMicros: bigint;
  readonly zone: Zone | undefined;

  constructor(kind: DatetimeKind, wallMicros: bigint, zone: Zone | undefined) {
    super();
    checkRange(wallMicros);
    this.kind = kind;
    this.typeName = kind === 'pendulum' ? 'DateTime' : kind;
    this.wallMicros = wallMicros;
    this.zone = zone;
  }

  /** The date and time of a moment in UTC. */
  static at(kind: DatetimeKind, utcMicros: bigint, zone: Zone): Datetime {
    return new Datetime(kind, utcMicros + BigInt(zone.offsetAt(utcMicros)) * second, zone);
  }

  /** A moment in UTC as clocks show it. */
  static of(kind: DatetimeKind, civil: Civil, zone: Zone | undefined): Datetime {
    return new Datetime(kind, microsOf(civil), zone);
  }

  get civil(): Civil {
    return civilOf(this.wallMicros);
  }

  /** Microseconds since 1970 in UTC; a time without a zone counts as UTC. */
  get utcMicros(): bigint {
    return this.zone === undefined ? this.wallMicros : this.zone.utcOf(this.wallMicros);
  }

  /** Seconds to the east; 0 without a zone. */
  get offsetSeconds(): number {
    return Number((this.wallMicros - this.utcMicros) / second);
  }

  /** Another date of a class. */
  as(kind: DatetimeKind, wallMicros: bigint, zone: Zone | undefined): Datetime {
    return new Datetime(kind, wallMicros, zone);
  }

  /** The same moment as clocks of another zone show it. */
  inZone(zone: Zone): Datetime {
    return Datetime.at(this.kind, this.utcMicros, zone);
  }

  /** The same class and zone at another time of the clock. */
  atWall(wallMicros: bigint): Datetime {
    return new Datetime(this.kind, wallMicros, this.zone);
  }

  /** The same class and zone, so much later. */
  plus(micros: bigint): Datetime {
    // Pendulum moves in real time; Python's own class moves the clock.
    if (this.kind !== 'pendulum' || this.zone === undefined) return this.atWall(this.wallMicros + micros);
    return Datetime.at(this.kind, this.utcMicros + micros, this.zone);
  }

  override attribute(name: string, runtime: Runtime): Value | undefined {
    return datetimeAttribute(this, name, runtime);
  }

  override binary(operator: BinaryOperator, other: Value, isReflected: boolean): Value | undefined {
    if (other instanceof Timedelta) {
      if (operator === '+') return this.plus(this.kind === 'date' ? wholeDays(other.micros) : other.micros);
      if (operator === '-' && !isReflected)
        return this.plus(-(this.kind === 'date' ? wholeDays(other.micros) : other.micros));
    }
    if (operator !== '-' || !(other instanceof Datetime) || isReflected) return undefined;
    this.#checkSameSort(other);
    const isInterval = this.kind === 'pendulum' || other.kind === 'pendulum';
    return new Timedelta(
      this.utcMicros - other.utcMicros,
      isInterval ? `<Interval [${other.str()} -> ${this.str()}]>` : undefined,
    );
  }

  #checkSameSort(other: Datetime): void {
    if ((this.kind === 'date') !== (other.kind === 'date')) {
      throw runtimeFault('a date and a datetime do not go together: use .date()');
    }
    if ((this.zone === undefined) !== (other.zone === undefined)) {
      throw runtimeFault('a time with a zone and one without do not go together');
    }
  }

  override equals(other: Value): boolean | undefined {
    if (!(other instanceof Datetime)) return undefined;
    if ((this.kind === 'date') !== (other.kind === 'date')) return false;
    return (this.zone === undefined) === (other.zone === undefined) && this.utcMicros === other.utcMicros;
  }

  override compare(other: Value): number | undefined {
    if (!(other instanceof Datetime)) return undefined;
    this.#checkSameSort(other);
    return this.utcMicros < other.utcMicros ? -1 : this.utcMicros > other.utcMicros ? 1 : 0;
  }

  override hashText(): string {
    return `time:${this.kind === 'date'}:${this.zone === undefined}:${this.utcMicros}`;
  }

  /** ISO 8601, as Python writes it. */
  isoText(separator: string): string {
    const date = this.strftime('%Y-%m-%d').padStart(10, '0');
    if (this.kind === 'date') return date;
    const fraction = this.civil.microsecond === 0 ? '' : this.strftime('.%f');
    const zone = this.zone === undefined ? '' : offsetText(this.offsetSeconds, ':');
    return date + separator + this.strftime('%H:%M:%S') + fraction + zone;
  }

  /** What strftime needs. */
  get moment(): Moment {
    const { zone } = this;
    return {
      wallMicros: this.wallMicros,
      utcMicros: this.utcMicros,
      offset: zone === undefined ? '' : offsetText(this.offsetSeconds, ''),
      zoneName: zone === undefined ? '' : zone.abbreviationAt(this.utcMicros),
    };
  }

  strftime(format: string): string {
    return strftime(this.moment, format);
  }

  /** What format() does with a date. */
  format(spec: string): string {
    return this.strftime(spec);
  }

  override repr(): string {
    const { year, month, day, hour, minute, second: seconds, microsecond } = this.civil;
    if (this.kind === 'date') return `datetime.date(${year}, ${month}, ${day})`;
    const parts = [year, month, day, hour, minute];
    const zone = this.zone === undefined ? '' : `, tzinfo=${this.#zoneRepr(this.zone)}`;
    const needsSeconds = this.kind === 'pendulum' || seconds !== 0 || microsecond !== 0;
    const rest = [...(needsSeconds ? [seconds] : []), ...(microsecond === 0 ? [] : [microsecond])];
    const name = this.kind === 'pendulum' ? 'DateTime' : 'datetime.datetime';
    return `${name}(${[...parts, ...rest].join(', ')}${zone})`;
  }

  #zoneRepr(zone: Zone): string {
    return this.kind === 'datetime' && zone.isUtc ? 'datetime.timezone.utc' : zone.repr();
  }

  override str(): string {
    return this.isoText(' ');
  }
}

function wholeDays(micros: bigint): bigint {
  const day = 86_400n * second;
  return micros - (((micros % day) + day) % day);
}
