import { attemptPodName, makeRecord } from '../functions/launch/attempt-plan.ts';
import { buildPod } from '../functions/launch/build-pod.ts';
import { type PreparedOperation, prepareOperation } from '../functions/launch/cluster/prepare-operation.ts';
import { type Preparation, prepareTask } from '../functions/launch/prepare/prepare-task.ts';
import type { TaskSources } from '../functions/launch/prepare/task-sources.ts';
import { type Config, type Env, parseConfig } from '../shared/config.ts';
import type { PodManifest } from '../shared/kubernetes/pod.ts';
import { scopeName, shardOf } from '../shared/names.ts';
import { decodeJson } from '../shared/task/json.ts';
import { operatorOf } from '../shared/task/operators.ts';
import type { Clock } from '../shared/time.ts';
import type { Settings } from './settings.ts';

/** The deployment as far as it is known here; `clusters`, `clusterOperations` undefined: any. */
export type KnownDeployment = Omit<Config, 'clusters' | 'clusterOperations'> & {
  clusters: readonly string[] | undefined;
  clusterOperations: readonly string[] | undefined;
};

/** What stands for what is not known; only names in the result depend on it. */
const unknown = {
  TASKPOD_BUCKET: 'bucket',
  TASKPOD_TASKS_TOPIC: 'projects/unknown/topics/tasks',
  TASKPOD_WATCH_TOPIC: 'projects/unknown/topics/watch',
  TASKPOD_EVENTS_TOPIC: 'projects/unknown/topics/events',
  TASKPOD_CLUSTER: 'kubeconfig',
};

/**
 * knownDeployment puts together what the environment and the settings say of the deployment; the policy and the namespaces are
 * the environment's, and open where it says nothing. Throws `invalid_configuration`.
 */
export function knownDeployment(env: Env, settings: Settings | undefined): KnownDeployment {
  const named: Env = {};
  if (settings !== undefined) {
    named.TASKPOD_BUCKET = settings.bucket;
    named.TASKPOD_NAMESPACE = settings.defaultNamespace;
    named.TASKPOD_CLUSTER = settings.defaultCluster;
    named.TASKPOD_CLUSTERS = settings.clusters?.join(',');
    named.TASKPOD_NAMESPACES = settings.namespaces?.join(',');
  }
  const given = Object.entries({ ...env, ...named }).filter(([, value]) => value);
  const config = parseConfig({ ...unknown, ...Object.fromEntries(given) });
  const hasNamespaces = settings?.namespaces !== undefined || Boolean(env.TASKPOD_NAMESPACES);
  // Of a default cluster alone it is not known what others there are.
  const hasClusters = settings
    ? settings.clusters !== undefined
    : Boolean(env.TASKPOD_CLUSTER && env.TASKPOD_CLUSTERS);
  const { namespaces: _, ...policy } = config.policy;
  return {
    ...config,
    policy: hasNamespaces ? config.policy : policy,
    clusters: hasClusters ? config.clusters : undefined,
    clusterOperations: env.TASKPOD_CLUSTER_OPERATIONS ? config.clusterOperations : undefined,
  };
}

/** A task that is prepared here, outside of a function. */
export interface HereRequest {
  /** JSON text. */
  data: Buffer;
  /** The run_id of a task that names none. */
  messageId: string;
  sources: TaskSources;
  deployment: KnownDeployment;
  clock: Clock;
}

/** prepareHere does with a task what launch does before it starts anything. */
export async function prepareHere(
  request: HereRequest,
  signal: AbortSignal,
): Promise<Preparation | ({ ok: true } & PreparedOperation)> {
  const { data, messageId, sources, deployment, clock } = request;
  const { value, problems } = decodeJson(data);
  if (value === undefined) return { ok: false, reason: 'invalid_task', problems, run: undefined };
  const task = { published: value, problems, messageId, tryNumber: 1, nowMs: clock.now() };
  const deps = { settings: deployment, sources, clock };
  return operatorOf(value) === 'kubernetes_pod'
    ? prepareTask(task, deps, signal)
    : prepareOperation(task, deps, signal);
}

/** podOf is the Pod that launch would post for a prepared task. */
export function podOf(
  prepared: Extract<Preparation, { ok: true }>,
  { bucket, shards, infrastructureRetries }: KnownDeployment,
  nowMs: number,
): PodManifest {
  const { task, pod, run, cluster, namespace } = prepared;
  const attempt = { ...run, tryNumber: 1 };
  const scope = scopeName(cluster, bucket, shardOf(run, shards));
  const record = makeRecord({ task, pod, attempt, scope, nowMs, infrastructureRetries });
  return buildPod({ pod, record, namespace, name: attemptPodName(pod, attempt, bucket) });
}
