import { describe, expect, test } from 'vitest';
import { buildPod } from '../../../functions/launch/build-pod.ts';
import { type ComposedPod, composePod } from '../../../functions/launch/compose/compose-pod.ts';
import { kubernetesProblems } from '../../../shared/task/kubernetes-object.ts';
import type { Task } from '../../../shared/task/task.ts';
import { xcomSidecarCommand } from '../../../shared/xcom-frame.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { makeTask, podSettings } from './make-task.ts';

const record = makeRecord({ scope: 'lab-0', map_index: 3 });
const plan = { record, namespace: 'tasks', name: 't1-abc' };
const podOf = (task: Task): ComposedPod => composePod({ task, given: {}, settings: podSettings });

describe('buildPod', () => {
  test('the smallest task', () => {
    expect(buildPod({ ...plan, pod: podOf(makeTask()) })).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 't1-abc',
        namespace: 'tasks',
        labels: {
          dag_id: 'default',
          task_id: 't1',
          run_id: 'r1',
          map_index: '3',
          try_number: '1',
          kubernetes_pod_operator: 'True',
          'app.kubernetes.io/managed-by': 'taskpod',
          'taskpod.dev/scope': 'lab-0',
        },
        annotations: {
          'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
          'taskpod.dev/run': JSON.stringify(record),
        },
      },
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'base', image: 'busybox' }],
        activeDeadlineSeconds: 604_800,
      },
    });
  });

  test('a user’s labels and annotations stand, and the system’s own win', () => {
    const task = makeTask({
      labels: { team: 'a', task_id: 'mine' },
      annotations: { note: 'ü', 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' },
    });
    const { labels, annotations } = buildPod({ ...plan, pod: podOf(task) }).metadata;
    expect(labels).toMatchObject({ team: 'a', task_id: 't1' });
    expect(annotations).toEqual({
      note: 'ü',
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true',
      'taskpod.dev/run': JSON.stringify(record),
    });
  });

  test('everything at once, in the order in which Kubernetes starts it', () => {
    const task = makeTask({
      image: 'perl:5.34.0',
      cmds: ['perl'],
      arguments: ['-wle', 'print 1'],
      env_vars: { A: '1' },
      container_resources: { limits: { cpu: '1' } },
      service_account_name: 'robot',
      init_containers: [{ name: 'fetch', image: 'bash' }],
      volumes: [{ name: 'data', emptyDir: {} }],
      volume_mounts: [{ name: 'data', mountPath: '/data' }],
      do_xcom_push: true,
      active_deadline_seconds: 60,
    });
    const { spec } = buildPod({ ...plan, pod: podOf(task) });
    expect(spec).toEqual({
      restartPolicy: 'Never',
      serviceAccountName: 'robot',
      activeDeadlineSeconds: 60,
      initContainers: [
        { name: 'fetch', image: 'bash' },
        expect.objectContaining({
          name: 'airflow-xcom-sidecar',
          restartPolicy: 'Always',
          command: xcomSidecarCommand({ maxBytes: 1_000_000 }),
        }),
      ],
      containers: [
        {
          name: 'base',
          image: 'perl:5.34.0',
          command: ['perl'],
          args: ['-wle', 'print 1'],
          env: [{ name: 'A', value: '1' }],
          resources: { limits: { cpu: '1' } },
          volumeMounts: [
            { name: 'xcom', mountPath: '/airflow/xcom' },
            { name: 'data', mountPath: '/data' },
          ],
        },
      ],
      volumes: [
        { name: 'xcom', emptyDir: { sizeLimit: '64Mi' } },
        { name: 'data', emptyDir: {} },
      ],
    });
    const containers = [...spec.containers, ...(spec.initContainers ?? [])];
    expect(containers.flatMap(container => kubernetesProblems('V1Container', container))).toEqual([]);
  });

  test('the Pod holds no value of the environment outside the container', () => {
    const { metadata } = buildPod({ ...plan, pod: podOf(makeTask({ env_vars: { TOKEN: 'geheim' } })) });
    expect(JSON.stringify(metadata)).not.toContain('geheim');
  });

  test('the same plan gives the same Pod', () => {
    const task = makeTask({ do_xcom_push: true, env_vars: { A: '1' } });
    expect(buildPod({ ...plan, pod: podOf(task) })).toEqual(buildPod({ ...plan, pod: podOf(task) }));
  });
});
