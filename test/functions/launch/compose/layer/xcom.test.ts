import { describe, expect, test } from 'vitest';
import {
  xcomMessageLayer,
  xcomSidecar,
  xcomVolumeLayer,
} from '../../../../../functions/launch/compose/layer/xcom.ts';
import type { ConnectionDefaults } from '../../../../../functions/launch/compose/pod-layers.ts';
import { nothing, placeOf, toJson, whole } from '../../../../../functions/launch/compose/sourced.ts';
import { xcomSidecarCommand } from '../../../../../shared/xcom-frame.ts';
import { makeTask, podSettings } from '../../make-task.ts';

const message = { do_xcom_push: true, xcom_transport: 'termination_message' };
const none = [
  {},
  { do_xcom_push: false },
  { xcom_transport: 'sidecar' },
  { xcom_transport: 'termination_message' },
];

const sidecarOf = (keys: Record<string, unknown>, connection?: ConnectionDefaults) =>
  xcomSidecar({ task: makeTask(keys), given: keys, connection, settings: podSettings });

describe('the volume', () => {
  test('is mounted where the task leaves its value', () => {
    expect(toJson(xcomVolumeLayer(makeTask({ do_xcom_push: true })))).toEqual({
      spec: {
        containers: [{ volumeMounts: [{ name: 'xcom', mountPath: '/airflow/xcom' }] }],
        volumes: [{ name: 'xcom', emptyDir: { sizeLimit: '64Mi' } }],
      },
    });
  });

  test.each([...none, message])('is not there with %j', keys => {
    expect(xcomVolumeLayer(makeTask(keys))).toBe(nothing);
  });
});

describe('the termination message', () => {
  test('is the value', () => {
    expect(toJson(xcomMessageLayer(makeTask(message)))).toEqual({
      spec: {
        containers: [
          { terminationMessagePath: '/airflow/xcom/return.json', terminationMessagePolicy: 'File' },
        ],
      },
    });
  });

  test.each([...none, { do_xcom_push: true }])('is not the value with %j', keys => {
    expect(xcomMessageLayer(makeTask(keys))).toBe(nothing);
  });
});

describe('the sidecar', () => {
  const sidecar = {
    name: 'airflow-xcom-sidecar',
    image: 'busybox:1.37.0',
    command: xcomSidecarCommand({ maxBytes: 1_000_000 }),
    restartPolicy: 'Always',
    resources: {
      requests: { cpu: '50m', memory: '52Mi', 'ephemeral-storage': '10Mi' },
      limits: { memory: '52Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] },
      readOnlyRootFilesystem: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [{ name: 'xcom', mountPath: '/airflow/xcom', readOnly: true }],
  };
  const { securityContext: _, ...bare } = sidecar;

  test.each<{ name: string; keys?: object; connection?: ConnectionDefaults; expected: object }>([
    { name: 'the deployment’s', expected: sidecar },
    { name: 'a connection that says nothing', connection: {}, expected: sidecar },
    { name: 'an empty image is none', connection: { xcomSidecarImage: '' }, expected: sidecar },
    {
      name: 'the connection’s',
      connection: {
        xcomSidecarImage: 'own/busybox',
        xcomSidecarResources: { requests: { cpu: '1m' } },
        xcomSidecarSecurityContext: { runAsUser: 7 },
      },
      expected: {
        ...sidecar,
        image: 'own/busybox',
        resources: { requests: { cpu: '1m' } },
        securityContext: { runAsUser: 7 },
      },
    },
    {
      name: 'the task’s security context',
      keys: { xcom_sidecar_container_security_context: { runAsUser: 8 } },
      connection: { xcomSidecarSecurityContext: { runAsUser: 7 } },
      expected: { ...sidecar, securityContext: { runAsUser: 8 } },
    },
    {
      name: 'the task’s empty security context',
      keys: { xcom_sidecar_container_security_context: {} },
      connection: { xcomSidecarSecurityContext: { runAsUser: 7 } },
      expected: bare,
    },
    { name: 'the connection’s empty one', connection: { xcomSidecarSecurityContext: {} }, expected: bare },
  ])('$name', ({ keys, connection, expected }) => {
    const part = sidecarOf({ do_xcom_push: true, ...keys }, connection);
    expect(part && toJson(part)).toEqual(expected);
  });

  const spec = (main: object, pod: object = {}) => ({
    spec: { containers: [{ securityContext: main }], securityContext: pod },
  });
  test.each<{ name: string; pod?: object; user: number }>([
    { name: 'the main container’s', pod: spec({ runAsUser: 7 }, { runAsUser: 8 }), user: 7 },
    { name: 'the Pod’s', pod: spec({ runAsNonRoot: true }, { runAsUser: 8 }), user: 8 },
    { name: 'anybody, where only the image tells', pod: spec({}), user: 65_532 },
    { name: 'anybody, where it is root', pod: spec({ runAsUser: 0 }), user: 65_532 },
    { name: 'anybody, where it is no number', pod: spec({ runAsUser: 'me' }), user: 65_532 },
    { name: 'anybody, where there is nothing', pod: {}, user: 65_532 },
  ])('meets "restricted" as a user that may read the file: $name', ({ pod, user }) => {
    const keys = { do_xcom_push: true };
    const layers = { task: makeTask(keys), given: keys, settings: podSettings };
    const part = xcomSidecar({ ...layers, podSecurity: 'restricted' }, whole('', pod));
    const { capabilities: _, ...others } = sidecar.securityContext;
    expect(part && toJson(part)).toEqual({
      ...sidecar,
      securityContext: { ...others, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, runAsUser: user },
    });
  });

  test('is Taskpod’s own, with volume and mount', () => {
    const part = sidecarOf({ do_xcom_push: true }) ?? nothing;
    const paths = Object.keys(sidecar);
    expect(paths.map(path => [path, placeOf(part, path)])).toEqual(paths.map(path => [path, '']));
    const layers = [xcomVolumeLayer(makeTask({ do_xcom_push: true })), xcomMessageLayer(makeTask(message))];
    expect(layers.map(layer => placeOf(layer, 'spec.containers.0'))).toEqual(['', '']);
  });

  test('tells whose its parts are', () => {
    const keys = { do_xcom_push: true, xcom_sidecar_container_security_context: { runAsUser: 8 } };
    const part = sidecarOf(keys, { xcomSidecarImage: 'own', xcomSidecarResources: { limits: { cpu: '1' } } });
    const paths = [
      '',
      'name',
      'image',
      'resources.limits.cpu',
      'securityContext.runAsUser',
      'volumeMounts.0.name',
    ];
    expect(paths.map(path => part && placeOf(part, path))).toEqual([
      '',
      '',
      'kubernetes_conn_id',
      'kubernetes_conn_id.limits.cpu',
      'xcom_sidecar_container_security_context.runAsUser',
      '',
    ]);
  });

  test.each([...none, message])('is not there with %j', keys => {
    expect(sidecarOf(keys)).toBeUndefined();
  });
});
