import { z } from 'zod';

const record = z.object({ timestamp: z.string(), event: z.string() });
/** The operator leaves the newline of the last line. */
const operatorEvent = /^\[base\] (\d{8}) x+\n?$/;
const keptLine = /^\S+ (\d{8}) x+$/;

/** operatorLine reads a record of a task's log of Airflow: the number of the container's line and when it was logged; undefined for anything else. */
export function operatorLine(text: string): { number: number; atMs: number } | undefined {
  const { timestamp, event } = record.parse(JSON.parse(text));
  const [, digits] = operatorEvent.exec(event) ?? [];
  return digits === undefined ? undefined : { number: Number(digits), atMs: Date.parse(timestamp) };
}

/** keptLineNumber reads a line of a log that Taskpod keeps; undefined when it is none of the writer's. */
export function keptLineNumber(text: string): number | undefined {
  const [, digits] = keptLine.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Counts numbered lines as they are found. */
export class LineTally {
  readonly #seen: Uint8Array;
  #distinct = 0;
  #repeated = 0;

  constructor(lines: number) {
    this.#seen = new Uint8Array(lines + 1);
  }

  /** Takes the number of a line. */
  add(number: number): void {
    if (this.#seen[number] === 1) this.#repeated += 1;
    else if (number >= 1 && number < this.#seen.length) {
      this.#seen[number] = 1;
      this.#distinct += 1;
    } else throw new Error(`line ${number} was never written`);
  }

  /** Lines that never came, and lines that came once more. */
  get result(): { missing: number; repeated: number; distinct: number } {
    return {
      missing: this.#seen.length - 1 - this.#distinct,
      repeated: this.#repeated,
      distinct: this.#distinct,
    };
  }
}
