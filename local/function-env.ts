import { configVariables, type Env } from '../shared/config.ts';

/** Where a local function finds everything. */
export interface FunctionSurroundings {
  bucket: string;
  topics: { tasks: string; watch: string; events: string };
  storageUrl: string;
  /** `host:port`. */
  pubsubHost: string;
  kubeconfig: string;
  /** Namespace of tasks that name none, unless the user's environment says another. */
  namespace: string;
  /** The cluster is the user's own, and its kubeconfig may start programs that need more of the environment. */
  ownCluster: boolean;
}

const always = ['LANG', 'LC_ALL', 'PATH', 'TMPDIR', 'TZ', 'SystemRoot', 'TEMP'];

/** What programs need that a kubeconfig starts to get a token; names of files and accounts, never a secret itself. */
const forOwnCluster = [
  'HOME',
  'USER',
  'AWS_CONFIG_FILE',
  'AWS_PROFILE',
  'CLOUDSDK_ACTIVE_CONFIG_NAME',
  'CLOUDSDK_CONFIG',
  'HTTPS_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'USERPROFILE',
];

/**
 * functionEnv is the whole environment of a local function: where things are, the deployment's settings that the user
 * has set (those that have a default), and of the user's other variables only a few that hold no secret.
 */
export function functionEnv(user: Env, at: FunctionSurroundings): Env {
  const settings = Object.entries(configVariables)
    .filter(([, variable]) => 'default' in variable)
    .map(([name]) => name);
  const passed = [...always, ...(at.ownCluster ? forOwnCluster : []), ...settings];
  return {
    TASKPOD_NAMESPACE: at.namespace,
    ...Object.fromEntries(passed.filter(name => user[name]).map(name => [name, user[name]])),
    TASKPOD_BUCKET: at.bucket,
    TASKPOD_TASKS_TOPIC: at.topics.tasks,
    TASKPOD_WATCH_TOPIC: at.topics.watch,
    TASKPOD_EVENTS_TOPIC: at.topics.events,
    TASKPOD_CLUSTER: 'kubeconfig',
    KUBECONFIG: at.kubeconfig,
    STORAGE_EMULATOR_HOST: at.storageUrl,
    PUBSUB_EMULATOR_HOST: at.pubsubHost,
    // Keeps Google's libraries from asking around for a project and credentials that are not needed.
    GOOGLE_CLOUD_PROJECT: 'taskpod-local',
    METADATA_SERVER_DETECTION: 'none',
  };
}
