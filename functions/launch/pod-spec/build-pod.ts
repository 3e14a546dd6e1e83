import type { V1PodSpec } from '@kubernetes/client-node';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import type { PodManifest } from '../../../shared/kubernetes/pod.ts';
import { runAnnotation, systemLabels } from '../../../shared/pod-labels.ts';
import type { Task } from '../../../shared/task/task.ts';
import { withBase, withEnvironment, withInitContainers, withResources } from './containers.ts';
import { withDeadline, withServiceAccount } from './limits.ts';
import type { PodSettings, PodSpecStep } from './step.ts';
import { withVolumeMounts, withVolumes } from './volumes.ts';
import { withXcomMessage, withXcomSidecar } from './xcom.ts';

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

/** What a Pod is made from. */
export interface PodPlan {
  task: Task;
  record: AttemptRecord;
  namespace: string;
  name: string;
  settings: PodSettings;
}

/** buildPod makes the Pod of an attempt. Pure: the same plan gives the same Pod. */
export function buildPod({ task, record, namespace, name, settings }: PodPlan): PodManifest {
  const empty: V1PodSpec = { containers: [], restartPolicy: 'Never' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { ...task.labels, ...systemLabels(attemptOf(record), record.scope) },
      annotations: {
        [safeToEvict]: 'false',
        ...task.annotations,
        [runAnnotation]: JSON.stringify(record),
      },
    },
    spec: steps.reduce((spec, step) => step(spec, { task, settings }), empty),
  };
}
