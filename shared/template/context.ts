import type { Budget } from './budget.ts';
import { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** What a template is rendered with. */
export interface TemplateContext {
  /** Names and how their values are made; each is made at most once for a rendering, and only when it is used. */
  readonly values: ReadonlyMap<string, (budget: Budget) => Value>;
  /** Names that do not exist this time, with the reason and what to do. */
  readonly absent?: ReadonlyMap<string, string>;
}

/** The outermost names: those of the context, then Jinja's own. */
export class ContextScope extends Scope {
  readonly #context: TemplateContext;
  readonly #globals: ReadonlyMap<string, Value>;
  readonly #budget: Budget;
  readonly #made = new Map<string, Value>();

  constructor(context: TemplateContext, globals: ReadonlyMap<string, Value>, budget: Budget) {
    super(undefined);
    this.#budget = budget;
    this.#context = context;
    this.#globals = globals;
  }

  override get(name: string): Value | undefined {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const make = this.#context.values.get(name);
    if (make === undefined) return this.#globals.get(name);
    const value = make(this.#budget);
    this.#made.set(name, value);
    return value;
  }

  override names(): string[] {
    return [...this.#context.values.keys(), ...this.#globals.keys()];
  }
}
