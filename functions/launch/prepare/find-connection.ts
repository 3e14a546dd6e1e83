import type { Problem } from '../../../shared/errors.ts';
import { didYouMean } from '../../../shared/task/did-you-mean.ts';
import type { HiddenValues } from './hidden-values.ts';
import { type KubernetesConnection, readKubernetesConnection } from './kubernetes-connection.ts';
import type { TaskSources } from './task-sources.ts';

/** The id of the connection of a task that names none; Airflow's. */
const defaultId = 'kubernetes_default';

/** What a task's connection says; nothing where there is none. */
export interface FoundConnection {
  connection?: KubernetesConnection;
  problems: Problem[];
  warnings: Problem[];
}

/** Where connections come from, and who gets to know what they hold. */
export interface ConnectionDeps {
  sources: Pick<TaskSources, 'connection' | 'defaultConnection'>;
  hidden: HiddenValues;
}

/**
 * findConnection reads the connection that a task names with `kubernetes_conn_id`. A task that names none has `kubernetes_default`, if
 * there is one; any other must exist. Throws when the source does not answer.
 */
export async function findConnection(
  given: unknown,
  { sources, hidden }: ConnectionDeps,
  signal: AbortSignal,
): Promise<FoundConnection> {
  // another type than text is the schema's matter
  if (given !== undefined && typeof given !== 'string') return { problems: [], warnings: [] };
  const id = given ?? defaultId;
  const found =
    given === undefined ? await sources.defaultConnection(signal) : await sources.connection(id, signal);
  if (found.kind === 'found') {
    hidden.addConnection(found.value);
    const connection = readKubernetesConnection(id, found.value);
    return { connection, problems: connection.problems, warnings: connection.warnings };
  }
  if (found.kind === 'missing' && id === defaultId) return { problems: [], warnings: [] };
  const message = found.kind === 'broken' ? `cannot be used: ${found.message}` : missing(id, found.known);
  return { problems: [{ path: 'kubernetes_conn_id', message }], warnings: [] };
}

function missing(id: string, known: readonly string[]): string {
  const hint = didYouMean(id, known) || '; add it with taskpod connections add, or remove kubernetes_conn_id';
  return `names a connection that does not exist${hint}`;
}
