import type { Value } from './value.ts';

/** Names and their values within a block; what is not here is looked for around it. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #around: Scope | undefined;

  constructor(around: Scope | undefined) {
    this.#around = around;
  }

  get(name: string): Value | undefined {
    const value = this.#values.get(name);
    return value === undefined ? this.#around?.get(name) : value;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** Names that can be seen from here. */
  names(): string[] {
    return [...this.#values.keys(), ...(this.#around?.names() ?? [])];
  }
}
