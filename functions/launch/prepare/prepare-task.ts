import { type AccessSettings, accessOf } from '../../../shared/cluster-access.ts';
import { kubeconfigContext } from '../../../shared/cluster-name.ts';
import type { Config } from '../../../shared/config.ts';
import type { ReasonCode } from '../../../shared/diagnosis/reasons.ts';
import type { Problem } from '../../../shared/errors.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { RunKey } from '../../../shared/run.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import { readFields } from '../../../shared/task/read-fields.ts';
import { type Task, taskSchema } from '../../../shared/task/task.ts';
import { tellProblems } from '../../../shared/task/tell-problems.ts';
import type { Clock } from '../../../shared/time.ts';
import { type ComposedPod, composePod } from '../compose/compose-pod.ts';
import { podProblems } from '../policy/pod-problems.ts';
import { type ClusterSettings, chooseCluster } from './choose-cluster.ts';
import { gatherTask } from './gather-task.ts';
import { HiddenValues } from './hidden-values.ts';
import { judgeAccess } from './judge-access.ts';
import { readRunContext, type TryOfMessage } from './run-context.ts';
import type { TaskSources } from './task-sources.ts';
import { withoutEchoes } from './without-echoes.ts';

/** A task to prepare: JSON as it was published. */
export interface PrepareRequest extends TryOfMessage {
  published: unknown;
  /** What was wrong with its text already. */
  problems?: readonly Problem[];
  /** Of an attempt that is claimed: it stays where it was, whatever the templates say now. */
  claimed?: { cluster: string; namespace: string };
}

/** The deployment's settings that a task's meaning depends on. */
export type PrepareSettings = Pick<
  Config,
  'defaultNamespace' | 'xcomSidecarImage' | 'xcomMaxBytes' | 'activeDeadlineSeconds'
> &
  ClusterSettings &
  AccessSettings & { policy: Policy };

/** What preparing a task needs from outside. */
export interface PrepareDeps {
  settings: PrepareSettings;
  sources: TaskSources;
  clock: Pick<Clock, 'monotonicMs'>;
}

/** A task that is ready to be launched. */
export interface PreparedTask {
  task: Task;
  run: RunKey;
  /** As shared/cluster-name.ts spells it. */
  cluster: string;
  namespace: string;
  pod: ComposedPod;
  /** What the task says without effect. */
  warnings: Problem[];
  /** Knows what the task has from variables, connections and XComs; no message may hold it. */
  hidden: HiddenValues;
}

/** All that is wrong with a task; `run` is there when it can be filed under its run key. */
export interface RefusedTask {
  ok: false;
  reason: Extract<ReasonCode, 'invalid_task' | 'template_failed' | 'policy_refused'>;
  problems: Problem[];
  run: RunKey | undefined;
}

/** A task that may be launched, or why it may not. */
export type Preparation = ({ ok: true } & PreparedTask) | RefusedTask;

/**
 * prepareTask makes a task ready: its templates are rendered, its parameters read, its Pod composed and held against the rules; all that is
 * wrong is told at once. Never throws for a mistake in the task. Throws when what it needs from outside does not answer.
 */
export async function prepareTask(
  request: PrepareRequest,
  deps: PrepareDeps,
  signal: AbortSignal,
): Promise<Preparation> {
  const { published, problems: decoding = [], claimed } = request;
  if (!isRecord(published)) {
    const problems = decoding.length > 0 ? [...decoding] : readFields(published).problems;
    return { ok: false, reason: 'invalid_task', problems, run: undefined };
  }
  const given = Object.fromEntries(Object.entries(published).filter(([, value]) => value !== null));
  const context = readRunContext(given, request, decoding);
  const { run } = context;
  const hidden = new HiddenValues();
  const clock = { now: () => request.nowMs, monotonicMs: () => deps.clock.monotonicMs() };
  const gathered = await gatherTask(given, context, { sources: deps.sources, clock, hidden }, signal);
  const { rendered, connection } = gathered;
  if (claimed !== undefined) rendered.given.namespace = claimed.namespace;

  const read = readFields(rendered.given);
  const { settings } = deps;
  const fields = withoutFailed(read.fields, rendered.problems);
  const { cluster, problems: clusterProblems } =
    claimed === undefined
      ? chooseCluster(fields, connection.connection?.cluster, settings)
      : { cluster: claimed.cluster, problems: [] };
  const access = judgeWay(fields, cluster, settings);
  const pod = composePod({
    task: fields,
    given: rendered.given,
    template: gathered.podTemplate.template,
    connection: connection.connection?.defaults,
    settings,
    podSecurity: settings.policy.podSecurity,
  });
  const judged = gathered.isWhole
    ? podProblems(pod, { task: fields, given: rendered.given, policy: settings.policy })
    : { invalid: [], refused: [] };

  const invalid = withoutEchoes(
    [
      ...context.problems,
      ...read.problems,
      ...connection.problems,
      ...clusterProblems,
      ...gathered.podTemplate.problems,
      ...(gathered.isWhole ? pod.problems : []),
      ...judged.invalid,
    ],
    rendered.problems,
  );
  const refused = withoutEchoes([...access.problems, ...judged.refused], rendered.problems);
  const kinds = { invalid: [...decoding, ...invalid], failed: rendered.problems, refused };
  const problems = hidden.hideIn(tellProblems(Object.values(kinds).flat()));
  const { task } = read;
  if (problems.length > 0 || task === undefined || run === undefined) {
    return { ok: false, reason: reasonOf(kinds), problems, run };
  }
  const warnings = hidden.hideIn([...read.warnings, ...access.warnings, ...connection.warnings]);
  return { ok: true, task, run, cluster, namespace: pod.metadata.namespace, pod, warnings, hidden };
}

/** Of a deployment that is not known here, any way may be right. */
function judgeWay(
  fields: Partial<Task>,
  cluster: string,
  settings: PrepareSettings,
): ReturnType<typeof judgeAccess> {
  if (settings.clusters === undefined) return { problems: [], warnings: [] };
  const isGke = kubeconfigContext(cluster) === undefined;
  return judgeAccess(fields, isGke ? accessOf(cluster, settings) : undefined);
}

/** The parameters that are right: one whose template could not be rendered is not. */
function withoutFailed(fields: Partial<Task>, failed: readonly Problem[]): Partial<Task> {
  const names = new Set(failed.map(({ path }) => path.split('.', 1)[0] ?? ''));
  const right: Partial<Task> = { ...fields };
  for (const name of taskSchema.keyof().options) if (names.has(name)) delete right[name];
  return right;
}

function reasonOf(
  kinds: Record<'invalid' | 'failed' | 'refused', readonly Problem[]>,
): RefusedTask['reason'] {
  if (kinds.invalid.length > 0) return 'invalid_task';
  return kinds.failed.length > 0 ? 'template_failed' : 'policy_refused';
}
