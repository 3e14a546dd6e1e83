import type { Problem } from '../errors.ts';
import type { RunKey } from '../run.ts';
import { decodeJson } from './json.ts';
import { isRecord } from './raw.ts';
import { readUnrendered } from './read-fields.ts';
import { namespaceProblems } from './rules/metadata.ts';
import { readRun } from './rules/run.ts';
import type { Task } from './task.ts';

/** What of the deployment is known where a task is checked before it is published. */
export interface CheckContext {
  /** Namespaces that a task may use; absent: any. */
  namespaces?: readonly string[];
}

/** What can be said of a task before its templates are rendered. */
export interface CheckedTask {
  /** The task as JSON; undefined when it is none. */
  value: unknown;
  /** Its run key, with the message id in it, where it can be filed under one. */
  run: RunKey | undefined;
  /** The parameters that hold no template and have the right shape. */
  fields: Partial<Task>;
  /** With one of them, publishing the task is of no use. All of them: see tellProblems. */
  problems: Problem[];
  /** What is there without effect. */
  warnings: Problem[];
}

/**
 * checkTask says of a task that is to be published all that is certain without rendering: JSON, keys, every parameter by itself, the
 * syntax of templates. `messageId` is the run_id of a task that names none. Pure; never throws.
 */
export function checkTask(data: Buffer, messageId: string, { namespaces }: CheckContext): CheckedTask {
  const decoded = decodeJson(data);
  const { value } = decoded;
  if (value === undefined) {
    return { value, run: undefined, fields: {}, problems: decoded.problems, warnings: [] };
  }
  const { fields, problems, warnings } = readUnrendered(value);
  const named = isRecord(value) ? readRun(value, messageId, decoded.problems) : undefined;
  return {
    value,
    run: named?.run,
    fields,
    problems: [
      ...decoded.problems,
      ...(named?.problems ?? []),
      ...problems,
      ...namespaceProblems(fields, namespaces),
    ],
    warnings,
  };
}
