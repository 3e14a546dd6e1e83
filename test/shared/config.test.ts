import { describe, expect, test } from 'vitest';
import type { ClusterAccess } from '../../shared/cluster-access.ts';
import { type Config, configVariables, type Env, parseConfig } from '../../shared/config.ts';
import { TaskpodError } from '../../shared/errors.ts';

const required: Env = {
  TASKPOD_BUCKET: 'my-bucket',
  TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks',
  TASKPOD_WATCH_TOPIC: 'projects/p/topics/watch',
  TASKPOD_EVENTS_TOPIC: 'projects/p/topics/events',
  TASKPOD_CLUSTER: 'kubeconfig',
};
const defaults: Config = {
  bucket: 'my-bucket',
  tasksTopic: 'projects/p/topics/tasks',
  watchTopic: 'projects/p/topics/watch',
  eventsTopic: 'projects/p/topics/events',
  cluster: 'kubeconfig',
  clusters: ['kubeconfig'],
  clusterOperations: [],
  access: { endpoint: 'auto', impersonationChain: [] },
  accessByCluster: new Map(),
  pushAuth: { mode: 'none' },
  defaultNamespace: 'composer-user-workloads',
  namespaces: ['composer-user-workloads'],
  shards: 1,
  turnSeconds: 480,
  xcomSidecarImage: 'mirror.gcr.io/library/busybox:1.37.0',
  xcomMaxBytes: 4_194_304,
  activeDeadlineSeconds: 604_800,
  infrastructureRetries: 3,
  ignoredContainers: ['istio-proxy'],
  policy: { podSecurity: 'baseline', namespaces: ['composer-user-workloads'] },
};

function problemsOf(env: Env): string {
  try {
    parseConfig(env);
  } catch (error) {
    if (!(error instanceof TaskpodError)) throw error;
    expect(error.code).toBe('invalid_configuration');
    expect(error.retryable).toBe(false);
    expect(error.action).toContain('docs/configuration.md');
    return error.message;
  }
  return '';
}

describe('parseConfig', () => {
  test('has a default for everything that is not required', () => {
    expect(parseConfig(required)).toEqual(defaults);
  });

  test('an empty variable counts as not set', () => {
    const empty = Object.fromEntries(Object.keys(configVariables).map(name => [name, '']));
    expect(parseConfig({ ...empty, ...required })).toEqual(defaults);
  });

  test.each<[string, Env, Partial<Config>]>([
    [
      'a GKE cluster',
      { TASKPOD_CLUSTER: 'projects/my-project/locations/europe-west1/clusters/main' },
      {
        cluster: 'projects/my-project/locations/europe-west1/clusters/main',
        clusters: ['projects/my-project/locations/europe-west1/clusters/main'],
      },
    ],
    [
      'further clusters, each once, whatever its spelling',
      {
        TASKPOD_CLUSTER: 'projects/p/zones/europe-west1-b/clusters/c',
        TASKPOD_CLUSTERS:
          'kubeconfig:gke_p_l_c, kubeconfig ,projects/p/locations/europe-west1-b/clusters/c,kubeconfig',
      },
      {
        cluster: 'projects/p/locations/europe-west1-b/clusters/c',
        clusters: ['projects/p/locations/europe-west1-b/clusters/c', 'kubeconfig:gke_p_l_c', 'kubeconfig'],
      },
    ],
    [
      'how clusters are reached, and which differ',
      {
        TASKPOD_CLUSTER: 'projects/p/locations/l/clusters/a',
        TASKPOD_CLUSTERS: 'projects/p/locations/l/clusters/b,projects/p/locations/l/clusters/c',
        TASKPOD_CLUSTER_ENDPOINT: 'dns',
        TASKPOD_IMPERSONATION_CHAIN: 'x@p.iam.gserviceaccount.com, y@p.iam.gserviceaccount.com',
        TASKPOD_CLUSTER_ACCESS: JSON.stringify({
          'projects/p/zones/l/clusters/b': { endpoint: 'internal' },
          'projects/p/locations/l/clusters/c': { impersonation_chain: [] },
        }),
      },
      {
        cluster: 'projects/p/locations/l/clusters/a',
        clusters: ['a', 'b', 'c'].map(name => `projects/p/locations/l/clusters/${name}`),
        access: {
          endpoint: 'dns',
          impersonationChain: ['x@p.iam.gserviceaccount.com', 'y@p.iam.gserviceaccount.com'],
        },
        accessByCluster: new Map<string, ClusterAccess>([
          [
            'projects/p/locations/l/clusters/b',
            {
              endpoint: 'internal',
              impersonationChain: ['x@p.iam.gserviceaccount.com', 'y@p.iam.gserviceaccount.com'],
            },
          ],
          ['projects/p/locations/l/clusters/c', { endpoint: 'dns', impersonationChain: [] }],
        ]),
      },
    ],
    [
      'a domain-scoped project',
      { TASKPOD_TASKS_TOPIC: 'projects/example.com:p/topics/t' },
      { tasksTopic: 'projects/example.com:p/topics/t' },
    ],
    [
      'another namespace',
      { TASKPOD_NAMESPACE: 'etl' },
      {
        defaultNamespace: 'etl',
        namespaces: ['etl'],
        policy: { podSecurity: 'baseline', namespaces: ['etl'] },
      },
    ],
    [
      'further namespaces, each once',
      { TASKPOD_NAMESPACE: 'etl', TASKPOD_NAMESPACES: 'ml, etl ,ml,x' },
      {
        defaultNamespace: 'etl',
        namespaces: ['etl', 'ml', 'x'],
        policy: { podSecurity: 'baseline', namespaces: ['etl', 'ml', 'x'] },
      },
    ],
    ['shards', { TASKPOD_SHARDS: '64' }, { shards: 64 }],
    ['the shortest turn', { TASKPOD_TURN_SECONDS: '5' }, { turnSeconds: 5 }],
    ['the longest turn', { TASKPOD_TURN_SECONDS: '3300' }, { turnSeconds: 3_300 }],
    ['another image', { TASKPOD_XCOM_SIDECAR_IMAGE: 'busybox:1.35' }, { xcomSidecarImage: 'busybox:1.35' }],
    ['a smaller XCom', { TASKPOD_XCOM_MAX_BYTES: '1' }, { xcomMaxBytes: 1 }],
    ['a year', { TASKPOD_ACTIVE_DEADLINE_SECONDS: '31536000' }, { activeDeadlineSeconds: 31_536_000 }],
  ])('takes %s', (_, env, expected) => {
    expect(parseConfig({ ...required, ...env })).toEqual({ ...defaults, ...expected });
  });

  test.each<[Env, string]>([
    [
      { TASKPOD_BUCKET: 'gs://my-bucket' },
      'TASKPOD_BUCKET must be the name of a Cloud Storage bucket, without gs://',
    ],
    [{ TASKPOD_BUCKET: 'My-bucket' }, 'TASKPOD_BUCKET must be the name'],
    [{ TASKPOD_BUCKET: 'ab' }, 'TASKPOD_BUCKET must be the name'],
    [{ TASKPOD_BUCKET: 'my-bucket-' }, 'TASKPOD_BUCKET must be the name'],
    [{ TASKPOD_TASKS_TOPIC: 'tasks' }, 'TASKPOD_TASKS_TOPIC must be a full topic name'],
    [{ TASKPOD_WATCH_TOPIC: 'projects/p/topics/t/x' }, 'TASKPOD_WATCH_TOPIC must be a full topic name'],
    [{ TASKPOD_EVENTS_TOPIC: 'x/projects/p/topics/t' }, 'TASKPOD_EVENTS_TOPIC must be a full topic name'],
    [{ TASKPOD_CLUSTER: 'main' }, 'TASKPOD_CLUSTER must be "kubeconfig", kubeconfig:CONTEXT or projects/'],
    [
      { TASKPOD_CLUSTER: 'my-kubeconfig' },
      'TASKPOD_CLUSTER must be "kubeconfig", kubeconfig:CONTEXT or projects/',
    ],
    [
      { TASKPOD_CLUSTER: 'kubeconfig2' },
      'TASKPOD_CLUSTER must be "kubeconfig", kubeconfig:CONTEXT or projects/',
    ],
    [
      { TASKPOD_CLUSTER: 'kubeconfig:' },
      'TASKPOD_CLUSTER must be "kubeconfig", kubeconfig:CONTEXT or projects/',
    ],
    [
      { TASKPOD_CLUSTERS: 'kubeconfig,main' },
      'TASKPOD_CLUSTERS must be "kubeconfig", kubeconfig:CONTEXT or projects/',
    ],
    [
      { TASKPOD_CLUSTER: 'https://10.0.0.1' },
      'TASKPOD_CLUSTER must be "kubeconfig", kubeconfig:CONTEXT or projects/',
    ],
    [{ TASKPOD_NAMESPACE: 'Etl' }, 'TASKPOD_NAMESPACE must be a Kubernetes namespace'],
    [{ TASKPOD_NAMESPACE: 'n'.repeat(64) }, 'TASKPOD_NAMESPACE must be a Kubernetes namespace'],
    [{ TASKPOD_NAMESPACE: 'etl-' }, 'TASKPOD_NAMESPACE must be a Kubernetes namespace'],
    [{ TASKPOD_NAMESPACES: 'a,,b' }, 'TASKPOD_NAMESPACES must be a Kubernetes namespace'],
    [
      { TASKPOD_CLUSTER_ENDPOINT: 'https://x' },
      'TASKPOD_CLUSTER_ENDPOINT must be one of: auto, dns, internal, public',
    ],
    [
      { TASKPOD_IMPERSONATION_CHAIN: 'a@b.test' },
      'TASKPOD_IMPERSONATION_CHAIN must be e-mails of service accounts',
    ],
    [{ TASKPOD_CLUSTER_ACCESS: '{' }, 'TASKPOD_CLUSTER_ACCESS must be JSON'],
    [
      { TASKPOD_CLUSTER_ACCESS: '{"kubeconfig": {}}' },
      'TASKPOD_CLUSTER_ACCESS names what is no GKE cluster of TASKPOD_CLUSTER or TASKPOD_CLUSTERS: kubeconfig',
    ],
    [
      { TASKPOD_CLUSTER_ACCESS: '{"projects/p/locations/l/clusters/c": {"endpoint": "dns"}}' },
      'TASKPOD_CLUSTER_ACCESS names what is no GKE cluster of TASKPOD_CLUSTER or TASKPOD_CLUSTERS: projects/p/locations/l/clusters/c',
    ],
    [
      { TASKPOD_CLUSTER_ACCESS: '{"projects/p/locations/l/clusters/c": {"server": "https://x"}}' },
      'TASKPOD_CLUSTER_ACCESS ',
    ],
    [{ TASKPOD_PUSH_AUTH: 'yes' }, 'TASKPOD_PUSH_AUTH must be one of: iam, signature, none'],
    [{ TASKPOD_PUSH_SERVICE_ACCOUNT: 'me' }, 'TASKPOD_PUSH_SERVICE_ACCOUNT must be the e-mail'],
    [{ TASKPOD_SHARDS: '0' }, 'TASKPOD_SHARDS '],
    [{ TASKPOD_SHARDS: '65' }, 'TASKPOD_SHARDS '],
    [{ TASKPOD_SHARDS: '1.5' }, 'TASKPOD_SHARDS must be a whole number'],
    [{ TASKPOD_SHARDS: 'x1' }, 'TASKPOD_SHARDS must be a whole number'],
    [{ TASKPOD_TURN_SECONDS: '4' }, 'TASKPOD_TURN_SECONDS '],
    [{ TASKPOD_TURN_SECONDS: '3301' }, 'TASKPOD_TURN_SECONDS '],
    [{ TASKPOD_XCOM_MAX_BYTES: '0' }, 'TASKPOD_XCOM_MAX_BYTES '],
    [{ TASKPOD_XCOM_MAX_BYTES: '4194305' }, 'TASKPOD_XCOM_MAX_BYTES '],
    [{ TASKPOD_ACTIVE_DEADLINE_SECONDS: '0' }, 'TASKPOD_ACTIVE_DEADLINE_SECONDS '],
    [{ TASKPOD_ACTIVE_DEADLINE_SECONDS: '31536001' }, 'TASKPOD_ACTIVE_DEADLINE_SECONDS '],
  ])('refuses %j', (env, expected) => {
    const problems = problemsOf({ ...required, ...env });
    expect(problems).toContain(expected);
    expect(problems.split('; ')).toHaveLength(1);
  });

  test('tells all problems at once, each with the name of the variable and what it is for', () => {
    const problems = problemsOf({ TASKPOD_SHARDS: 'many', TASKPOD_BUCKET: 'gs://b' }).split('; ');
    expect(problems).toEqual([
      expect.stringMatching(/^TASKPOD_BUCKET must be/),
      'TASKPOD_TASKS_TOPIC is not set. Topic on which tasks are published.',
      'TASKPOD_WATCH_TOPIC is not set. Topic that wakes the watch function.',
      'TASKPOD_EVENTS_TOPIC is not set. Topic on which state changes are announced.',
      expect.stringMatching(/^TASKPOD_CLUSTER is not set\. /),
      'TASKPOD_SHARDS must be a whole number',
    ]);
  });
});

test('every variable is either required or has a default, and says what it is for', () => {
  for (const [name, variable] of Object.entries(configVariables)) {
    const { required, default: value }: { required?: boolean; default?: string } = variable;
    expect({ name, required, hasDefault: value !== undefined }).toEqual(
      value === undefined ? { name, required: true, hasDefault: false } : { name, hasDefault: true },
    );
    expect(variable.meaning).toMatch(/\.$/);
  }
});
