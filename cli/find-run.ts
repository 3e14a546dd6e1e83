import { TaskpodError } from '../shared/errors.ts';
import {
  encodeSegment,
  parseAttemptObject,
  rejectedObject,
  runPrefix,
  runsPrefix,
} from '../shared/object-names.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { parseRejectedMessage } from '../shared/rejected-message.ts';
import { formatRun, parseRun, type RunKey } from '../shared/run.ts';
import { formatProblem } from './run-document.ts';

/**
 * findRun makes a run key of what a person typed: `dag_id/run_id/task_id[/map_index]`, `run_id/task_id`, or a run_id
 * alone, which is looked for. Throws `bad_usage` when the text is none of them or fits several runs, `not_found` when
 * no run has this run_id.
 */
export async function findRun(text: string, store: ObjectStore, signal: AbortSignal): Promise<RunKey> {
  if (text.includes('/')) {
    const run = parseRun(text);
    if (run !== undefined) return run;
    throw new TaskpodError('bad_usage', `"${text}" is not a run`, {
      action: 'Write dag_id/run_id/task_id, dag_id/run_id/task_id/map_index, run_id/task_id, or a run_id.',
    });
  }
  const found = await runsWithId(text, store, signal);
  const [only, ...others] = found;
  if (only === undefined) throw await notFound(text, text, store, signal);
  if (others.length === 0) return only;
  const names = found.slice(0, 5).map(formatRun).join(', ');
  const rest = found.length > 5 ? ` and ${found.length - 5} more` : '';
  throw new TaskpodError('bad_usage', `${found.length} runs have the run_id "${text}"`, {
    action: `Say which one: ${names}${rest}.`,
  });
}

/** missingRun is the `not_found` for a Run without any object, with what may be meant instead. */
export async function missingRun(
  run: RunKey,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<TaskpodError> {
  if (run.mapIndex === undefined) {
    for await (const { name } of store.list(`${runPrefix(run)}map_index=`, { signal })) {
      const mapped = parseAttemptObject(name)?.attempt;
      if (mapped === undefined) continue;
      return new TaskpodError('not_found', `the run ${formatRun(run)} is mapped`, {
        action: `Say which index, for example ${formatRun(mapped)}.`,
      });
    }
  }
  return await notFound(formatRun(run), run.runId, store, signal);
}

/** Every run with this run_id, in any DAG: two short listings for each DAG, whatever the bucket holds. */
async function runsWithId(runId: string, store: ObjectStore, signal: AbortSignal): Promise<RunKey[]> {
  const found = new Map<string, RunKey>();
  if (!isSegment(runId)) return [];
  let dag = await dagFolder(runsPrefix, store, signal);
  while (dag !== undefined) {
    for await (const { name } of store.list(`${dag}/run_id=${encodeSegment(runId)}/`, { signal })) {
      const attempt = parseAttemptObject(name)?.attempt;
      if (attempt === undefined) continue;
      const { tryNumber: _, ...run } = attempt;
      found.set(formatRun(run), run);
    }
    // "0" is the character after "/": the first name that is not in this folder.
    dag = await dagFolder(`${dag}0`, store, signal);
  }
  return [...found.values()];
}

/** The first DAG's folder, without a slash at its end, from this name on. */
async function dagFolder(
  startOffset: string,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<string | undefined> {
  for await (const { name } of store.list(runsPrefix, { signal, startOffset })) {
    return name.split('/', 2).join('/');
  }
  return undefined;
}

async function notFound(
  what: string,
  messageId: string,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<TaskpodError> {
  const rejected = isSegment(messageId) ? await store.read(rejectedObject(messageId), signal) : undefined;
  if (rejected !== undefined) {
    const { problems } = parseRejectedMessage(rejected.body.toString('utf8'));
    const lines = problems.map(formatProblem);
    return new TaskpodError('invalid_message', `the message ${messageId} was rejected: ${lines.join('; ')}`, {
      action: 'Mend the task and submit it again.',
    });
  }
  return new TaskpodError('not_found', `there is no run ${what}`, {
    action: 'See "taskpod list". A task that was submitted just now may take some seconds to appear.',
  });
}

function isSegment(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..';
}
