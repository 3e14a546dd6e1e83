import { civilOf, microsOf, minute, second } from './calendar.ts';
import { runtimeFault } from './template-error.ts';
import { PyObject, type Value } from './value.ts';

/** A time zone: UTC, a fixed offset, or one of the IANA database's names. */
export class Zone extends PyObject {
  readonly typeName = 'Timezone';
  readonly name: string;
  /** Seconds to the east; undefined where they change with the time. */
  readonly #fixed: number | undefined;
  readonly #format: Intl.DateTimeFormat | undefined;

  private constructor(name: string, fixed: number | undefined, format: Intl.DateTimeFormat | undefined) {
    super();
    this.name = name;
    this.#fixed = fixed;
    this.#format = format;
  }

  static readonly utc = new Zone('UTC', 0, undefined);

  /** A fixed offset; named as pendulum names it. */
  static fixed(seconds: number): Zone {
    return new Zone(offsetText(seconds, ':'), seconds, undefined);
  }

  /** The zone of a name. Throws a Fault for an unknown one. */
  static named(name: string): Zone {
    if (name === 'UTC' || name === 'utc') return Zone.utc;
    try {
      const parts = {
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      } as const;
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        era: 'short',
        ...parts,
      });
      return new Zone(name, undefined, format);
    } catch {
      throw runtimeFault('this time zone does not exist: use a name such as Europe/Berlin');
    }
  }

  get isUtc(): boolean {
    return this === Zone.utc;
  }

  /** Seconds to the east at a moment, given in UTC. */
  offsetAt(utcMicros: bigint): number {
    if (this.#fixed !== undefined || this.#format === undefined) return this.#fixed ?? 0;
    const parts = new Map(
      this.#format.formatToParts(Number(utcMicros / 1_000n)).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const wall = microsOf({
      year: part('year'),
      month: part('month'),
      day: part('day'),
      hour: part('hour'),
      minute: part('minute'),
      second: part('second'),
      microsecond: civilOf(utcMicros).microsecond,
    });
    return Number((wall - utcMicros) / second);
  }

  /** The moment in UTC at which clocks of this zone show a time. */
  utcOf(wallMicros: bigint): bigint {
    const guess = wallMicros - BigInt(this.offsetAt(wallMicros)) * second;
    return wallMicros - BigInt(this.offsetAt(guess)) * second;
  }

  /** A short name such as CET, as far as the database has one. */
  abbreviationAt(utcMicros: bigint): string {
    if (this.#format === undefined) return this.name;
    // American names are in one language's data, European ones in the other's.
    const names = ['en-US', 'en-GB'].map(language => {
      const format = new Intl.DateTimeFormat(language, { timeZone: this.name, timeZoneName: 'short' });
      const parts = format.formatToParts(Number(utcMicros / 1_000n));
      return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    });
    const short = names.find(name => /^[A-Z]{2,5}$/.test(name));
    return short ?? offsetText(this.offsetAt(utcMicros), '').replace(/00$/, '');
  }

  override attribute(name: string): Value | undefined {
    return name === 'name' ? this.name : undefined;
  }

  override equals(other: Value): boolean | undefined {
    return other instanceof Zone ? this.name === other.name : undefined;
  }

  override hashText(): string {
    return `zone:${this.name}`;
  }

  override repr(): string {
    return this.#fixed === undefined || this.isUtc
      ? `Timezone('${this.name}')`
      : `FixedTimezone(${this.#fixed}, name="${this.name}")`;
  }

  override str(): string {
    return this.name;
  }
}

/** offsetText writes seconds to the east as +hh:mm, with seconds where there are any. */
export function offsetText(seconds: number, separator: string): string {
  const absolute = Math.abs(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const parts = [Math.floor(absolute / 3_600), Math.floor(absolute / 60) % 60];
  if (absolute % 60 !== 0) parts.push(absolute % 60);
  return (seconds < 0 ? '-' : '+') + parts.map(two).join(separator);
}

/** zoneOf reads a zone: its name, `+hh:mm`, or an offset in hours, as pendulum does. */
export function zoneOf(value: Value): Zone {
  if (value instanceof Zone) return value;
  if (typeof value === 'bigint' || typeof value === 'number') {
    // Pendulum takes a small number for hours.
    const seconds = Number(value);
    return Zone.fixed(Math.abs(seconds) < 24 ? seconds * 3_600 : seconds);
  }
  if (typeof value !== 'string') throw runtimeFault('a time zone is a name such as Europe/Berlin');
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(value);
  if (fixed === null) return Zone.named(value);
  const seconds = Number(fixed[2]) * 3_600 + (Number(fixed[3]) * Number(minute)) / Number(second);
  return Zone.fixed(fixed[1] === '-' ? -seconds : seconds);
}
