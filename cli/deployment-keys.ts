import { z } from 'zod';
import { configVariables, type Env } from '../shared/config.ts';

const subscription = z
  .string()
  .regex(
    /^projects\/[^/]+\/subscriptions\/[^/]+$/,
    'must be a full subscription name: projects/PROJECT/subscriptions/SUBSCRIPTION',
  );
const account = z.string().regex(/^[^\s@:]+@[^\s@:]+$/, 'must be the e-mail address of a service account');

/** One thing that the commands know of a deployment. */
interface DeploymentKey {
  /** The variable that wins over the file. */
  variable: string;
  schema: z.ZodType<string | string[]>;
  /** In the file a list, in the variable its elements separated by commas. */
  list?: true;
  meaning: string;
}

/**
 * What the commands know of a deployment, by its name in `taskpod.json` and in Terraform's output `taskpod`. docs/cli.md is
 * compared with it.
 */
export const deploymentKeys = {
  bucket: {
    variable: 'TASKPOD_BUCKET',
    schema: configVariables.TASKPOD_BUCKET.schema,
    meaning: 'bucket that holds runs, without gs://',
  },
  tasks_topic: {
    variable: 'TASKPOD_TASKS_TOPIC',
    schema: configVariables.TASKPOD_TASKS_TOPIC.schema,
    meaning: 'topic on which tasks are published',
  },
  watch_topic: {
    variable: 'TASKPOD_WATCH_TOPIC',
    schema: configVariables.TASKPOD_WATCH_TOPIC.schema,
    meaning: 'topic that wakes the watch function',
  },
  events_topic: {
    variable: 'TASKPOD_EVENTS_TOPIC',
    schema: configVariables.TASKPOD_EVENTS_TOPIC.schema,
    meaning: 'topic on which changes of state are announced',
  },
  dead_letters_subscription: {
    variable: 'TASKPOD_DEAD_LETTERS_SUBSCRIPTION',
    schema: subscription,
    meaning: 'pull subscription to messages that could not be handled',
  },
  launch_subscription: {
    variable: 'TASKPOD_LAUNCH_SUBSCRIPTION',
    schema: subscription,
    meaning: 'push subscription of the launch function',
  },
  watch_subscription: {
    variable: 'TASKPOD_WATCH_SUBSCRIPTION',
    schema: subscription,
    meaning: 'push subscription of the watch function',
  },
  cluster: {
    variable: 'TASKPOD_CLUSTER',
    schema: configVariables.TASKPOD_CLUSTER.schema,
    meaning: 'cluster of tasks that name none',
  },
  clusters: {
    variable: 'TASKPOD_CLUSTERS',
    schema: z.array(configVariables.TASKPOD_CLUSTER.schema),
    list: true,
    meaning: 'further clusters that tasks may name',
  },
  namespace: {
    variable: 'TASKPOD_NAMESPACE',
    schema: configVariables.TASKPOD_NAMESPACE.schema,
    meaning: 'namespace of tasks that name none',
  },
  namespaces: {
    variable: 'TASKPOD_NAMESPACES',
    schema: z.array(configVariables.TASKPOD_NAMESPACE.schema),
    list: true,
    meaning: 'further namespaces that tasks may use',
  },
  launch_service_account: {
    variable: 'TASKPOD_LAUNCH_SERVICE_ACCOUNT',
    schema: account,
    meaning: 'e-mail address of the account that the launch function runs as',
  },
  watch_service_account: {
    variable: 'TASKPOD_WATCH_SERVICE_ACCOUNT',
    schema: account,
    meaning: 'e-mail address of the account that the watch function runs as',
  },
} satisfies Record<string, DeploymentKey>;

/** A name in `taskpod.json`. */
export type DeploymentKeyName = keyof typeof deploymentKeys;

/** What is known of a deployment. */
export type Deployment = { [K in DeploymentKeyName]?: z.output<(typeof deploymentKeys)[K]['schema']> };

/** Their names, in the order in which they are written and documented. */
export const deploymentKeyNames = Object.keys(deploymentKeys).filter(isDeploymentKey);

function isDeploymentKey(name: string): name is DeploymentKeyName {
  return Object.hasOwn(deploymentKeys, name);
}

/** deploymentEnv writes a deployment as the variables that say the same. */
export function deploymentEnv(deployment: Deployment): Env {
  const set = deploymentKeyNames.flatMap(name => {
    const value = deployment[name];
    return value === undefined ? [] : [[deploymentKeys[name].variable, String(value)]];
  });
  return Object.fromEntries(set);
}
