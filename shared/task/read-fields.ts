import type { Problem } from '../errors.ts';
import { pathPart } from './json.ts';
import { isRecord } from './raw.ts';
import { accessProblems } from './rules/access.ts';
import { metadataProblems } from './rules/metadata.ts';
import { operatorProblems } from './rules/operator.ts';
import { type Task, taskParameters, taskSchema } from './task.ts';
import { findTemplates } from './template-places.ts';
import { readKeys } from './unknown-keys.ts';

/** A task whose parameters were read one by one. */
export interface FieldsRead {
  /** The parameters that have the right shape, with their defaults; what is wrong is left out. */
  fields: Partial<Task>;
  /** All of them; undefined when one has not the right shape. With problems of content, it is there nevertheless. */
  task: Task | undefined;
  problems: Problem[];
  /** What is there without a meaning here: the task runs without it. */
  warnings: Problem[];
}

/**
 * readFields reads every parameter of a rendered task by itself, but those of the run key (rules/run.ts), so that what is right can be
 * looked at while others are wrong. What parameters mean together is a matter of the Pod that they make. Pure; never throws.
 */
export function readFields(value: unknown): FieldsRead {
  if (!isRecord(value)) {
    const message = 'must be one JSON object, such as {"task_id": "hello", "image": "busybox"}';
    return { fields: {}, task: undefined, problems: [{ path: '', message }], warnings: [] };
  }
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  const keys = readKeys(value, taskParameters);
  const result = taskSchema.safeParse(given);
  const issues = result.error?.issues ?? [];
  return {
    fields: result.data ?? rightFields(given, new Set(issues.map(({ path }) => String(path[0])))),
    task: result.data,
    problems: [
      ...keys.problems,
      ...issues.map(({ path, message }) => ({
        path: path.map(part => pathPart(String(part))).join('.'),
        message,
      })),
      ...metadataProblems(given),
      ...accessProblems(given),
      ...operatorProblems(given, taskParameters),
    ],
    warnings: keys.warnings,
  };
}

/**
 * readUnrendered is {@link readFields} for a task whose templates are not rendered yet: what depends on a template is not judged, but
 * that the template parses. `fields` and `task` are without the parameters that hold a template.
 */
export function readUnrendered(value: unknown): FieldsRead {
  if (!isRecord(value)) return readFields(value);
  const templates = findTemplates(value);
  if (!templates.isAny) return readFields(value);
  const plain = Object.fromEntries(Object.entries(value).filter(([name]) => !templates.isIn(name)));
  const { fields, task } = readFields(plain);
  const { problems, warnings } = readFields(value);
  const stays = ({ path }: Problem): boolean => !templates.mayChange(path);
  return {
    fields,
    task,
    problems: [...templates.problems, ...problems.filter(stays)],
    warnings,
  };
}

function rightFields(given: Record<string, unknown>, wrong: ReadonlySet<string>): Partial<Task> {
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const fields: Partial<Task> = { ...taskSchema.parse(rest) };
  for (const name of taskSchema.keyof().options) if (wrong.has(name)) delete fields[name];
  return fields;
}
