import { describe, expect, test } from 'vitest';
import { readKubernetesConnection } from '../../../../functions/launch/prepare/kubernetes-connection.ts';
import { connectionSchema } from '../../../../shared/connection.ts';
import { clusters, FakeSources, prepare, prepared } from './fake-sources.ts';

const read = (extra: Record<string, unknown>) =>
  readKubernetesConnection('k', connectionSchema.parse({ extra }));

const sidecar = {
  xcom_sidecar_container_image: 'gcr.io/p/busybox:1',
  xcom_sidecar_container_resources: { limits: { cpu: '1' } },
  xcom_sidecar_container_security_context: { runAsUser: 1000 },
};
const defaults = {
  namespace: 'etl',
  xcomSidecarImage: 'gcr.io/p/busybox:1',
  xcomSidecarResources: { limits: { cpu: '1' } },
  xcomSidecarSecurityContext: { runAsUser: 1000 },
};

describe('the extra of a connection', () => {
  test('gives defaults', () => {
    expect(read({ namespace: 'etl', ...sidecar })).toEqual({
      defaults,
      cluster: {},
      problems: [],
      warnings: [],
    });
  });

  test('may have the old prefix, and objects as JSON text', () => {
    const old = Object.entries({ namespace: 'etl', ...sidecar }).map(([name, value]) => [
      `extra__kubernetes__${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    expect(read(Object.fromEntries(old)).defaults).toEqual(defaults);
    expect(read({ namespace: 'new', extra__kubernetes__namespace: 'old' }).defaults.namespace).toBe('new');
  });

  test('what is empty says nothing, and what is unknown is left alone', () => {
    const none = { defaults: {}, cluster: {}, problems: [], warnings: [] };
    expect(read({ namespace: '', kube_config: null, in_cluster: false, other: 1 })).toEqual(none);
  });

  test('names a cluster', () => {
    const cluster = { project_id: 'p', location: 'l', cluster_name: 'c' };
    expect(read(cluster).cluster).toEqual(cluster);
    expect(read({ cluster_context: 'kind' }).cluster).toEqual({ cluster_context: 'kind' });
  });

  test.each<[Record<string, unknown>, 'problems' | 'warnings', string]>([
    [
      { kube_config: '{"geheim": 1}' },
      'problems',
      'kube_config is not taken: a kubeconfig is never read from',
    ],
    [{ kube_config_path: '/geheim' }, 'problems', 'kube_config_path is not taken'],
    [
      { kube_config_path: '/home/airflow/composer_kube_config' },
      'warnings',
      'kube_config_path has no effect',
    ],
    [{ kube_config: 'geheim', cluster_name: 'c' }, 'warnings', 'kube_config has no effect'],
    [{ in_cluster: true }, 'warnings', "in_cluster means the deployment's default cluster here. Remove it"],
    [{ extra__kubernetes__in_cluster: 'True' }, 'warnings', 'in_cluster means'],
    [
      { disable_verify_ssl: true },
      'warnings',
      'disable_verify_ssl has no effect: this is never switched off',
    ],
    [{ disable_tcp_keepalive: '1' }, 'warnings', 'disable_tcp_keepalive has no effect'],
    [{ namespace: 5 }, 'problems', 'namespace must be a text'],
    [
      { xcom_sidecar_container_resources: { limits: { cpu: 'geheim' } } },
      'problems',
      'xcom_sidecar_container_resources.limits.cpu must be a quantity',
    ],
    [
      { xcom_sidecar_container_resources: 'geheim' },
      'problems',
      'xcom_sidecar_container_resources must be an',
    ],
    [
      { xcom_sidecar_container_security_context: { run_as_user: 1 } },
      'problems',
      'xcom_sidecar_container_security_context.run_as_user is not a field',
    ],
  ])('%j: %s', (extra, kind, message) => {
    const { problems, warnings } = read(extra);
    expect({ problems, warnings }).toEqual({
      problems: [],
      warnings: [],
      [kind]: [
        {
          path: 'kubernetes_conn_id',
          message: expect.stringContaining(`connection k, whose extra ${message}`),
        },
      ],
    });
    expect(JSON.stringify([problems, warnings])).not.toContain('geheim');
  });

  test('in_cluster beside a cluster that is named says nothing', () => {
    expect(read({ in_cluster: true, cluster_context: 'kind' }).warnings).toEqual([]);
  });
});

describe('kubernetes_conn_id', () => {
  const connections = {
    kubernetes_default: { extra: { namespace: 'by-default' } },
    etl: { extra: { namespace: 'etl', ...sidecar } },
    other: { extra: { cluster_name: 'other', location: 'europe-west1', project_id: 'p' } },
    broken: { extra: { cluster_name: 'nowhere', location: 'x', project_id: 'p' } },
  };

  test.each<[Record<string, unknown>, string, string[]]>([
    [{}, 'by-default', ['default connection']],
    [{ kubernetes_conn_id: 'etl' }, 'etl', ['connection etl']],
    [{ kubernetes_conn_id: 'kubernetes_default' }, 'by-default', ['connection kubernetes_default']],
    [{ kubernetes_conn_id: '{{ params.which }}', params: { which: 'etl' } }, 'etl', ['connection etl']],
    [{ kubernetes_conn_id: 'etl', namespace: 'mine' }, 'mine', ['connection etl']],
    [{ kubernetes_conn_id: 'other' }, 'tasks', ['connection other']],
    [
      { kubernetes_conn_id: 'etl', full_pod_spec: { metadata: { namespace: 'of-the-pod' } } },
      'of-the-pod',
      ['connection etl'],
    ],
  ])('%j gives the namespace %s', async (keys, namespace, asked) => {
    const sources = new FakeSources({ connections });
    const ready = await prepared(keys, {}, { sources });
    expect([ready.namespace, sources.asked]).toEqual([namespace, asked]);
  });

  test('without kubernetes_default is nothing', async () => {
    expect(await prepared({})).toMatchObject({ namespace: 'tasks', cluster: 'kubeconfig', warnings: [] });
    expect((await prepared({ kubernetes_conn_id: 'kubernetes_default' })).namespace).toBe('tasks');
  });

  test('the sidecar is the connection’s', async () => {
    const { pod } = await prepared({ kubernetes_conn_id: 'etl', do_xcom_push: true }, { connections });
    expect(pod.spec.initContainers).toMatchObject([
      {
        image: 'gcr.io/p/busybox:1',
        resources: { limits: { cpu: '1' } },
        securityContext: { runAsUser: 1000 },
      },
    ]);
  });

  test.each<[Record<string, unknown>, string, string]>([
    [{ kubernetes_conn_id: 'etll' }, 'kubernetes_conn_id', 'does not exist; did you mean "etl"?'],
    [
      { kubernetes_conn_id: 'zzzzzzzzz' },
      'kubernetes_conn_id',
      'does not exist; add it with taskpod connections',
    ],
    [
      { kubernetes_conn_id: 'broken' },
      'kubernetes_conn_id',
      `extra cluster_name names no cluster of this deployment: use one of ${clusters.join(', ')}`,
    ],
    [{ kubernetes_conn_id: '{{ x }}' }, 'kubernetes_conn_id', 'x is not defined'],
    [{ kubernetes_conn_id: 5 }, 'kubernetes_conn_id', 'must be a string'],
  ])('%j is refused', async (keys, path, message) => {
    expect(await prepare(keys, { connections })).toMatchObject({
      ok: false,
      problems: [{ path, message: expect.stringContaining(message) }],
    });
  });

  test('a connection that cannot be read is told without its content', async () => {
    const sources = Object.assign(new FakeSources(), {
      connection: async () => ({ kind: 'broken', message: 'the connection k is not valid: add it again' }),
    });
    expect(await prepare({ kubernetes_conn_id: 'k' }, {}, { sources })).toMatchObject({
      problems: [
        {
          path: 'kubernetes_conn_id',
          message: 'cannot be used: the connection k is not valid: add it again',
        },
      ],
    });
  });
});
