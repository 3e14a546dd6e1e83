import { z } from 'zod';
import type { LocalState } from '../local/state-file.ts';
import { configVariables, type Env } from '../shared/config.ts';
import { type Problem, TaskpodError } from '../shared/errors.ts';

/** What the commands talk to. */
export interface Settings {
  /** `local`: the running `taskpod local`; `environment`: what TASKPOD_BUCKET and the like name. */
  source: 'local' | 'environment';
  bucket: string;
  /** Undefined when only the bucket is known: enough for all that does not publish. */
  tasksTopic: string | undefined;
  /** Topic that wakes the watch function; undefined: not known here. */
  watchTopic: string | undefined;
  /** Pull subscription with the dead letters, `projects/P/subscriptions/S`; undefined: not known here. */
  deadLettersSubscription: string | undefined;
  /** What KUBECONFIG is for the functions of a running "taskpod local"; undefined: that of this process. */
  kubeconfig: string | undefined;
  /** Another server than Google's for Cloud Storage. */
  storageHost: string | undefined;
  /** Another server than Google's for Pub/Sub. */
  pubsubHost: string | undefined;
  /** Namespace of tasks that name none. */
  defaultNamespace: string;
  /** Namespaces that tasks may use; undefined: not known here, the deployment decides. */
  namespaces: readonly string[] | undefined;
  /** Cluster of tasks that name none; undefined: not known here. */
  defaultCluster: string | undefined;
  /** Clusters that tasks may name; undefined: not known here, the deployment decides. */
  clusters: readonly string[] | undefined;
}

const subscriptionName = z
  .string()
  .regex(
    /^projects\/[^/]+\/subscriptions\/[^/]+$/,
    'must be a full subscription name: projects/PROJECT/subscriptions/SUBSCRIPTION',
  );

const bothWays =
  'Start one on this machine with "taskpod local" (in this folder or one above it), or set TASKPOD_BUCKET and TASKPOD_TASKS_TOPIC (projects/PROJECT/topics/TOPIC) to those of your deployment.';

/**
 * resolveSettings decides what the commands talk to: the environment when it names a bucket or a topic, else the
 * running `taskpod local`. Throws `invalid_configuration` with every problem at once.
 */
export function resolveSettings(env: Env, local: LocalState | undefined): Settings {
  if (env.TASKPOD_BUCKET || env.TASKPOD_TASKS_TOPIC) return settingsFromEnv(env);
  if (local !== undefined) {
    return {
      source: 'local',
      bucket: local.bucket,
      tasksTopic: local.tasks_topic,
      watchTopic: local.watch_topic,
      deadLettersSubscription: local.dead_letters_subscription,
      kubeconfig: local.kubeconfig,
      storageHost: local.storage_url,
      pubsubHost: local.pubsub_url,
      defaultNamespace: local.namespace,
      namespaces: local.namespaces,
      defaultCluster: local.clusters[0],
      clusters: local.clusters,
    };
  }
  throw new TaskpodError('invalid_configuration', 'no taskpod to talk to', { action: bothWays });
}

/** tasksTopicOf is the topic to publish on; throws `invalid_configuration` when it is not known. */
export function tasksTopicOf(settings: Settings): string {
  if (settings.tasksTopic !== undefined) return settings.tasksTopic;
  throw new TaskpodError('invalid_configuration', 'TASKPOD_TASKS_TOPIC is not set', {
    action: 'Set it to the topic on which your deployment takes tasks: projects/PROJECT/topics/TOPIC.',
  });
}

/** watchTopicOf is the topic that wakes the watch function; throws `invalid_configuration` when it is not known. */
export function watchTopicOf(settings: Settings): string {
  if (settings.watchTopic !== undefined) return settings.watchTopic;
  throw new TaskpodError('invalid_configuration', 'TASKPOD_WATCH_TOPIC is not set', {
    action:
      'Set it to the topic that wakes the watch function of your deployment: projects/PROJECT/topics/TOPIC.',
  });
}

/** deadLettersOf is the subscription with the dead letters; throws `invalid_configuration` when it is not known. */
export function deadLettersOf(settings: Settings): string {
  if (settings.deadLettersSubscription !== undefined) return settings.deadLettersSubscription;
  throw new TaskpodError('invalid_configuration', 'TASKPOD_DEAD_LETTERS_SUBSCRIPTION is not set', {
    action:
      'Set it to a pull subscription of the dead-letter topic of your deployment: projects/PROJECT/subscriptions/SUBSCRIPTION.',
  });
}

function settingsFromEnv(env: Env): Settings {
  const {
    TASKPOD_BUCKET,
    TASKPOD_TASKS_TOPIC,
    TASKPOD_WATCH_TOPIC,
    TASKPOD_NAMESPACE,
    TASKPOD_NAMESPACES,
    TASKPOD_CLUSTER,
    TASKPOD_CLUSTERS,
  } = configVariables;
  const problems: Problem[] = [];
  const read = <T>(name: string, schema: SchemaOf<T>): T | undefined => {
    if (!env[name]) return undefined;
    const result = schema.safeParse(env[name]);
    if (result.success) return result.data;
    problems.push({ path: name, message: result.error.issues.map(issue => issue.message).join('; ') });
    return undefined;
  };
  const bucket = read('TASKPOD_BUCKET', TASKPOD_BUCKET.schema);
  const tasksTopic = read('TASKPOD_TASKS_TOPIC', TASKPOD_TASKS_TOPIC.schema);
  const watchTopic = read('TASKPOD_WATCH_TOPIC', TASKPOD_WATCH_TOPIC.schema);
  const deadLettersSubscription = read('TASKPOD_DEAD_LETTERS_SUBSCRIPTION', subscriptionName);
  const namespace = read('TASKPOD_NAMESPACE', TASKPOD_NAMESPACE.schema) ?? TASKPOD_NAMESPACE.default;
  const more = read('TASKPOD_NAMESPACES', TASKPOD_NAMESPACES.schema);
  const defaultCluster = read('TASKPOD_CLUSTER', TASKPOD_CLUSTER.schema);
  const moreClusters = read('TASKPOD_CLUSTERS', TASKPOD_CLUSTERS.schema);
  if (!env.TASKPOD_BUCKET) problems.push({ path: 'TASKPOD_BUCKET', message: 'is not set' });
  if (bucket === undefined || problems.length > 0) {
    const lines = problems.map(({ path, message }) => `${path} ${message}`);
    throw new TaskpodError('invalid_configuration', lines.join('; '), { action: bothWays });
  }
  return {
    source: 'environment',
    bucket,
    tasksTopic,
    watchTopic,
    deadLettersSubscription,
    kubeconfig: undefined,
    storageHost: env.STORAGE_EMULATOR_HOST || undefined,
    pubsubHost: env.PUBSUB_EMULATOR_HOST || undefined,
    defaultNamespace: namespace,
    namespaces: more === undefined ? undefined : [...new Set([namespace, ...more])],
    defaultCluster,
    clusters: defaultCluster && moreClusters ? [...new Set([defaultCluster, ...moreClusters])] : undefined,
  };
}

interface SchemaOf<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { message: string }[] } };
}
