import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import {
  withBase,
  withEnvironment,
  withInitContainers,
  withResources,
} from '../../../../../functions/launch/compose/layer/containers.ts';
import { withDeadline, withServiceAccount } from '../../../../../functions/launch/compose/layer/limits.ts';
import { changeBase, type PodSpecStep } from '../../../../../functions/launch/compose/layer/step.ts';
import { withVolumeMounts, withVolumes } from '../../../../../functions/launch/compose/layer/volumes.ts';
import { withXcomMessage, withXcomSidecar } from '../../../../../functions/launch/compose/layer/xcom.ts';
import { xcomSidecarCommand } from '../../../../../shared/xcom-frame.ts';
import { makeTask, podSettings } from '../../make-task.ts';

/** A spec with something in every place, so that a step that drops or reorders anything is seen. */
const before: V1PodSpec = {
  restartPolicy: 'Never',
  containers: [
    { name: 'base', image: 'busybox', volumeMounts: [{ name: 'first', mountPath: '/first' }] },
    { name: 'other', image: 'other' },
  ],
  initContainers: [{ name: 'prepare', image: 'prepare' }],
  volumes: [{ name: 'first', emptyDir: {} }],
};
const [base = { name: '' }, other = { name: '' }] = before.containers;

const apply = (step: PodSpecStep, keys: Record<string, unknown>): V1PodSpec =>
  step(before, { task: makeTask(keys), settings: podSettings });

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
const volumes = { volumes: [{ name: 'data', emptyDir: {} }] };

describe('a step that has something to do', () => {
  test.each<{ name: string; step: PodSpecStep; keys: Record<string, unknown>; after: V1PodSpec }>([
    {
      name: 'withEnvironment takes a map',
      step: withEnvironment,
      keys: { env_vars: { A: '1', B: '' } },
      after: {
        ...before,
        containers: [
          {
            ...base,
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '' },
            ],
          },
          other,
        ],
      },
    },
    {
      name: 'withEnvironment takes a list',
      step: withEnvironment,
      keys: { env_vars: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] },
      after: {
        ...before,
        containers: [
          { ...base, env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] },
          other,
        ],
      },
    },
    {
      name: 'withResources',
      step: withResources,
      keys: { container_resources: { requests: { cpu: 1 }, limits: { memory: '10G' } } },
      after: {
        ...before,
        containers: [{ ...base, resources: { requests: { cpu: 1 }, limits: { memory: '10G' } } }, other],
      } as unknown as V1PodSpec,
    },
    {
      name: 'withVolumes',
      step: withVolumes,
      keys: volumes,
      after: {
        ...before,
        volumes: [
          { name: 'first', emptyDir: {} },
          { name: 'data', emptyDir: {} },
        ],
      },
    },
    {
      name: 'withVolumeMounts',
      step: withVolumeMounts,
      keys: { ...volumes, volume_mounts: [{ name: 'data', mountPath: '/data', readOnly: true }] },
      after: {
        ...before,
        containers: [
          {
            ...base,
            volumeMounts: [
              { name: 'first', mountPath: '/first' },
              { name: 'data', mountPath: '/data', readOnly: true },
            ],
          },
          other,
        ],
      },
    },
    {
      name: 'withInitContainers',
      step: withInitContainers,
      keys: { init_containers: [{ name: 'fetch', image: 'bash', command: ['true'] }] },
      after: {
        ...before,
        initContainers: [
          { name: 'prepare', image: 'prepare' },
          { name: 'fetch', image: 'bash', command: ['true'] },
        ],
      },
    },
    {
      name: 'withXcomSidecar',
      step: withXcomSidecar,
      keys: { do_xcom_push: true },
      after: {
        ...before,
        containers: [
          {
            ...base,
            volumeMounts: [
              { name: 'first', mountPath: '/first' },
              { name: 'xcom', mountPath: '/airflow/xcom' },
            ],
          },
          other,
        ],
        initContainers: [{ name: 'prepare', image: 'prepare' }, sidecar],
        volumes: [
          { name: 'first', emptyDir: {} },
          { name: 'xcom', emptyDir: { sizeLimit: '64Mi' } },
        ],
      },
    },
    {
      name: 'withXcomMessage',
      step: withXcomMessage,
      keys: { do_xcom_push: true, xcom_transport: 'termination_message' },
      after: {
        ...before,
        containers: [
          {
            ...base,
            terminationMessagePath: '/airflow/xcom/return.json',
            terminationMessagePolicy: 'File',
          },
          other,
        ],
      },
    },
    {
      name: 'withServiceAccount',
      step: withServiceAccount,
      keys: { service_account_name: 'robot' },
      after: { ...before, serviceAccountName: 'robot' },
    },
    {
      name: 'withDeadline takes the task’s',
      step: withDeadline,
      keys: { active_deadline_seconds: 60 },
      after: { ...before, activeDeadlineSeconds: 60 },
    },
    {
      name: 'withDeadline takes the deployment’s',
      step: withDeadline,
      keys: {},
      after: { ...before, activeDeadlineSeconds: 604_800 },
    },
  ])('$name', ({ step, keys, after }) => {
    expect(apply(step, keys)).toEqual(after);
  });
});

describe('a step that has nothing to do gives the same spec back', () => {
  test.each<{ name: string; step: PodSpecStep; keys: Record<string, unknown> }>([
    { name: 'withEnvironment', step: withEnvironment, keys: { env_vars: {} } },
    { name: 'withResources', step: withResources, keys: {} },
    { name: 'withVolumes', step: withVolumes, keys: { volumes: [] } },
    { name: 'withVolumeMounts', step: withVolumeMounts, keys: {} },
    { name: 'withInitContainers', step: withInitContainers, keys: {} },
    { name: 'withXcomSidecar', step: withXcomSidecar, keys: { do_xcom_push: false } },
    {
      name: 'withXcomSidecar with the other transport',
      step: withXcomSidecar,
      keys: { do_xcom_push: true, xcom_transport: 'termination_message' },
    },
    {
      name: 'withXcomMessage',
      step: withXcomMessage,
      keys: { xcom_transport: 'termination_message' },
    },
    { name: 'withXcomMessage with the sidecar', step: withXcomMessage, keys: { do_xcom_push: true } },
    { name: 'withServiceAccount', step: withServiceAccount, keys: {} },
  ])('$name', ({ step, keys }) => {
    expect(apply(step, keys)).toBe(before);
  });
});

describe('the first step', () => {
  const empty: V1PodSpec = { containers: [], restartPolicy: 'Never' };
  test.each([
    { keys: {}, container: { name: 'base', image: 'busybox' } },
    {
      keys: { cmds: ['sh', '-c'], arguments: ['date'], image_pull_policy: 'Always', image: 'bash:5' },
      container: {
        name: 'base',
        image: 'bash:5',
        command: ['sh', '-c'],
        args: ['date'],
        imagePullPolicy: 'Always',
      },
    },
    { keys: { cmds: [], arguments: [''] }, container: { name: 'base', image: 'busybox', args: [''] } },
  ])('withBase $keys', ({ keys, container }) => {
    const spec = withBase(empty, { task: makeTask(keys), settings: podSettings });
    expect(spec).toEqual({ containers: [container], restartPolicy: 'Never' });
  });

  test('changeBase leaves a spec without containers alone', () => {
    expect(changeBase(empty, container => ({ ...container, image: 'x' }))).toBe(empty);
  });
});

test('the first of several lists is made where there was none', () => {
  const bare: V1PodSpec = { containers: [{ name: 'base' }] };
  const task = makeTask({
    ...volumes,
    volume_mounts: [{ name: 'data', mountPath: '/data' }],
    init_containers: [{ name: 'fetch', image: 'bash' }],
    do_xcom_push: true,
  });
  const options = { task, settings: podSettings };
  const steps = [withVolumes, withVolumeMounts, withInitContainers];
  expect(steps.reduce((spec, step) => step(spec, options), bare)).toEqual({
    containers: [{ name: 'base', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    initContainers: [{ name: 'fetch', image: 'bash' }],
    volumes: [{ name: 'data', emptyDir: {} }],
  });
  expect(withXcomSidecar(bare, options)).toEqual({
    containers: [{ name: 'base', volumeMounts: [{ name: 'xcom', mountPath: '/airflow/xcom' }] }],
    initContainers: [sidecar],
    volumes: [{ name: 'xcom', emptyDir: { sizeLimit: '64Mi' } }],
  });
});
