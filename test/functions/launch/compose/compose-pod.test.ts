import { describe, expect, test } from 'vitest';
import { composePod } from '../../../../functions/launch/compose/compose-pod.ts';
import type { ConnectionDefaults } from '../../../../functions/launch/compose/pod-layers.ts';
import { readFields } from '../../../../shared/task/read-fields.ts';
import { podSettings } from '../make-task.ts';

/** What of a Pod's layers a test sets. */
interface Parts {
  template?: unknown;
  connection?: ConnectionDefaults;
}

const compose = (given: Record<string, unknown>, parts: Parts = {}) =>
  composePod({ task: readFields(given).fields, given, settings: podSettings, ...parts });

const metadata = {
  namespace: 'tasks',
  labels: {},
  annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' },
};
const spec = { restartPolicy: 'Never', activeDeadlineSeconds: 604_800 };

/** A Pod with something on every level, one text for each layer. */
const layerPod = (text: string) => ({
  metadata: { name: text, namespace: text, labels: { same: text, [text]: '1' }, annotations: { same: text } },
  spec: {
    hostname: text,
    volumes: [{ name: text, emptyDir: {} }],
    initContainers: [{ name: `init-${text}`, image: text }],
    containers: [
      { name: `first-${text}`, image: text, env: [{ name: text, value: text }] },
      { name: `second-${text}`, image: text },
    ],
  },
});

describe('the layers', () => {
  const dict = layerPod('dict');
  const full = layerPod('full');
  const parameters = {
    image: 'own',
    name: 'own',
    namespace: 'own',
    labels: { same: 'own' },
    hostname: 'own',
    env_vars: { own: 'own' },
    volumes: [{ name: 'own', emptyDir: {} }],
  };

  test('of a template', () => {
    expect(compose({ pod_template_dict: dict })).toMatchObject({
      metadata: { ...metadata, ...dict.metadata, annotations: { ...metadata.annotations, same: 'dict' } },
      spec: {
        ...spec,
        ...dict.spec,
        containers: [{ ...dict.spec.containers[0], name: 'base' }, dict.spec.containers[1]],
      },
      containers: { base: 'base', init: ['init-dict'], main: ['base', 'second-dict'] },
      problems: [],
    });
  });

  test('all of them, the lowest first', () => {
    const pod = compose({ pod_template_dict: dict, full_pod_spec: full, ...parameters });
    expect(pod.metadata).toEqual({
      name: 'own',
      namespace: 'own',
      labels: { same: 'own', dict: '1', full: '1' },
      annotations: { ...metadata.annotations, same: 'full' },
    });
    expect(pod.spec).toEqual({
      ...spec,
      hostname: 'own',
      volumes: ['dict', 'full', 'own'].map(name => ({ name, emptyDir: {} })),
      initContainers: ['dict', 'full'].map(name => ({ name: `init-${name}`, image: name })),
      containers: [
        { name: 'base', image: 'own', env: ['dict', 'full', 'own'].map(name => ({ name, value: name })) },
        { name: 'second-full', image: 'full' },
      ],
    });
    expect(pod.containers).toEqual({
      base: 'base',
      init: ['init-dict', 'init-full'],
      main: ['base', 'second-full'],
    });
  });

  test('a file takes the place of the dict', () => {
    const pod = compose({ pod_template_dict: dict }, { template: layerPod('file') });
    expect(pod.metadata.labels).toEqual({ same: 'file', file: '1' });
    expect(pod.sourceOf('spec.hostname')).toBe('pod_template_file.spec.hostname');
  });

  test('an empty file does so too', () => {
    expect(compose({ pod_template_dict: dict, image: 'i' }, { template: {} })).toMatchObject({
      metadata,
      spec: { ...spec, containers: [{ name: 'base', image: 'i' }] },
    });
  });

  test.each([
    { given: {}, connection: {}, namespace: 'tasks', place: '' },
    {
      given: {},
      connection: { namespace: 'connected' },
      namespace: 'connected',
      place: 'kubernetes_conn_id',
    },
    {
      given: { full_pod_spec: { metadata: { namespace: 'full' } } },
      connection: { namespace: 'connected' },
      namespace: 'full',
      place: 'full_pod_spec.metadata.namespace',
    },
    {
      given: { namespace: 'own', pod_template_dict: { metadata: { namespace: 'dict' } } },
      connection: { namespace: 'connected' },
      namespace: 'own',
      place: 'namespace',
    },
  ])('the namespace is $namespace', ({ given, connection, namespace, place }) => {
    const pod = compose(given, { connection });
    expect([pod.metadata.namespace, pod.sourceOf('metadata.namespace')]).toEqual([namespace, place]);
  });

  test('what Taskpod sets only where nobody else does, and what it always sets', () => {
    const annotations = { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' };
    const dictSpec = { activeDeadlineSeconds: 60, restartPolicy: 'Always' };
    const pod = compose({ pod_template_dict: { metadata: { annotations }, spec: dictSpec } });
    expect(pod.metadata.annotations).toEqual(annotations);
    expect(pod.spec).toEqual({
      activeDeadlineSeconds: 60,
      restartPolicy: 'Never',
      containers: [{ name: 'base' }],
    });
    expect(pod.sourceOf('spec.restartPolicy')).toBe('');
  });
});

describe('what is added to the users’ layers', () => {
  const given = {
    image: 'i',
    base_container_name: 'main',
    do_xcom_push: true,
    init_containers: [{ name: 'airflow-xcom-sidecar', image: 'mine' }],
    volumes: [{ name: 'v', emptyDir: {} }],
    volume_mounts: [{ name: 'v', mountPath: '/v' }],
    secrets: [{ deploy_type: 'volume', deploy_target: '/s', secret: 's' }],
  };
  const pod = compose(given);

  test('the XCom volume is the first, a Secret’s the last, and the sidecar does not fall together with another', () => {
    expect(pod.spec).toEqual({
      ...spec,
      containers: [
        {
          name: 'main',
          image: 'i',
          volumeMounts: [
            { name: 'xcom', mountPath: '/airflow/xcom' },
            { name: 'v', mountPath: '/v' },
            { name: 'secretvol0', mountPath: '/s', readOnly: true },
          ],
        },
      ],
      initContainers: [
        { name: 'airflow-xcom-sidecar', image: 'mine' },
        expect.objectContaining({
          name: 'airflow-xcom-sidecar',
          image: 'busybox:1.37.0',
          restartPolicy: 'Always',
        }),
      ],
      volumes: [
        { name: 'xcom', emptyDir: { sizeLimit: '64Mi' } },
        { name: 'v', emptyDir: {} },
        { name: 'secretvol0', secret: { secretName: 's' } },
      ],
    });
    expect(pod.containers).toEqual({ base: 'main', init: [], main: ['main'] });
  });

  test('sourceOf tells one from the other', () => {
    const places = {
      'spec.containers.0.volumeMounts.0.name': '',
      'spec.containers.0.volumeMounts.1.name': 'volume_mounts.0.name',
      'spec.containers.0.volumeMounts.2.mountPath': 'secrets.0.deploy_target',
      'spec.initContainers.0.name': 'init_containers.0.name',
      'spec.initContainers.1.name': '',
      'spec.volumes.1.name': 'volumes.0.name',
      'spec.containers.0.name': 'base_container_name',
    };
    expect(Object.fromEntries(Object.keys(places).map(path => [path, pod.sourceOf(path)]))).toEqual(places);
  });

  test('the termination message is the value whatever the task says of it', () => {
    const keys = { do_xcom_push: true, xcom_transport: 'termination_message' };
    const { spec: made } = compose({
      ...keys,
      image: 'i',
      termination_message_policy: 'FallbackToLogsOnError',
    });
    expect(made.containers).toEqual([
      {
        name: 'base',
        image: 'i',
        terminationMessagePath: '/airflow/xcom/return.json',
        terminationMessagePolicy: 'File',
      },
    ]);
  });
});

describe('what is missing has its place', () => {
  test.each([
    { given: {}, path: 'spec.containers.0.image', place: 'image' },
    { given: {}, path: 'spec.containers.0.name', place: '' },
    { given: {}, path: 'spec.containers.0.resources.limits', place: 'container_resources.limits' },
    { given: {}, path: 'spec.containers.0.livenessProbe', place: '' },
    { given: {}, path: 'spec.hostPID', place: '' },
    { given: { labels: { a: 'b' } }, path: 'metadata.labels.c', place: 'labels.c' },
    {
      given: { pod_template_dict: { spec: { containers: [{}, { name: 'b' }] } } },
      path: 'spec.containers.0.image',
      place: 'pod_template_dict.spec.containers.0.image',
    },
    {
      given: { pod_template_dict: { spec: { containers: [{}, { name: 'b' }] } } },
      path: 'spec.containers.1.image',
      place: 'pod_template_dict.spec.containers.1.image',
    },
    { given: { cmds: 'wrong', image: 'i' }, path: 'spec.containers.0.command', place: 'cmds' },
  ])('$path of $given: $place', ({ given, path, place }) => {
    expect(compose(given).sourceOf(path)).toBe(place);
  });
});

describe('problems', () => {
  test('of the file; the rest is composed all the same', () => {
    const pod = compose(
      { image: 'i' },
      { template: { kind: 'Job', spec: { hostname: 'h', volumes: 'none' } } },
    );
    expect(pod.problems).toEqual([
      { path: 'pod_template_file.kind', message: 'must be one of: Pod' },
      { path: 'pod_template_file.spec.volumes', message: 'must be a list' },
    ]);
    expect(pod.spec).toMatchObject({ ...spec, hostname: 'h', containers: [{ name: 'base', image: 'i' }] });
  });

  test.each<{ template: unknown }>([{ template: null }, { template: 'text' }, { template: [] }])(
    'a file that is $template is no Pod',
    ({ template }) => {
      expect(compose({ image: 'i' }, { template })).toMatchObject({
        spec: { containers: [{ name: 'base', image: 'i' }] },
        problems: [{ path: 'pod_template_file', message: 'must be an object' }],
      });
    },
  );

  test('containers that no layer names', () => {
    const dict = {
      spec: { initContainers: [{ name: 'a' }], containers: [{}, { image: 'b' }, { image: 'c' }] },
    };
    const full = { spec: { containers: [{}, {}, { name: 'c' }] } };
    const given = { pod_template_dict: dict, full_pod_spec: full };
    const pod = compose(given);
    expect(pod.problems).toEqual([{ path: 'full_pod_spec.spec.containers.1.name', message: 'is required' }]);
    expect(pod.containers).toEqual({ base: 'base', init: ['a'], main: ['base', 'c'] });
    expect(
      compose({}, { template: { spec: { ...dict.spec, initContainers: [{ image: 'a' }] } } }).problems,
    ).toEqual([
      { path: 'pod_template_file.spec.initContainers.0.name', message: 'is required' },
      { path: 'pod_template_file.spec.containers.1.name', message: 'is required' },
      { path: 'pod_template_file.spec.containers.2.name', message: 'is required' },
    ]);
  });

  test('a parameter that is wrong keeps none of the others', () => {
    expect(compose({ image: 7, cmds: ['c'], volumes: {}, hostname: 'h' })).toMatchObject({
      spec: { ...spec, hostname: 'h', containers: [{ name: 'base', command: ['c'] }] },
      problems: [],
    });
  });
});
