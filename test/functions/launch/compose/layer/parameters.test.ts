import { describe, expect, test } from 'vitest';
import { parameterAt, parameterLayer } from '../../../../../functions/launch/compose/layer/parameters.ts';
import { placeOf, toJson } from '../../../../../functions/launch/compose/sourced.ts';
import { makeTask } from '../../make-task.ts';

const layerOf = (keys: Record<string, unknown>) => parameterLayer(makeTask(keys), keys);

/** Every parameter that becomes one field as it is: a value, and the field's path. */
const fields: { parameter: string; value: unknown; path: string }[] = [
  { parameter: 'name', value: 'n', path: 'metadata.name' },
  { parameter: 'namespace', value: 'n', path: 'metadata.namespace' },
  { parameter: 'labels', value: { a: 'b' }, path: 'metadata.labels' },
  { parameter: 'annotations', value: { a: 'b' }, path: 'metadata.annotations' },
  { parameter: 'active_deadline_seconds', value: 1, path: 'spec.activeDeadlineSeconds' },
  { parameter: 'affinity', value: { podAffinity: {} }, path: 'spec.affinity' },
  { parameter: 'automount_service_account_token', value: false, path: 'spec.automountServiceAccountToken' },
  { parameter: 'dns_config', value: { nameservers: ['1.1.1.1'] }, path: 'spec.dnsConfig' },
  { parameter: 'dnspolicy', value: 'None', path: 'spec.dnsPolicy' },
  { parameter: 'host_aliases', value: [{ ip: '1.1.1.1' }], path: 'spec.hostAliases' },
  { parameter: 'hostnetwork', value: false, path: 'spec.hostNetwork' },
  { parameter: 'hostname', value: 'h', path: 'spec.hostname' },
  { parameter: 'image_pull_secrets', value: [{ name: 's' }], path: 'spec.imagePullSecrets' },
  { parameter: 'init_containers', value: [{ name: 'i', image: 'j' }], path: 'spec.initContainers' },
  { parameter: 'node_selector', value: { a: 'b' }, path: 'spec.nodeSelector' },
  { parameter: 'priority_class_name', value: 'p', path: 'spec.priorityClassName' },
  { parameter: 'runtime_class_name', value: 'r', path: 'spec.runtimeClassName' },
  { parameter: 'schedulername', value: 's', path: 'spec.schedulerName' },
  { parameter: 'security_context', value: { runAsUser: 1 }, path: 'spec.securityContext' },
  { parameter: 'service_account_name', value: 's', path: 'spec.serviceAccountName' },
  { parameter: 'subdomain', value: 's', path: 'spec.subdomain' },
  { parameter: 'termination_grace_period', value: 0, path: 'spec.terminationGracePeriodSeconds' },
  { parameter: 'tolerations', value: [{ key: 'k' }], path: 'spec.tolerations' },
  { parameter: 'volumes', value: [{ name: 'v', emptyDir: {} }], path: 'spec.volumes' },
  { parameter: 'arguments', value: ['a'], path: 'spec.containers.0.args' },
  { parameter: 'cmds', value: ['c'], path: 'spec.containers.0.command' },
  { parameter: 'env_vars', value: [{ name: 'A', value: '1' }], path: 'spec.containers.0.env' },
  { parameter: 'env_from', value: [{ secretRef: { name: 's' } }], path: 'spec.containers.0.envFrom' },
  { parameter: 'image', value: 'i', path: 'spec.containers.0.image' },
  { parameter: 'image_pull_policy', value: 'Never', path: 'spec.containers.0.imagePullPolicy' },
  { parameter: 'base_container_name', value: 'main', path: 'spec.containers.0.name' },
  { parameter: 'ports', value: [{ containerPort: 1 }], path: 'spec.containers.0.ports' },
  { parameter: 'container_resources', value: { limits: { cpu: '1' } }, path: 'spec.containers.0.resources' },
  {
    parameter: 'container_security_context',
    value: { runAsUser: 0 },
    path: 'spec.containers.0.securityContext',
  },
  {
    parameter: 'termination_message_policy',
    value: 'FallbackToLogsOnError',
    path: 'spec.containers.0.terminationMessagePolicy',
  },
  {
    parameter: 'volume_mounts',
    value: [{ name: 'v', mountPath: '/v' }],
    path: 'spec.containers.0.volumeMounts',
  },
];

/** What every task has. */
const smallest = { spec: { containers: [{ name: 'base', image: 'busybox' }] } };

/** The smallest task's layer with another value at a path. */
function withValue(path: string, value: unknown): unknown {
  const [field = '', place = ''] = path.split('.').toReversed();
  const [container] = smallest.spec.containers;
  if (place === '0') return { spec: { containers: [{ ...container, [field]: value }] } };
  return place === 'metadata'
    ? { ...smallest, metadata: { [field]: value } }
    : { spec: { ...smallest.spec, [field]: value } };
}

describe('a parameter', () => {
  test.each(fields)('$parameter becomes $path', ({ parameter, value, path }) => {
    const given = { image: 'busybox', [parameter]: value };
    const layer = parameterLayer(given, given);
    expect(toJson(layer)).toEqual(withValue(path, value));
    expect(placeOf(layer, path)).toBe(parameter);
    expect(placeOf(layer, `${path}.0.x`)).toBe(`${parameter}.0.x`);
    expect(parameterAt(path)).toBe(parameter);
    expect(parameterAt(`${path}.0.x`)).toBe(`${parameter}.0.x`);
  });

  test.each([
    'spec',
    'spec.containers',
    'spec.containers.0',
    'spec.containers.1.image',
    'spec.priority',
    'spec.hostnames',
    '',
  ])('no parameter makes %s', path => {
    expect(parameterAt(path)).toBeUndefined();
  });

  test('that is absent makes nothing, and one that is wrong keeps none of the others', () => {
    expect(toJson(parameterLayer({}, {}))).toEqual({ spec: { containers: [{ name: 'base' }] } });
    expect(toJson(parameterLayer({ cmds: ['c'] }, { image: 7, cmds: ['c'] }))).toEqual({
      spec: { containers: [{ name: 'base', command: ['c'] }] },
    });
  });
});

describe('the environment', () => {
  test('is env_vars and then pod_runtime_info_envs; env_from and then configmaps', () => {
    const keys = {
      env_vars: [{ name: 'A', value: '1' }],
      pod_runtime_info_envs: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
      env_from: [{ secretRef: { name: 's' } }],
      configmaps: ['c', 'd'],
    };
    const layer = layerOf(keys);
    expect(toJson(layer)).toEqual({
      spec: {
        containers: [
          {
            name: 'base',
            image: 'busybox',
            env: [...keys.env_vars, ...keys.pod_runtime_info_envs],
            envFrom: [...keys.env_from, { configMapRef: { name: 'c' } }, { configMapRef: { name: 'd' } }],
          },
        ],
      },
    });
    const places = [
      'env.0.value',
      'env.1.valueFrom.fieldRef',
      'envFrom.0.secretRef.name',
      'envFrom.2.configMapRef.name',
      'envFrom.2',
    ];
    expect(places.map(path => placeOf(layer, `spec.containers.0.${path}`))).toEqual([
      'env_vars.0.value',
      'pod_runtime_info_envs.0.valueFrom.fieldRef',
      'env_from.0.secretRef.name',
      'configmaps.1',
      'configmaps.1',
    ]);
  });

  test('of a map stands at its names', () => {
    const layer = layerOf({ env_vars: { A: '1', 'b.c': null }, configmaps: ['c'] });
    expect(toJson(layer)).toEqual({
      spec: {
        containers: [
          {
            name: 'base',
            image: 'busybox',
            env: [
              { name: 'A', value: '1' },
              { name: 'b.c', value: '' },
            ],
            envFrom: [{ configMapRef: { name: 'c' } }],
          },
        ],
      },
    });
    const places = ['env', 'env.0', 'env.0.name', 'env.0.value', 'env.1.value', 'envFrom'];
    expect(places.map(path => placeOf(layer, `spec.containers.0.${path}`))).toEqual([
      'env_vars',
      'env_vars.A',
      'env_vars.A',
      'env_vars.A',
      'env_vars.b.c',
      'configmaps',
    ]);
  });

  test('of pod_runtime_info_envs alone', () => {
    const layer = layerOf({ pod_runtime_info_envs: [{ name: 'A', value: '1' }] });
    expect(placeOf(layer, 'spec.containers.0.env.0.name')).toBe('pod_runtime_info_envs.0.name');
  });
});

test('a pull Secret that is written as its name stands at its place in the list', () => {
  const layer = layerOf({ image_pull_secrets: ['a', { name: 'b' }] });
  expect(toJson(layer)).toEqual({
    spec: { ...smallest.spec, imagePullSecrets: [{ name: 'a' }, { name: 'b' }] },
  });
  const places = ['0', '0.name', '1', '1.name'].map(path => placeOf(layer, `spec.imagePullSecrets.${path}`));
  expect(places).toEqual([
    'image_pull_secrets.0',
    'image_pull_secrets.0',
    'image_pull_secrets.1',
    'image_pull_secrets.1.name',
  ]);
});
