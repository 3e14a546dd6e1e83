import type { V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node';
import type { Task } from '../../../shared/task/task.ts';
import { withBase, withEnvironment, withInitContainers, withResources } from './layer/containers.ts';
import { withDeadline, withServiceAccount } from './layer/limits.ts';
import type { PodSettings, PodSpecStep } from './layer/step.ts';
import { withVolumeMounts, withVolumes } from './layer/volumes.ts';
import { withXcomMessage, withXcomSidecar } from './layer/xcom.ts';

/** The order matters: the base comes first, because others change it; the sidecar after the task's init containers. */
const steps: readonly PodSpecStep[] = [
  withBase,
  withEnvironment,
  withResources,
  withVolumes,
  withVolumeMounts,
  withInitContainers,
  withXcomSidecar,
  withXcomMessage,
  withServiceAccount,
  withDeadline,
];

/** Tells the autoscaler not to move a task that runs; GKE then lets it run for up to seven days. A task may say otherwise. */
const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict';

/** What a Pod is composed of. */
export interface PodLayers {
  task: Task;
  settings: PodSettings;
}

/** A Pod as its task wants it: without name, namespace and the labels that every Pod of ours has. */
export interface TaskPod {
  metadata: Pick<V1ObjectMeta, 'labels' | 'annotations'>;
  spec: V1PodSpec;
}

/** composePod makes the Pod that a task describes. Pure: the same layers give the same Pod. */
export function composePod({ task, settings }: PodLayers): TaskPod {
  const empty: V1PodSpec = { containers: [], restartPolicy: 'Never' };
  return {
    metadata: { labels: task.labels, annotations: { [safeToEvict]: 'false', ...task.annotations } },
    spec: steps.reduce((spec, step) => step(spec, { task, settings }), empty),
  };
}
