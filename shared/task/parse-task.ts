import type { Problem } from '../errors.ts';
import type { RunKey } from '../run.ts';
import { decodeJson } from './json.ts';
import { isRecord } from './raw.ts';
import { readFields } from './read-fields.ts';
import { baselineProblems } from './rules/baseline.ts';
import { containerProblems } from './rules/containers.ts';
import { namespaceProblems, podNameProblems } from './rules/metadata.ts';
import { readRun } from './rules/run.ts';
import { volumeProblems } from './rules/volumes.ts';
import type { Task } from './task.ts';
import { tellProblems } from './tell-problems.ts';

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

/** parseTask reads a task as it was published, and finds all that is wrong with it at once. Pure; never throws. */
export function parseTask(data: Buffer, context: TaskContext): ParsedTask {
  const { value, problems } = decodeJson(data);
  if (value === undefined) return { ok: false, problems, run: undefined };
  const read = readWhole(value, context, problems);
  return conclude({ ...read, problems: [...problems, ...read.problems] });
}

/** readTask is {@link parseTask} for a task that is JSON already, such as the one in a claim. */
export function readTask(value: unknown, context: TaskContext): ParsedTask {
  return conclude(readWhole(value, context));
}

interface ReadTask {
  task: Task | undefined;
  run: RunKey | undefined;
  problems: Problem[];
}

/** Layers below the parameters: what a parameter lacks may stand there. */
const layers = ['pod_template_file', 'pod_template_dict', 'full_pod_spec'];

function readWhole(value: unknown, context: TaskContext, decoding: readonly Problem[] = []): ReadTask {
  const { task, problems } = readFields(value);
  if (!isRecord(value)) return { task, run: undefined, problems };
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  const named = readRun(given, context.messageId, decoding);
  return {
    task,
    run: named.run,
    problems: [
      ...named.problems,
      ...problems,
      ...namespaceProblems({ namespace: context.defaultNamespace, ...given }, context.namespaces),
      ...(layers.some(layer => layer in given) ? [] : wholeProblems(given)),
      ...baselineProblems(given),
    ],
  };
}

/** What the parameters mean together, where there is nothing else that a Pod is made of. */
function wholeProblems(given: Record<string, unknown>): Problem[] {
  return [
    ...(given.image === undefined ? [{ path: 'image', message: 'is required' }] : []),
    ...podNameProblems(given),
    ...containerProblems(given),
    ...volumeProblems(given),
  ];
}

function conclude({ task, run, problems }: ReadTask): ParsedTask {
  if (task !== undefined && run !== undefined && problems.length === 0) return { ok: true, task, run };
  return { ok: false, problems: tellProblems(problems), run };
}
