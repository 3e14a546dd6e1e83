import { configVariables, type Env } from '../shared/config.ts';

/** Where a local function finds everything. */
export interface FunctionSurroundings {
  bucket: string;
  topics: { tasks: string; watch: string; events: string };
  storageUrl: string;
  /** `host:port`. */
  pubsubHost: string;
  kubeconfig: string;
  /** Namespaces that tasks may use, the default one first, unless the user's environment says others. */
  namespaces: readonly string[];
  /** Contexts of clusters of the user's own, the default one first; none where Pods are emulated. */
  contexts: readonly string[];
}

const always = ['LANG', 'LC_ALL', 'PATH', 'TMPDIR', 'TZ', 'SystemRoot', 'TEMP'];

/** What programs need that the user's kubeconfig starts to get a token; names of files and accounts, never a secret itself. */
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
  const ownCluster = at.contexts.length > 0;
  const passed = [...always, ...(ownCluster ? forOwnCluster : []), ...settings];
  const [namespace, ...moreNamespaces] = at.namespaces;
  const [cluster = 'kubeconfig', ...moreClusters] = at.contexts.map(context => `kubeconfig:${context}`);
  return {
    TASKPOD_NAMESPACE: namespace,
    ...(moreNamespaces.length > 0 ? { TASKPOD_NAMESPACES: moreNamespaces.join(',') } : {}),
    ...Object.fromEntries(passed.filter(name => user[name]).map(name => [name, user[name]])),
    TASKPOD_BUCKET: at.bucket,
    TASKPOD_TASKS_TOPIC: at.topics.tasks,
    TASKPOD_WATCH_TOPIC: at.topics.watch,
    TASKPOD_EVENTS_TOPIC: at.topics.events,
    TASKPOD_CLUSTER: cluster,
    // A cluster that the user's shell names for something else is no place for what is emulated here.
    TASKPOD_CLUSTERS: ownCluster ? [...moreClusters, user.TASKPOD_CLUSTERS].filter(Boolean).join(',') : '',
    KUBECONFIG: at.kubeconfig,
    STORAGE_EMULATOR_HOST: at.storageUrl,
    PUBSUB_EMULATOR_HOST: at.pubsubHost,
    // Keeps Google's libraries from asking around for a project and credentials that are not needed.
    GOOGLE_CLOUD_PROJECT: 'taskpod-local',
    METADATA_SERVER_DETECTION: 'none',
  };
}
