import { Fault } from './template-error.ts';

/** How much a template may cost. */
export interface TemplateLimits {
  /** Operations: evaluated nodes, loop rounds, elements that a filter looks at. Default 50,000. */
  steps: number;
  /** Characters of one text. Default 262,144. */
  textLength: number;
  /** Characters of all texts that are made on the way, together. Default 2,000,000. */
  totalText: number;
  /** UTF-8 bytes of the result. Default 262,144. */
  outputBytes: number;
  /** Nested expressions, blocks and macro calls. Default 500. */
  depth: number;
  /** Milliseconds; for a machine that is far slower than others, as steps end a template within 100 ms. Default 1,000. */
  timeMs: number;
}

/** The limits where none are given: far above what a task needs; steps are reached within 100 ms. */
export const defaultLimits: TemplateLimits = {
  steps: 50_000,
  textLength: 262_144,
  totalText: 2_000_000,
  outputBytes: 262_144,
  depth: 500,
  timeMs: 1_000,
};

/** Digits of the largest whole number; Python refuses to print longer ones. */
const maxIntegerDigits = 4_300;
const maxIntegerBits = BigInt(Math.floor(maxIntegerDigits * Math.log2(10)));

/** Asking for the time costs more than a step. */
const stepsBetweenLooks = 512;

/** Counts what one rendering costs, and ends it with a `limit` Fault. */
export class Budget {
  readonly #limits: TemplateLimits;
  readonly #monotonicMs: () => number;
  readonly #endsAtMs: number;
  #steps = 0;
  #nextLook: number;
  #text = 0;
  #depth = 0;

  constructor(limits: TemplateLimits, monotonicMs: () => number) {
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
    this.#endsAtMs = monotonicMs() + limits.timeMs;
    this.#nextLook = Math.min(stepsBetweenLooks, limits.steps + 1);
  }

  /** Operations so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Spends operations. */
  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps < this.#nextLook) return;
    if (this.#steps > this.#limits.steps) {
      throw new Fault('limit', `takes more than ${this.#limits.steps} steps: loop over less`);
    }
    this.#nextLook = Math.min(this.#steps + stepsBetweenLooks, this.#limits.steps + 1);
    if (this.#monotonicMs() > this.#endsAtMs) {
      throw new Fault('limit', `takes longer than ${this.#limits.timeMs} ms: loop over less`);
    }
  }

  /** Spends the elements of a list that is about to be made or searched. */
  elements(count: number | bigint): void {
    this.spend(Number(count));
  }

  /** Spends what it costs to look through values: more than a step for a long text. */
  look(...values: readonly unknown[]): void {
    for (const value of values) {
      if (typeof value === 'string' && value.length > 256) this.spend(value.length >> 8);
    }
  }

  /** Spends the characters of a text that is about to be made. */
  text(length: number | bigint): void {
    if (length > this.#limits.textLength) {
      throw new Fault(
        'limit',
        `makes a text of more than ${this.#limits.textLength} characters: make it shorter`,
      );
    }
    this.#text += Number(length);
    if (this.#text > this.#limits.totalText) {
      throw new Fault(
        'limit',
        `makes texts of more than ${this.#limits.totalText} characters in all: make them shorter`,
      );
    }
    this.spend(1 + (Number(length) >> 6));
  }

  /** Refuses a whole number of more bits than Python prints, before it is computed. */
  integer(bits: bigint): void {
    if (bits > maxIntegerBits) {
      throw new Fault('limit', `makes a number of more than ${maxIntegerDigits} digits`);
    }
    this.spend(1 + Number(bits >> 8n));
  }

  /** Refuses a result that is too large. */
  output(bytes: number): void {
    if (bytes > this.#limits.outputBytes) {
      throw new Fault(
        'limit',
        `prints more than ${this.#limits.outputBytes} bytes: put large data in a bucket`,
      );
    }
  }

  /** Enters one level of nesting; {@link leave} has to follow. */
  enter(): void {
    if (++this.#depth > this.#limits.depth) {
      throw new Fault('limit', `is nested deeper than ${this.#limits.depth} levels: simplify it`);
    }
  }

  /** Leaves the level that was entered last. */
  leave(): void {
    this.#depth--;
  }
}
