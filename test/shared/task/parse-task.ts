import type { Problem } from '../../../shared/errors.ts';
import type { RunKey } from '../../../shared/run.ts';
import { checkTask } from '../../../shared/task/check-task.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import { namespaceProblems } from '../../../shared/task/rules/metadata.ts';
import { type Task, taskSchema } from '../../../shared/task/task.ts';
import { tellProblems } from '../../../shared/task/tell-problems.ts';
import { findTemplates } from '../../../shared/task/template-places.ts';

/** What a task's meaning depends on besides its own text. */
export interface TaskContext {
  /** Pub/Sub message id: the run_id of a task that names none. */
  messageId: string;
  /** Namespace of a task that names none. */
  defaultNamespace: string;
  /** Namespaces that a task may use; absent: any. */
  namespaces?: readonly string[];
}

/** A task read through all its rules that can be told before its templates are rendered. With problems, `run` is there when the task can be filed under its run key. */
export type ParsedTask =
  | { ok: true; task: Task; run: RunKey }
  | { ok: false; problems: Problem[]; run: RunKey | undefined };

/** parseTask reads a task as it was published through every rule that needs nothing else, as tests of those rules want it. */
export function parseTask(data: Buffer, context: TaskContext): ParsedTask {
  const checked = checkTask(data, context.messageId, context);
  const { value, run } = checked;
  const problems = tellProblems([
    ...checked.problems,
    ...(isRecord(value) ? wholeProblems(value, context) : []),
  ]);
  if (problems.length > 0 || run === undefined) return { ok: false, problems, run };
  return { ok: true, task: taskSchema.parse(checked.fields), run };
}

/** Layers below the parameters: what a parameter lacks may stand there. */
const layers = ['pod_template_file', 'pod_template_dict', 'full_pod_spec'];

/** What parameters mean together, as far as no template is in them. */
function wholeProblems(value: Record<string, unknown>, context: TaskContext): Problem[] {
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  const templates = findTemplates(given);
  const problems = namespaceProblems({ namespace: context.defaultNamespace, ...given }, context.namespaces);
  if (!layers.some(layer => layer in given) && given.image === undefined) {
    problems.push({ path: 'image', message: 'is required' });
  }
  return problems.filter(({ path }) => !templates.mayChange(path));
}
