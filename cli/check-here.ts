import type { Problem } from '../shared/errors.ts';
import type { RunKey } from '../shared/run.ts';
import { checkTask } from '../shared/task/check-task.ts';
import { isRecord } from '../shared/task/raw.ts';
import { findTemplates } from '../shared/task/template-places.ts';
import type { Clock } from '../shared/time.ts';
import { GivenSources } from './given-sources.ts';
import { type KnownDeployment, prepareHere } from './prepare-here.ts';

/** What can be said of a task before it is published; `run` is there when the task is right. */
export type CheckedHere =
  | { ok: true; run: RunKey; warnings: Problem[] }
  | { ok: false; problems: Problem[]; warnings: Problem[] };

const nothing = new GivenSources(
  { variables: new Map(), connections: new Map(), xcoms: new Map() },
  undefined,
);

/**
 * checkHere says all that is certain of a task without asking anybody: its parameters and the syntax of its templates; and, when its Pod
 * depends on nothing else, the Pod too. Never throws for a mistake in the task.
 */
export async function checkHere(
  data: Buffer,
  messageId: string,
  { deployment, clock }: { deployment: KnownDeployment; clock: Clock },
  signal: AbortSignal,
): Promise<CheckedHere> {
  const { namespaces } = deployment.policy;
  const checked = checkTask(data, messageId, namespaces === undefined ? {} : { namespaces });
  const { value, run, warnings } = checked;
  if (checked.problems.length > 0 || run === undefined) {
    return { ok: false, problems: checked.problems, warnings };
  }
  if (!isRecord(value) || dependsOnMore(value)) return { ok: true, run, warnings };
  const prepared = await prepareHere({ data, messageId, sources: nothing, deployment, clock }, signal);
  if (!prepared.ok) return { ok: false, problems: prepared.problems, warnings };
  return { ok: true, run, warnings: prepared.warnings };
}

/** Templates, a file in the bucket and a connection are known to the deployment alone. */
function dependsOnMore(task: Record<string, unknown>): boolean {
  const isGiven = (name: string): boolean => (task[name] ?? undefined) !== undefined;
  const templates = findTemplates(task);
  return (
    isGiven('pod_template_file') ||
    isGiven('kubernetes_conn_id') ||
    Object.keys(task).some(name => templates.isIn(name))
  );
}
