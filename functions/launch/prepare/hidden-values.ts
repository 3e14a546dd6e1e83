import type { Connection } from '../../../shared/connection.ts';
import type { Problem } from '../../../shared/errors.ts';
import type { LookupAnswer } from '../../../shared/template/lookup.ts';

/** Shorter texts are not secrets, and would be found everywhere; Airflow's own bound. */
const minLength = 5;

/** What is no secret, and part of what messages say. */
const plainWords: ReadonlySet<string> = new Set(['false', 'False']);

/**
 * The values that a task has from variables, connections and XComs. Messages do not repeat values; what does it nevertheless (the
 * API server's refusal of a Pod, the name of an image that is not allowed) is told with `***` in their place (invariant I9).
 */
export class HiddenValues {
  readonly #values = new Set<string>();

  /** Adds what a lookup was answered. */
  addAnswer({ value, json }: LookupAnswer): void {
    this.#add(value);
    if (json !== undefined) this.#add(json);
  }

  /** Adds what a connection holds, but its type. */
  addConnection({ conn_type: _, ...rest }: Connection): void {
    this.#add(rest);
  }

  /** The text without any of the values. */
  hide(text: string): string {
    const found = [...this.#values].filter(value => text.includes(value));
    // the longest first: one value may be a part of another
    found.sort((a, b) => b.length - a.length);
    return found.reduce((rest, value) => rest.replaceAll(value, '***'), text);
  }

  /** The problems without any of the values in their messages. */
  hideIn(problems: readonly Problem[]): Problem[] {
    return problems.map(({ path, message }) => ({ path, message: this.hide(message) }));
  }

  #add(value: unknown): void {
    if (typeof value === 'string') this.#addText(value);
    else if (typeof value === 'number') this.#addText(String(value));
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) this.#add(item);
  }

  #addText(text: string): void {
    const trimmed = text.trim();
    if (trimmed.length < minLength || plainWords.has(trimmed)) return;
    this.#values.add(trimmed);
    // as it stands in quotes
    this.#values.add(JSON.stringify(trimmed).slice(1, -1));
    const data = jsonIn(trimmed);
    if (data !== undefined) this.#add(data);
  }
}

/** The data of a text that is JSON; undefined for plain text. */
function jsonIn(text: string): unknown {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
