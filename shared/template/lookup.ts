/** One thing that a template reads from outside. */
export type Lookup =
  | { kind: 'variable'; key: string }
  | { kind: 'connection'; id: string }
  | {
      kind: 'xcom';
      /** Undefined: the task itself. */
      taskId?: string;
      key: string;
      /** Undefined: the same DAG, run, map index. */
      dagId?: string;
      runId?: string;
      mapIndex?: number;
    };

/** What the outside answered. */
export interface LookupAnswer {
  /**
   * A variable: its text. A connection: `{conn_type, host, login, password, port, schema, extra, ...}`. An XCom: its JSON data.
   * Undefined when there is no such thing.
   */
  value: unknown;
  /** An XCom's JSON text, which counts instead of `value`: it tells 1.0 from 1, and keeps all digits. */
  json?: string;
  /** Why there is no answer: a mistake of the template that asks. Repeats nothing of a value. */
  problem?: string;
  /** Names that exist, for a hint; may be left out. */
  known?: readonly string[];
}

/** lookupKey is one text for equal lookups. */
export function lookupKey(wanted: Lookup): string {
  switch (wanted.kind) {
    case 'variable':
      return JSON.stringify(['variable', wanted.key]);
    case 'connection':
      return JSON.stringify(['connection', wanted.id]);
    case 'xcom':
      return JSON.stringify([
        'xcom',
        wanted.taskId ?? null,
        wanted.key,
        wanted.dagId ?? null,
        wanted.runId ?? null,
        wanted.mapIndex ?? null,
      ]);
  }
}

/** Thrown when a template reads what nobody has asked for yet; the answers are fetched, and it runs again. */
export class LookupNeeded extends Error {
  readonly wanted: readonly Lookup[];

  constructor(wanted: readonly Lookup[]) {
    super('a lookup is needed');
    this.wanted = wanted;
  }
}
