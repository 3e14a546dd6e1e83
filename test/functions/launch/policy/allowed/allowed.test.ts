import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../../../shared/policy.ts';
import { judge } from '../judge.ts';
import { judgeTask } from '../judge-task.ts';

type Keys = Record<string, unknown>;
interface Row {
  policy: Partial<Policy>;
  keys: Keys;
  refused: string[];
}
const listed = (value: string, variable: string, allowed: string) =>
  `"${value}" is not allowed here: TASKPOD_${variable} allows ${allowed}. Use one of them or have it added`;

function check({ policy, keys, refused }: Row): void {
  expect(judgeTask(keys, { policy: { podSecurity: 'baseline', ...policy } })).toEqual({
    invalid: [],
    refused,
  });
}

describe('namespaces', () => {
  const message =
    'is not a namespace of this deployment: use one of tasks, other, or have it added to TASKPOD_NAMESPACES';
  test.each<Row>([
    { policy: {}, keys: { namespace: 'any' }, refused: [] },
    { policy: { namespaces: ['tasks', 'other'] }, keys: {}, refused: [] },
    { policy: { namespaces: ['tasks', 'other'] }, keys: { namespace: 'other' }, refused: [] },
    {
      policy: { namespaces: ['tasks', 'other'] },
      keys: { namespace: 'kube-system' },
      refused: [`namespace: ${message}`],
    },
    {
      policy: { namespaces: ['tasks', 'other'] },
      keys: { full_pod_spec: { metadata: { namespace: 'kube-system' } } },
      refused: [`full_pod_spec.metadata.namespace: ${message}`],
    },
  ])('$policy $keys', check);

  test('the default namespace of a deployment that does not have it', () => {
    const policy: Policy = { podSecurity: 'baseline', namespaces: ['tasks', 'other'] };
    const metadata = { namespace: 'kube-system' };
    const places = { 'metadata.namespace': '' };
    expect(judge({ metadata, places, policy }).refused).toEqual([{ path: 'namespace', message }]);
  });

  test('of a connection', () => {
    const policy: Policy = { podSecurity: 'baseline', namespaces: ['tasks', 'other'] };
    const found = judgeTask({}, { policy, connection: { namespace: 'kube-system' } });
    expect(found.refused).toEqual([`kubernetes_conn_id: ${message}`]);
  });
});

describe('service accounts', () => {
  const policy = { serviceAccounts: ['etl-*', 'tasks/runner', 'other/default'] };
  const message = (name: string) => listed(name, 'SERVICE_ACCOUNTS', 'etl-*, tasks/runner, other/default');
  const spec = (fields: Keys): Keys => ({ full_pod_spec: { spec: fields } });
  test.each<Row>([
    { policy: {}, keys: { service_account_name: 'any' }, refused: [] },
    { policy, keys: { service_account_name: 'etl-daily' }, refused: [] },
    { policy, keys: { service_account_name: 'runner' }, refused: [] },
    {
      policy,
      keys: { service_account_name: 'runner', namespace: 'other' },
      refused: [`service_account_name: ${message('runner')}`],
    },
    {
      policy,
      keys: { service_account_name: 'admin' },
      refused: [`service_account_name: ${message('admin')}`],
    },
    { policy, keys: {}, refused: [`service_account_name: ${message('default')}`] },
    {
      policy,
      keys: { service_account_name: '' },
      refused: [`service_account_name: ${message('default')}`],
    },
    { policy, keys: { namespace: 'other' }, refused: [] },
    {
      policy,
      keys: spec({ serviceAccountName: 'admin' }),
      refused: [`full_pod_spec.spec.serviceAccountName: ${message('admin')}`],
    },
    {
      policy,
      keys: spec({ serviceAccount: 'admin' }),
      refused: [`full_pod_spec.spec.serviceAccount: ${message('admin')}`],
    },
    {
      policy,
      keys: { ...spec({ serviceAccount: 'admin' }), service_account_name: 'etl-x' },
      refused: [`full_pod_spec.spec.serviceAccount: ${message('admin')}`],
    },
    { policy, keys: spec({ serviceAccount: 'etl-x' }), refused: [] },
  ])('$keys', check);
});

describe('images', () => {
  const mine = 'europe-docker.pkg.dev/my-project/*';
  const policy = { images: [mine] };
  const good = 'europe-docker.pkg.dev/my-project/repo/image:1';
  const message = (image: string) => listed(image, 'IMAGES', mine);
  test.each<Row>([
    { policy: {}, keys: { image: 'docker.io/evil/x' }, refused: [] },
    { policy, keys: { image: good }, refused: [] },
    { policy, keys: { image: 'docker.io/evil/x' }, refused: [`image: ${message('docker.io/evil/x')}`] },
    { policy, keys: { image: good, do_xcom_push: true }, refused: [] },
    {
      policy,
      keys: { image: good, init_containers: [{ name: 'a', image: 'busybox' }] },
      refused: [`init_containers.0.image: ${message('busybox')}`],
    },
    {
      policy,
      keys: {
        image: good,
        full_pod_spec: { spec: { containers: [{}, { name: 'b', image: 'busybox' }] } },
      },
      refused: [`full_pod_spec.spec.containers.1.image: ${message('busybox')}`],
    },
    {
      policy,
      keys: { image: good, volumes: [{ name: 'a', image: { reference: 'evil/models' } }] },
      refused: [`volumes.0.image.reference: ${message('evil/models')}`],
    },
    { policy, keys: { image: good, volumes: [{ name: 'a', image: { reference: good } }] }, refused: [] },
    { policy, keys: { image: good, volumes: [{ name: 'a', image: {} }] }, refused: [] },
    {
      policy,
      keys: { image: `${'a'.repeat(100)}` },
      refused: [`image: ${message(`${'a'.repeat(79)}…`)}`],
    },
    {
      policy: { images: Array.from({ length: 7 }, (_, index) => `h${index}.io/*`) },
      keys: {},
      refused: [
        `image: ${listed('busybox', 'IMAGES', 'h0.io/*, h1.io/*, h2.io/*, h3.io/*, h4.io/*, 2 more')}`,
      ],
    },
    {
      policy: { images: Array.from({ length: 5 }, (_, index) => `h${index}.io/*`) },
      keys: {},
      refused: [`image: ${listed('busybox', 'IMAGES', 'h0.io/*, h1.io/*, h2.io/*, h3.io/*, h4.io/*')}`],
    },
  ])('$keys', check);

  test('an image that is none is told once', () => {
    const found = judgeTask({ image: 'A B' }, { policy: { podSecurity: 'baseline', ...policy } });
    expect([found.invalid.length, found.refused]).toEqual([1, []]);
  });

  test('the sidecar’s image of a connection is the task’s choice', () => {
    const connection = { xcomSidecarImage: 'evil/sidecar' };
    const surroundings = { policy: { podSecurity: 'baseline', ...policy } as const, connection };
    expect(judgeTask({ image: good, do_xcom_push: true }, surroundings).refused).toEqual([
      `kubernetes_conn_id: ${message('evil/sidecar')}`,
    ]);
  });
});

describe('volumes', () => {
  const volumes = ['configMap', 'secret'];
  const message = (kind: string) => listed(kind, 'VOLUMES', 'configMap, secret');
  const nfs = { name: 'a', nfs: { server: 's', path: '/' } };
  const hostPath = { name: 'a', hostPath: { path: '/' } };
  test.each<Row>([
    { policy: {}, keys: { volumes: [nfs] }, refused: [] },
    { policy: { volumes }, keys: { volumes: [{ name: 'a', configMap: {} }] }, refused: [] },
    { policy: { volumes }, keys: { volumes: [nfs] }, refused: [`volumes.0.nfs: ${message('nfs')}`] },
    {
      policy: { volumes },
      keys: { volumes: [{ name: 'a', emptyDir: {} }] },
      refused: [`volumes.0.emptyDir: ${message('emptyDir')}`],
    },
    {
      policy: { volumes },
      keys: { volumes: [{ name: 'a' }] },
      refused: [`volumes.0.emptyDir: ${message('emptyDir')}`],
    },
    { policy: { volumes }, keys: { do_xcom_push: true }, refused: [] },
    {
      policy: { volumes: ['emptyDir'] },
      keys: { secrets: [{ deploy_type: 'volume', deploy_target: '/s', secret: 'db' }] },
      refused: [`secrets.0: ${listed('secret', 'VOLUMES', 'emptyDir')}`],
    },
    {
      policy: { podSecurity: 'privileged' },
      keys: { volumes: [hostPath] },
      refused: [
        'volumes.0.hostPath: is not allowed here: use another kind of volume, or have it added to TASKPOD_VOLUMES',
      ],
    },
    { policy: { podSecurity: 'privileged' }, keys: { volumes: [nfs] }, refused: [] },
    {
      policy: { podSecurity: 'privileged', volumes: ['hostPath'] },
      keys: { volumes: [hostPath] },
      refused: [],
    },
    {
      policy: { volumes: ['hostPath'] },
      keys: { volumes: [hostPath] },
      refused: [
        'volumes.0.hostPath: is refused by the Pod Security Standard "baseline" (HostPath Volumes): remove it',
      ],
    },
  ])('$policy $keys', check);
});

describe('Secrets', () => {
  const policy = { secrets: ['db-*', 'tasks/shared'] };
  const message = (name: string) => listed(name, 'SECRETS', 'db-*, tasks/shared');
  const named = (secret: string): { keys: Keys; path: string }[] => [
    {
      keys: { env_vars: [{ name: 'A', valueFrom: { secretKeyRef: { name: secret, key: 'k' } } }] },
      path: 'env_vars.0.valueFrom.secretKeyRef.name',
    },
    { keys: { env_from: [{ secretRef: { name: secret } }] }, path: 'env_from.0.secretRef.name' },
    { keys: { secrets: [{ deploy_type: 'env', secret }] }, path: 'secrets.0.secret' },
    {
      keys: { secrets: [{ deploy_type: 'env', deploy_target: 'A', secret, key: 'k' }] },
      path: 'secrets.0.secret',
    },
    { keys: { secrets: [{ deploy_type: 'volume', deploy_target: '/a', secret }] }, path: 'secrets.0.secret' },
    {
      keys: { volumes: [{ name: 'a', secret: { secretName: secret } }] },
      path: 'volumes.0.secret.secretName',
    },
    {
      keys: { volumes: [{ name: 'a', projected: { sources: [{ secret: { name: secret } }] } }] },
      path: 'volumes.0.projected.sources.0.secret.name',
    },
    {
      keys: { volumes: [{ name: 'a', csi: { driver: 'd', nodePublishSecretRef: { name: secret } } }] },
      path: 'volumes.0.csi.nodePublishSecretRef.name',
    },
    {
      keys: { volumes: [{ name: 'a', azureFile: { shareName: 's', secretName: secret } }] },
      path: 'volumes.0.azureFile.secretName',
    },
    {
      keys: { volumes: [{ name: 'a', cephfs: { monitors: [], secretRef: { name: secret } } }] },
      path: 'volumes.0.cephfs.secretRef.name',
    },
    { keys: { image_pull_secrets: [{ name: secret }] }, path: 'image_pull_secrets.0.name' },
    {
      keys: { init_containers: [{ name: 'a', image: 'a', envFrom: [{ secretRef: { name: secret } }] }] },
      path: 'init_containers.0.envFrom.0.secretRef.name',
    },
    {
      keys: { full_pod_spec: { spec: { containers: [{ envFrom: [{ secretRef: { name: secret } }] }] } } },
      path: 'full_pod_spec.spec.containers.0.envFrom.0.secretRef.name',
    },
  ];
  test.each(named('admin'))('refused: $path', ({ keys, path }) => {
    check({ policy, keys, refused: [`${path}: ${message('admin')}`] });
    check({ policy: {}, keys, refused: [] });
  });
  test.each([...named('db-main'), ...named('shared')])('allowed: $path', ({ keys }) => {
    check({ policy, keys, refused: [] });
  });
  test.each<Row>([
    {
      policy,
      keys: { namespace: 'other', image_pull_secrets: ['shared'] },
      refused: [`image_pull_secrets.0: ${message('shared')}`],
    },
    { policy, keys: { env_from: [{ configMapRef: { name: 'admin' } }] }, refused: [] },
    {
      policy,
      keys: { env_vars: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'admin', key: 'k' } } }] },
      refused: [],
    },
    { policy, keys: { volumes: [{ name: 'a', configMap: { name: 'admin' } }] }, refused: [] },
    { policy, keys: { env_vars: { SECRET_NAME: 'admin' } }, refused: [] },
  ])('$keys', check);
});

describe('priority classes', () => {
  const priorityClasses = ['batch-*', 'low'];
  const message = (name: string) => listed(name, 'PRIORITY_CLASSES', 'batch-*, low');
  const ofSystem =
    'is a priority class of the system: use another, or have it added to TASKPOD_PRIORITY_CLASSES';
  test.each<Row>([
    { policy: {}, keys: { priority_class_name: 'high' }, refused: [] },
    {
      policy: {},
      keys: { priority_class_name: 'system-node-critical' },
      refused: [`priority_class_name: ${ofSystem}`],
    },
    { policy: { priorityClasses }, keys: {}, refused: [] },
    { policy: { priorityClasses }, keys: { priority_class_name: '' }, refused: [] },
    { policy: { priorityClasses }, keys: { priority_class_name: 'batch-1' }, refused: [] },
    {
      policy: { priorityClasses },
      keys: { priority_class_name: 'high' },
      refused: [`priority_class_name: ${message('high')}`],
    },
    {
      policy: { priorityClasses },
      keys: { full_pod_spec: { spec: { priorityClassName: 'system-cluster-critical' } } },
      refused: [`full_pod_spec.spec.priorityClassName: ${message('system-cluster-critical')}`],
    },
    {
      policy: { priorityClasses: ['system-*'] },
      keys: { priority_class_name: 'system-node-critical' },
      refused: [],
    },
  ])('$policy $keys', check);
});

test('a Pod that names its node', () => {
  const node = 'goes past the scheduler, which no task may: use node_selector or affinity';
  const spec = (nodeName: unknown) => ({ full_pod_spec: { spec: { nodeName } } });
  check({ policy: {}, keys: spec('node-1'), refused: [`full_pod_spec.spec.nodeName: ${node}`] });
  check({
    policy: { podSecurity: 'privileged' },
    keys: spec('node-1'),
    refused: [`full_pod_spec.spec.nodeName: ${node}`],
  });
  check({ policy: {}, keys: spec(''), refused: [] });
  check({ policy: {}, keys: spec(null), refused: [] });
});
