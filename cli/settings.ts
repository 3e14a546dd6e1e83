import type { LocalState } from '../local/state-file.ts';
import { localSubscriptions, localTopics } from '../local/topics.ts';
import { configVariables, type Env } from '../shared/config.ts';
import { type Problem, TaskpodError } from '../shared/errors.ts';
import { type Deployment, deploymentEnv, deploymentKeys } from './deployment-keys.ts';

/** What the commands talk to. */
export interface Settings {
  /** `local`: the running `taskpod local`; `environment`: what TASKPOD_BUCKET and the like name; `file`: what taskpod.json names. */
  source: 'local' | 'environment' | 'file';
  bucket: string;
  /** Undefined when only the bucket is known: enough for all that does not publish. */
  tasksTopic: string | undefined;
  /** Topics and subscriptions by their full names; undefined: not known here. */
  watchTopic: string | undefined;
  eventsTopic: string | undefined;
  deadLettersSubscription: string | undefined;
  launchSubscription: string | undefined;
  watchSubscription: string | undefined;
  /** E-mail addresses of the accounts that the functions run as; undefined: not known here. */
  launchServiceAccount: string | undefined;
  watchServiceAccount: string | undefined;
  /** File with the contexts of clusters that are named `kubeconfig`; undefined: KUBECONFIG. */
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

const bothWays =
  'Start one on this machine with "taskpod local" (in this folder or one above it), or set TASKPOD_BUCKET and TASKPOD_TASKS_TOPIC (projects/PROJECT/topics/TOPIC) to those of your deployment, or write taskpod.json with "taskpod init".';

/**
 * resolveSettings decides what the commands talk to: the environment when it names a bucket or a topic, else the
 * running `taskpod local`, else taskpod.json. A variable wins over the file; nothing of the file counts when TASKPOD_BUCKET
 * names another bucket: half of one deployment and half of another is none. Throws `invalid_configuration` with every problem at once.
 */
export function resolveSettings(env: Env, local: LocalState | undefined, file?: Deployment): Settings {
  const isNamed = Boolean(env.TASKPOD_BUCKET || env.TASKPOD_TASKS_TOPIC);
  const ofFile = file && (env.TASKPOD_BUCKET || file.bucket) === file.bucket ? deploymentEnv(file) : {};
  const named = { ...ofFile, ...Object.fromEntries(Object.entries(env).filter(([, value]) => value)) };
  if (isNamed) return settingsFromEnv(named, 'environment');
  if (local !== undefined) return localSettings(local);
  if (file !== undefined) return settingsFromEnv(named, 'file');
  throw new TaskpodError('invalid_configuration', 'no taskpod to talk to', { action: bothWays });
}

/** localSettings is what the commands know of a stack on this machine. */
export function localSettings(
  local: Omit<LocalState, 'version' | 'pid' | 'started_at' | 'folder'>,
): Settings {
  return {
    source: 'local',
    bucket: local.bucket,
    tasksTopic: local.tasks_topic,
    watchTopic: local.watch_topic,
    eventsTopic: localTopics.events,
    deadLettersSubscription: local.dead_letters_subscription,
    launchSubscription: localSubscriptions.launch,
    watchSubscription: localSubscriptions.watch,
    launchServiceAccount: undefined,
    watchServiceAccount: undefined,
    kubeconfig: local.kubeconfig,
    storageHost: local.storage_url,
    pubsubHost: local.pubsub_url,
    defaultNamespace: local.namespace,
    namespaces: local.namespaces,
    defaultCluster: local.clusters[0],
    clusters: local.clusters,
  };
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

function settingsFromEnv(env: Env, source: 'environment' | 'file'): Settings {
  const {
    TASKPOD_BUCKET,
    TASKPOD_TASKS_TOPIC,
    TASKPOD_WATCH_TOPIC,
    TASKPOD_EVENTS_TOPIC,
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
  const eventsTopic = read('TASKPOD_EVENTS_TOPIC', TASKPOD_EVENTS_TOPIC.schema);
  const own = <K extends OwnKey>(key: K): string | undefined =>
    read(deploymentKeys[key].variable, deploymentKeys[key].schema);
  const only = {
    deadLettersSubscription: own('dead_letters_subscription'),
    launchSubscription: own('launch_subscription'),
    watchSubscription: own('watch_subscription'),
    launchServiceAccount: own('launch_service_account'),
    watchServiceAccount: own('watch_service_account'),
  };
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
    source,
    bucket,
    tasksTopic,
    watchTopic,
    eventsTopic,
    ...only,
    kubeconfig: undefined,
    storageHost: env.STORAGE_EMULATOR_HOST || undefined,
    pubsubHost: env.PUBSUB_EMULATOR_HOST || undefined,
    defaultNamespace: namespace,
    namespaces: more === undefined ? undefined : [...new Set([namespace, ...more])],
    defaultCluster,
    clusters: defaultCluster && moreClusters ? [...new Set([defaultCluster, ...moreClusters])] : undefined,
  };
}

/** What only the commands know. */
type OwnKey =
  | 'dead_letters_subscription'
  | 'launch_subscription'
  | 'watch_subscription'
  | 'launch_service_account'
  | 'watch_service_account';

interface SchemaOf<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { message: string }[] } };
}
