import { type AttemptRecord, attemptOf } from '../../shared/attempt-record.ts';
import type { PodManifest } from '../../shared/kubernetes/pod.ts';
import { runAnnotation, systemLabels } from '../../shared/pod-labels.ts';
import type { ComposedPod } from './compose/compose-pod.ts';

/** What a Pod is made from. */
export interface PodPlan {
  pod: ComposedPod;
  record: AttemptRecord;
  namespace: string;
  name: string;
}

/** buildPod makes the Pod of an attempt out of the Pod of its task. Pure: the same plan gives the same Pod. */
export function buildPod({ pod, record, namespace, name }: PodPlan): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...pod.metadata,
      name,
      namespace,
      labels: { ...pod.metadata.labels, ...systemLabels(attemptOf(record), record.scope) },
      annotations: { ...pod.metadata.annotations, [runAnnotation]: JSON.stringify(record) },
    },
    spec: pod.spec,
  };
}
