import type { Config } from '../../../shared/config.ts';
import type { Problem } from '../../../shared/errors.ts';
import type { RunKey } from '../../../shared/run.ts';
import { type Operator, operatorOf } from '../../../shared/task/operators.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import { readFields } from '../../../shared/task/read-fields.ts';
import { clusterOfTask } from '../../../shared/task/rules/operator.ts';
import type { Task } from '../../../shared/task/task.ts';
import { tellProblems } from '../../../shared/task/tell-problems.ts';
import { matchesGlob } from '../policy/glob.ts';
import { HiddenValues } from '../prepare/hidden-values.ts';
import type { PrepareDeps, PrepareRequest, RefusedTask } from '../prepare/prepare-task.ts';
import { renderTask } from '../prepare/render-task.ts';
import { readRunContext } from '../prepare/run-context.ts';
import { withoutEchoes } from '../prepare/without-echoes.ts';

/** `clusterOperations` undefined: not known here, so that any cluster may be right. */
export type OperationSettings = Pick<Config, 'cluster'> & {
  clusterOperations: readonly string[] | undefined;
};

/** A cluster operation to prepare; `claimed`: the full name of the cluster, which stays what it was, whatever the templates say now. */
export type OperationRequest = Omit<PrepareRequest, 'claimed'> & { claimed?: string };

/** A cluster operation that is ready to be sent. */
export interface PreparedOperation {
  task: Task;
  run: RunKey;
  operator: Exclude<Operator, 'kubernetes_pod'>;
  /** `projects/P/locations/L/clusters/C`. */
  cluster: string;
  /** Of a creation; may hold secrets. */
  body: Record<string, unknown>;
  warnings: Problem[];
  hidden: HiddenValues;
}

/**
 * prepareOperation does for a cluster operation what prepareTask does for a Pod: renders, reads, holds against the rules, and tells all that
 * is wrong at once. Throws when what it needs from outside does not answer.
 */
export async function prepareOperation(
  request: OperationRequest,
  { settings, sources, clock }: Omit<PrepareDeps, 'settings'> & { settings: OperationSettings },
  signal: AbortSignal,
): Promise<({ ok: true } & PreparedOperation) | RefusedTask> {
  const { published, problems: decoding = [], claimed } = request;
  const entries = Object.entries(isRecord(published) ? published : {});
  const given = Object.fromEntries(entries.filter(([, value]) => value !== null));
  const context = readRunContext(given, request, decoding);
  const { run } = context;
  const hidden = new HiddenValues();
  const now = { now: () => request.nowMs, monotonicMs: () => clock.monotonicMs() };
  const rendered = await renderTask(given, context, { sources, clock: now, hidden }, signal);
  const read = readFields(rendered.given);
  const operator = operatorOf(given);
  const defaultProject = /^projects\/([^/]+)\//.exec(settings.cluster)?.[1];
  const cluster = claimed ?? clusterOfTask(rendered.given, defaultProject);
  const own = withoutEchoes(
    [...context.problems, ...read.problems, ...projectProblems(given, defaultProject)],
    rendered.problems,
  );
  const invalid = [...decoding, ...own];
  const named = rendered.problems.length === 0 ? cluster : undefined;
  const refused = named === undefined ? [] : policyProblems(operator, named, settings);
  const problems = hidden.hideIn(tellProblems([...invalid, ...rendered.problems, ...refused]));
  const { task } = read;
  const isReady = task !== undefined && run !== undefined && cluster !== undefined;
  if (problems.length > 0 || !isReady || operator === 'kubernetes_pod') {
    const failed = rendered.problems.length > 0 ? 'template_failed' : 'policy_refused';
    return { ok: false, reason: invalid.length > 0 ? 'invalid_task' : failed, problems, run };
  }
  const body = { ...task.body, name: cluster.split('/').at(-1) };
  const warnings = hidden.hideIn(read.warnings);
  return { ok: true, task, run, operator, cluster, body, warnings, hidden };
}

function projectProblems(task: Record<string, unknown>, defaultProject: string | undefined): Problem[] {
  if (defaultProject !== undefined || task.project_id !== undefined) return [];
  return [
    { path: 'project_id', message: 'is required, because the default cluster is none of Google Cloud' },
  ];
}

function policyProblems(
  operator: Operator,
  cluster: string,
  { clusterOperations: allowed, cluster: defaultCluster }: OperationSettings,
): Problem[] {
  const path = operator === 'gke_create_cluster' ? 'body.name' : 'cluster_name';
  const rule = 'TASKPOD_CLUSTER_OPERATIONS';
  if (operator === 'gke_delete_cluster' && cluster === defaultCluster) {
    return [{ path, message: `names ${cluster}, which is TASKPOD_CLUSTER: no task may delete it` }];
  }
  if (allowed === undefined || allowed.some(pattern => matchesGlob(pattern, cluster))) return [];
  return allowed.length === 0
    ? [{ path: 'operator', message: `is off in this deployment: have ${cluster} added to ${rule}` }]
    : [{ path, message: `names ${cluster}, and ${rule} allows only ${allowed.join(', ')}` }];
}
