import type { Problem } from '../../errors.ts';
import { longestObjectNameBytes, maxObjectNameBytes } from '../../object-names.ts';
import type { RunKey } from '../../run.ts';
import { hasTemplate } from '../../template/template.ts';
import { id } from '../name-rules.ts';
import { runParameters } from '../task.ts';

/** The run key that a task names, and what is wrong with it; `run` is undefined when it cannot be used. */
export interface NamedRun {
  run: RunKey | undefined;
  problems: Problem[];
}

/**
 * readRun takes the run key out of a task as it came, before anything is rendered. Defaults: dag_id `default`, run_id the message id,
 * no map_index. A part that its JSON has twice, by the problems of its decoding, is not clear: there is no run then.
 */
export function readRun(
  fields: Record<string, unknown>,
  messageId: string,
  decoding: readonly Problem[] = [],
): NamedRun {
  const dag = readId(fields, 'dag_id', 'default');
  const run = readId(fields, 'run_id', messageId);
  const task = readId(fields, 'task_id', undefined);
  const map = readMapIndex(fields.map_index);
  const problems = [dag, run, task, map].flatMap(part => part.problems);
  const isUnclear = decoding.some(({ path }) => runParameters.some(name => name === path));
  if (
    isUnclear ||
    dag.value === undefined ||
    run.value === undefined ||
    task.value === undefined ||
    problems.length > 0
  ) {
    return { run: undefined, problems };
  }
  const key: RunKey = {
    dagId: dag.value,
    runId: run.value,
    taskId: task.value,
    ...(map.value === undefined ? {} : { mapIndex: map.value }),
  };
  const bytes = longestObjectNameBytes({ ...key, tryNumber: 999_999 });
  if (bytes <= maxObjectNameBytes) return { run: key, problems };
  const message = `dag_id, run_id and task_id are ${bytes - maxObjectNameBytes} bytes too long together for an object name: shorten them`;
  return { run: undefined, problems: [{ path: '', message }] };
}

function readId(fields: Record<string, unknown>, name: string, fallback: string | undefined) {
  const value = fields[name] ?? fallback;
  if (value === undefined) return { value: undefined, problems: [{ path: name, message: 'is required' }] };
  if (typeof value !== 'string') {
    return { value: undefined, problems: [{ path: name, message: 'must be a string' }] };
  }
  const message = hasTemplate(value) ? 'must not be a template: it is read before templates are' : id(value);
  return { value, problems: message === undefined ? [] : [{ path: name, message }] };
}

function readMapIndex(value: unknown): { value: number | undefined; problems: Problem[] } {
  if (value === undefined || value === null || value === -1) return { value: undefined, problems: [] };
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 999_999_999) {
    return { value, problems: [] };
  }
  const message = 'must be a whole number from 0 to 999999999, or -1 for none';
  return { value: undefined, problems: [{ path: 'map_index', message }] };
}
