import { type Action, type ActionName, nameOf } from '../schedule/actions.ts';

/** How often something was planned, and how often it has happened: what waits for a request may wait in vain. */
export interface Count extends ActionName {
  planned: number;
  met: number;
}

/** Counts what is planned and what happens, by name. */
export class Tally {
  readonly #counts = new Map<string, Count>();

  /** Notes that it is to happen; the function that is returned notes that it has. */
  plan(action: Action): () => void {
    const name = nameOf(action);
    const key = JSON.stringify(name);
    const count = this.#counts.get(key) ?? { ...name, planned: 0, met: 0 };
    this.#counts.set(key, count);
    count.planned += 1;
    return () => {
      count.met += 1;
    };
  }

  /** In order of the names. */
  all(): Count[] {
    return [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => ({ ...count }));
  }
}
