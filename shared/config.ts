import { z } from 'zod';
import { type AccessSettings, accessSettings, accessVariables, strangerProblems } from './cluster-access.ts';
import { clusterNameSchema } from './cluster-name.ts';
import { type Problem, TaskpodError } from './errors.ts';
import { type Policy, policyVariables } from './policy.ts';
import { choosePushAuth, type PushAuth, pushVariables } from './push-auth.ts';

/** Variables as `process.env` has them. */
export type Env = Record<string, string | undefined>;

const topic = z
  .string()
  .regex(/^projects\/[^/]+\/topics\/[^/]+$/, 'must be a full topic name: projects/PROJECT/topics/TOPIC');
const namespace = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'must be a Kubernetes namespace: lower-case letters, digits and "-"',
  );
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** Every variable that the functions read: its schema, default and meaning. docs/configuration.md is compared with it. */
export const configVariables = {
  TASKPOD_BUCKET: {
    schema: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/,
        'must be the name of a Cloud Storage bucket, without gs://',
      ),
    required: true,
    meaning: 'Bucket that holds runs, leases, markers and rejected messages.',
  },
  TASKPOD_TASKS_TOPIC: { schema: topic, required: true, meaning: 'Topic on which tasks are published.' },
  TASKPOD_WATCH_TOPIC: { schema: topic, required: true, meaning: 'Topic that wakes the watch function.' },
  TASKPOD_EVENTS_TOPIC: {
    schema: topic,
    required: true,
    meaning: 'Topic on which state changes are announced.',
  },
  TASKPOD_CLUSTER: {
    schema: clusterNameSchema,
    required: true,
    meaning:
      'Cluster of tasks that name none: a GKE resource name, `kubeconfig` for KUBECONFIG and its current context, or `kubeconfig:CONTEXT`.',
  },
  TASKPOD_CLUSTERS: {
    schema: z
      .string()
      .transform(text => text.split(',').map(part => part.trim()))
      .pipe(z.array(clusterNameSchema).min(1)),
    default: '',
    meaning:
      'Comma-separated further clusters that tasks may name, spelt as in TASKPOD_CLUSTER, which is always one of them.',
  },
  TASKPOD_CLUSTER_OPERATIONS: {
    schema: z
      .string()
      .transform(text => text.split(',').map(part => part.trim()))
      .pipe(
        z
          .array(
            z
              .string()
              .regex(
                /^projects\/[^/\s]+\/locations\/[^/\s]+\/clusters\/[^/\s]+$/,
                'must be projects/PROJECT/locations/LOCATION/clusters/CLUSTER, with * for any text',
              ),
          )
          .min(1),
      ),
    default: '',
    meaning:
      'Comma-separated clusters that tasks may create and delete, `projects/PROJECT/locations/LOCATION/clusters/CLUSTER`, with `*` for any text but `/`; none: such tasks are refused.',
  },
  ...accessVariables,
  TASKPOD_NAMESPACE: {
    schema: namespace,
    default: 'composer-user-workloads',
    meaning: 'Namespace of tasks that name none.',
  },
  TASKPOD_NAMESPACES: {
    schema: z
      .string()
      .transform(text => text.split(',').map(part => part.trim()))
      .pipe(z.array(namespace).min(1)),
    default: '',
    meaning:
      'Comma-separated namespaces that tasks may use and that are watched; TASKPOD_NAMESPACE is always one of them.',
  },
  ...policyVariables,
  ...pushVariables,
  TASKPOD_SHARDS: {
    schema: whole(1, 64),
    default: '1',
    meaning: 'Number of scopes a cluster is divided into.',
  },
  TASKPOD_TURN_SECONDS: {
    schema: whole(5, 3_300),
    default: '480',
    meaning:
      'How long one invocation of watch works before it hands over; below the push subscription’s ack deadline.',
  },
  TASKPOD_XCOM_SIDECAR_IMAGE: {
    schema: z.string().min(1),
    default: 'mirror.gcr.io/library/busybox:1.37.0',
    meaning: 'Image of the XCom sidecar: needs sh, base64, sha256sum, fold.',
  },
  TASKPOD_XCOM_MAX_BYTES: {
    schema: whole(1, 4 * 1_024 * 1_024),
    default: String(4 * 1_024 * 1_024),
    meaning: 'Largest return.json that is taken, in bytes.',
  },
  TASKPOD_ACTIVE_DEADLINE_SECONDS: {
    schema: whole(1, 31_536_000),
    default: '604800',
    meaning: 'activeDeadlineSeconds of Pods whose task sets none: the backstop that ends a Pod without us.',
  },
  TASKPOD_INFRASTRUCTURE_RETRIES: {
    schema: whole(0, 100),
    default: '3',
    meaning:
      'How often a run is tried again that failed because of the infrastructure, such as a lost node; these cost none of the task’s retries.',
  },
  TASKPOD_IGNORED_CONTAINERS: {
    schema: z
      .string()
      .transform(text => text.split(',').map(part => part.trim()))
      .pipe(z.array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be names of containers'))),
    default: 'istio-proxy',
    meaning:
      'Comma-separated names of containers that the cluster adds to Pods and that never end: they are not waited for, and their exit codes do not count.',
  },
} satisfies Record<string, { schema: z.ZodType; required?: true; default?: string; meaning: string }>;

/** The deployment's settings, parsed once per instance. */
export interface Config extends AccessSettings {
  bucket: string;
  tasksTopic: string;
  watchTopic: string;
  eventsTopic: string;
  /** Of tasks that name none; in the one spelling of shared/cluster-name.ts. */
  cluster: string;
  /** Every cluster that tasks may use; `cluster` is the first of them. */
  clusters: string[];
  /** Patterns of the clusters that tasks may create and delete; empty: none. */
  clusterOperations: string[];
  defaultNamespace: string;
  /** Every namespace that tasks may use; the default one is among them. */
  namespaces: string[];
  /** What tasks may use. */
  policy: Policy;
  shards: number;
  turnSeconds: number;
  xcomSidecarImage: string;
  xcomMaxBytes: number;
  activeDeadlineSeconds: number;
  infrastructureRetries: number;
  /** Containers that are not waited for, and whose end does not count. */
  ignoredContainers: string[];
  /** How a push is known to come from the deployment's own subscription. */
  pushAuth: PushAuth;
}

/** parseConfig reads the environment; throws `invalid_configuration` with every problem at once. */
export function parseConfig(env: Env): Config {
  const problems: Problem[] = [];
  const read = <T>(name: keyof typeof configVariables, schema: z.ZodType<T>): T | undefined => {
    const variable = configVariables[name];
    const text = env[name] || ('default' in variable ? variable.default : undefined);
    if (text === undefined) {
      problems.push({ path: name, message: `is not set. ${variable.meaning}` });
      return undefined;
    }
    if (text === '') return undefined;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    problems.push({ path: name, message: result.error.issues.map(issue => issue.message).join('; ') });
    return undefined;
  };
  const v = configVariables;
  const values = {
    bucket: read('TASKPOD_BUCKET', v.TASKPOD_BUCKET.schema),
    tasksTopic: read('TASKPOD_TASKS_TOPIC', v.TASKPOD_TASKS_TOPIC.schema),
    watchTopic: read('TASKPOD_WATCH_TOPIC', v.TASKPOD_WATCH_TOPIC.schema),
    eventsTopic: read('TASKPOD_EVENTS_TOPIC', v.TASKPOD_EVENTS_TOPIC.schema),
    cluster: read('TASKPOD_CLUSTER', v.TASKPOD_CLUSTER.schema),
    defaultNamespace: read('TASKPOD_NAMESPACE', v.TASKPOD_NAMESPACE.schema),
    shards: read('TASKPOD_SHARDS', v.TASKPOD_SHARDS.schema),
    turnSeconds: read('TASKPOD_TURN_SECONDS', v.TASKPOD_TURN_SECONDS.schema),
    xcomSidecarImage: read('TASKPOD_XCOM_SIDECAR_IMAGE', v.TASKPOD_XCOM_SIDECAR_IMAGE.schema),
    xcomMaxBytes: read('TASKPOD_XCOM_MAX_BYTES', v.TASKPOD_XCOM_MAX_BYTES.schema),
    activeDeadlineSeconds: read('TASKPOD_ACTIVE_DEADLINE_SECONDS', v.TASKPOD_ACTIVE_DEADLINE_SECONDS.schema),
    infrastructureRetries: read('TASKPOD_INFRASTRUCTURE_RETRIES', v.TASKPOD_INFRASTRUCTURE_RETRIES.schema),
    ignoredContainers: read('TASKPOD_IGNORED_CONTAINERS', v.TASKPOD_IGNORED_CONTAINERS.schema),
    podSecurity: read('TASKPOD_POD_SECURITY', v.TASKPOD_POD_SECURITY.schema),
    endpoint: read('TASKPOD_CLUSTER_ENDPOINT', v.TASKPOD_CLUSTER_ENDPOINT.schema),
  };
  const extra = read('TASKPOD_NAMESPACES', v.TASKPOD_NAMESPACES.schema) ?? [];
  const moreClusters = read('TASKPOD_CLUSTERS', v.TASKPOD_CLUSTERS.schema) ?? [];
  const clusterOperations = read('TASKPOD_CLUSTER_OPERATIONS', v.TASKPOD_CLUSTER_OPERATIONS.schema) ?? [];
  const lists = {
    serviceAccounts: read('TASKPOD_SERVICE_ACCOUNTS', v.TASKPOD_SERVICE_ACCOUNTS.schema),
    images: read('TASKPOD_IMAGES', v.TASKPOD_IMAGES.schema),
    volumes: read('TASKPOD_VOLUMES', v.TASKPOD_VOLUMES.schema),
    secrets: read('TASKPOD_SECRETS', v.TASKPOD_SECRETS.schema),
    priorityClasses: read('TASKPOD_PRIORITY_CLASSES', v.TASKPOD_PRIORITY_CLASSES.schema),
  };
  const impersonationChain = read('TASKPOD_IMPERSONATION_CHAIN', v.TASKPOD_IMPERSONATION_CHAIN.schema) ?? [];
  const overrides = read('TASKPOD_CLUSTER_ACCESS', v.TASKPOD_CLUSTER_ACCESS.schema) ?? {};
  const clusters = [...new Set([values.cluster ?? '', ...moreClusters])];
  const access = accessSettings({ endpoint: values.endpoint ?? 'auto', impersonationChain }, overrides);
  if (values.cluster !== undefined) problems.push(...strangerProblems(access, clusters));
  const push = choosePushAuth({
    mode: read('TASKPOD_PUSH_AUTH', v.TASKPOD_PUSH_AUTH.schema),
    serviceAccount: read('TASKPOD_PUSH_SERVICE_ACCOUNT', v.TASKPOD_PUSH_SERVICE_ACCOUNT.schema),
    audiences: read('TASKPOD_PUSH_AUDIENCE', v.TASKPOD_PUSH_AUDIENCE.schema),
    isCloudRun: Boolean(env.K_SERVICE),
  });
  if ('problems' in push) problems.push(...push.problems);
  if (problems.length > 0 || !isComplete(values) || 'problems' in push) {
    const lines = problems.map(problem => `${problem.path} ${problem.message}`);
    throw new TaskpodError('invalid_configuration', lines.join('; '), {
      action: 'Set the variables as docs/configuration.md says.',
    });
  }
  const { podSecurity, endpoint: _, ...settings } = values;
  const namespaces = [...new Set([settings.defaultNamespace, ...extra])];
  return {
    ...settings,
    clusters,
    clusterOperations,
    ...access,
    pushAuth: push.auth,
    namespaces,
    policy: { podSecurity, namespaces, ...lists },
  };
}

function isComplete<T extends object>(values: T): values is { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.values(values).every(value => value !== undefined);
}
