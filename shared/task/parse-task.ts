import type { Problem } from '../errors.ts';
import type { RunKey } from '../run.ts';
import { decodeJson, pathPart } from './json.ts';
import { isRecord } from './raw.ts';
import { baselineProblems } from './rules/baseline.ts';
import { containerProblems } from './rules/containers.ts';
import { metadataProblems, namespaceProblems } from './rules/metadata.ts';
import { readRun } from './rules/run.ts';
import { volumeProblems } from './rules/volumes.ts';
import { runParameters, type Task, taskParameters, taskSchema } from './task.ts';
import { unknownKeyProblems } from './unknown-keys.ts';

/** What a task's meaning depends on besides its own text. */
export interface TaskContext {
  /** Pub/Sub message id: the run_id of a task that names none. */
  messageId: string;
  /** Namespace of a task that names none. */
  defaultNamespace: string;
  /** Namespaces that a task may use; absent: any. */
  namespaces?: readonly string[];
}

/** A task read through all its rules. With problems, `run` is there when the task can be filed under its run key. */
export type ParsedTask =
  | { ok: true; task: Task; run: RunKey }
  | { ok: false; problems: Problem[]; run: RunKey | undefined };

/** Problems beyond this number are counted, not told. */
const maxProblems = 100;

/** parseTask reads a task as it was published, and finds all that is wrong with it at once. Pure; never throws. */
export function parseTask(data: Buffer, context: TaskContext): ParsedTask {
  const { value, problems } = decodeJson(data);
  if (value === undefined) return { ok: false, problems, run: undefined };
  const read = readFields(value, context);
  const isKeyUnclear = problems.some(problem => runParameters.some(name => name === problem.path));
  return conclude({
    ...read,
    run: isKeyUnclear ? undefined : read.run,
    problems: [...problems, ...read.problems],
  });
}

/** readTask is {@link parseTask} for a task that is JSON already, such as the one in a claim. */
export function readTask(value: unknown, context: TaskContext): ParsedTask {
  return conclude(readFields(value, context));
}

interface ReadFields {
  task: Task | undefined;
  run: RunKey | undefined;
  problems: Problem[];
}

function readFields(value: unknown, context: TaskContext): ReadFields {
  if (!isRecord(value)) {
    const message = 'must be one JSON object, such as {"task_id": "hello", "image": "busybox"}';
    return { task: undefined, run: undefined, problems: [{ path: '', message }] };
  }
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  const result = taskSchema.safeParse({ namespace: context.defaultNamespace, ...given });
  const { run, problems } = readRun(given, context.messageId);
  const issues = result.error?.issues ?? [];
  return {
    task: result.data,
    run,
    problems: [
      ...unknownKeyProblems(value, taskParameters),
      ...problems,
      ...issues.map(({ path, message }) => ({
        path: path.map(part => pathPart(String(part))).join('.'),
        message,
      })),
      ...metadataProblems(given),
      ...namespaceProblems(given, context.namespaces),
      ...containerProblems(given),
      ...volumeProblems(given),
      ...baselineProblems(given),
    ],
  };
}

function conclude({ task, run, problems }: ReadFields): ParsedTask {
  if (task !== undefined && run !== undefined && problems.length === 0) return { ok: true, task, run };
  const unique = [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()];
  const more = unique.length - maxProblems;
  if (more <= 0) return { ok: false, problems: unique, run };
  const rest = { path: '', message: `and ${more} more problems` };
  return { ok: false, problems: [...unique.slice(0, maxProblems), rest], run };
}
