import type { Connection } from '../../../shared/connection.ts';
import type { RunKey } from '../../../shared/run.ts';
import type { Lookup, LookupAnswer } from '../../../shared/template/lookup.ts';

/** What was found under a name. */
export type Found<T> =
  | { kind: 'found'; value: T }
  /** There is nothing of this name; `known` are names that exist, for a hint. */
  | { kind: 'missing'; known: readonly string[] }
  /** It cannot be used; the message names it, says what to do, and repeats nothing of its content. */
  | { kind: 'broken'; message: string };

/**
 * Where a task's variables, connections, XComs and Pod templates come from. Every method throws a retryable TaskpodError when
 * the source does not answer, and never for what a task asks for.
 */
export interface TaskSources {
  /** Answers lookups in their order; `run` is the one that asks. */
  lookUp(wanted: readonly Lookup[], run: RunKey, signal: AbortSignal): Promise<readonly LookupAnswer[]>;
  /** The connection that a task names. */
  connection(id: string, signal: AbortSignal): Promise<Found<Connection>>;
  /** The connection of a task that names none; a change of it may be seen some seconds late. */
  defaultConnection(signal: AbortSignal): Promise<Found<Connection>>;
  /** The text of a Pod template, by the path that a task names. */
  podTemplate(path: string, signal: AbortSignal): Promise<Found<string>>;
}
