/** One Task to be done once: the key under which everything of it is filed. */
export interface RunKey {
  dagId: string;
  runId: string;
  taskId: string;
  /** Index of a mapped task (Airflow's map_index); absent when the task is not mapped. */
  mapIndex?: number;
}

/** One try of a Run; at most one Pod each. */
export interface Attempt extends RunKey {
  /** 1 for the first try. */
  tryNumber: number;
}

/**
 * formatRun writes a run key as a person types it: `dag_id/run_id/task_id` or `dag_id/run_id/task_id/map_index`,
 * each part percent-encoded.
 */
export function formatRun(run: RunKey): string {
  const parts = [run.dagId, run.runId, run.taskId].map(encodeURIComponent);
  return run.mapIndex === undefined ? parts.join('/') : `${parts.join('/')}/${run.mapIndex}`;
}

/**
 * parseRun reads what {@link formatRun} writes; `run_id/task_id` alone means dag_id `default`.
 * Returns undefined when the text is neither.
 */
export function parseRun(text: string): RunKey | undefined {
  const parts = text.split('/').map(decodePart);
  if (parts.some(part => part === undefined || part === '')) return undefined;
  const [first, second, third, fourth, fifth] = parts;
  if (first === undefined || second === undefined || fifth !== undefined) return undefined;
  if (third === undefined) return { dagId: 'default', runId: first, taskId: second };
  if (fourth === undefined) return { dagId: first, runId: second, taskId: third };
  if (!/^\d{1,9}$/.test(fourth)) return undefined;
  return { dagId: first, runId: second, taskId: third, mapIndex: Number(fourth) };
}

/** sameRun compares two run keys by value. */
export function sameRun(a: RunKey, b: RunKey): boolean {
  return a.dagId === b.dagId && a.runId === b.runId && a.taskId === b.taskId && a.mapIndex === b.mapIndex;
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
