import type { Budget } from './budget.ts';
import { isLess } from './compare.ts';
import { PyDict } from './dict.ts';
import { repr, stringRepr } from './repr.ts';
import { Fault } from './template-error.ts';
import { splitLines } from './text-split.ts';
import { typeName } from './type-name.ts';
import { PyList, PyTuple, type Value } from './value.ts';
import { spaceClass } from './whitespace.ts';

const width = 80;
const wordsAndSpaces = new RegExp(`[^${spaceClass}]*[${spaceClass}]*`, 'g');

/** prettyText writes data as Python's pprint.pformat does: keys sorted, broken into lines of at most 80 characters where it can. */
export function prettyText(value: Value, budget: Budget): string {
  return new PrettyPrinter(budget).print(value);
}

/** Where a piece stands: its column, what must still fit behind it, and its level. */
interface Spot {
  column: number;
  behind: number;
  level: number;
}

class PrettyPrinter {
  readonly #parts: string[] = [];
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  print(value: Value): string {
    this.#write(value, { column: 0, behind: 0, level: 0 });
    return this.#parts.join('');
  }

  #put(text: string): void {
    this.#budget.text(text.length);
    this.#parts.push(text);
  }

  #write(value: Value, spot: Spot): void {
    if (spot.level > 50) throw new Fault('limit', 'prints data that is nested too deeply');
    const flat = this.#flat(value, 0);
    if (flat.length <= width - spot.column - spot.behind) {
      this.#put(flat);
    } else if (value instanceof PyDict) {
      this.#writeDict(value, { ...spot, level: spot.level + 1 });
    } else if (value instanceof PyList || value instanceof PyTuple) {
      const close = value instanceof PyList ? ']' : value.items.length === 1 ? ',)' : ')';
      this.#put(value instanceof PyList ? '[' : '(');
      const inside = { column: spot.column + 1, behind: spot.behind + close.length, level: spot.level + 1 };
      this.#writeAll(value.items, inside, (item, behind) => this.#write(item, { ...inside, behind }));
      this.#put(close);
    } else if (typeof value === 'string' && value !== '') {
      this.#writeString(value, { ...spot, level: spot.level + 1 });
    } else {
      this.#put(flat);
    }
  }

  #writeDict(dict: PyDict, spot: Spot): void {
    this.#put('{');
    const inside = { ...spot, column: spot.column + 1, behind: spot.behind + 1 };
    this.#writeAll(this.#entries(dict), inside, ([key, item], behind) => {
      const shown = this.#flat(key, 0);
      this.#put(`${shown}: `);
      this.#write(item, { ...inside, column: inside.column + shown.length + 2, behind });
    });
    this.#put('}');
  }

  #writeAll<T>(items: readonly T[], spot: Spot, write: (item: T, behind: number) => void): void {
    items.forEach((item, index) => {
      if (index > 0) this.#put(`,\n${' '.repeat(spot.column)}`);
      write(item, index === items.length - 1 ? spot.behind : 1);
    });
  }

  #writeString(text: string, spot: Spot): void {
    const isAlone = spot.level === 1;
    const column = spot.column + (isAlone ? 1 : 0);
    const chunks = this.#chunks(text, width - column, spot.behind + (isAlone ? 1 : 0));
    if (chunks.length === 1) {
      this.#put(stringRepr(text));
      return;
    }
    const lines = chunks.join(`\n${' '.repeat(column)}`);
    this.#put(isAlone ? `(${lines})` : lines);
  }

  /** Pieces of a text, each of which fits in a line where it can. */
  #chunks(text: string, room: number, behind: number): string[] {
    const chunks: string[] = [];
    const lines = splitLines(text, true);
    for (const [index, line] of lines.entries()) {
      const isLastLine = index === lines.length - 1;
      const whole = stringRepr(line);
      if (whole.length <= (isLastLine ? room - behind : room)) chunks.push(whole);
      else chunks.push(...this.#wordChunks(line, room, isLastLine ? behind : 0));
    }
    return chunks;
  }

  #wordChunks(line: string, room: number, behind: number): string[] {
    const chunks: string[] = [];
    const parts = (line.match(wordsAndSpaces) ?? []).filter(part => part !== '');
    let current = '';
    for (const [index, part] of parts.entries()) {
      const available = index === parts.length - 1 ? room - behind : room;
      this.#budget.spend(1 + (current.length >> 6));
      if (stringRepr(current + part).length > available) {
        if (current !== '') chunks.push(stringRepr(current));
        current = part;
      } else current += part;
    }
    return current === '' ? chunks : [...chunks, stringRepr(current)];
  }

  /** On one line. */
  #flat(value: Value, depth: number): string {
    if (depth > 50) throw new Fault('limit', 'prints data that is nested too deeply');
    const joined = (parts: string[], open: string, close: string): string => {
      const text = `${open}${parts.join(', ')}${close}`;
      this.#budget.text(text.length);
      return text;
    };
    if (value instanceof PyDict) {
      const parts = this.#entries(value).map(
        ([key, item]) => `${this.#flat(key, depth + 1)}: ${this.#flat(item, depth + 1)}`,
      );
      return joined(parts, '{', '}');
    }
    if (!(value instanceof PyList || value instanceof PyTuple)) return repr(value, this.#budget);
    const parts = value.items.map(item => this.#flat(item, depth + 1));
    if (value instanceof PyList) return joined(parts, '[', ']');
    return joined(parts, '(', parts.length === 1 ? ',)' : ')');
  }

  /** Sorted; keys of different types by the names of these. */
  #entries(dict: PyDict): (readonly [Value, Value])[] {
    const entries = [...dict.entries()].map(entry => [...entry] as const);
    return entries.sort(([a], [b]) => {
      this.#budget.spend();
      return this.#isBefore(a, b) ? -1 : this.#isBefore(b, a) ? 1 : 0;
    });
  }

  #isBefore(a: Value, b: Value): boolean {
    try {
      return isLess(a, b, this.#budget);
    } catch (error) {
      if (error instanceof Fault && error.kind === 'runtime') return typeName(a) < typeName(b);
      throw error;
    }
  }
}
