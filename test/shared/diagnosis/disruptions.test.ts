import { expect, test } from 'vitest';
import { diagnose } from '../../../shared/diagnosis/diagnose.ts';
import { diagnosis, type ReasonCode } from '../../../shared/diagnosis/reasons.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { readFixture } from './fixture.ts';

/** What each Pod is explained with; class and action follow from the reason. */
const cases: { name: string; reason: ReasonCode; summary: string; exitCode?: number; detail?: string }[] = [
  {
    name: 'deadline-exceeded',
    reason: 'deadline_exceeded',
    summary: 'The Pod ran longer than active_deadline_seconds.',
    exitCode: 137,
    detail: 'DeadlineExceeded: Pod was active on the node longer than the specified deadline',
  },
  {
    name: 'deadline-exceeded-before-start',
    reason: 'deadline_exceeded',
    summary: 'The Pod ran longer than active_deadline_seconds.',
    detail: 'DeadlineExceeded: Pod was active on the node longer than the specified deadline',
  },
  {
    name: 'deleted-before-start',
    reason: 'pod_deleted',
    summary: 'The Pod was deleted before it had started.',
    detail: 'phase Failed',
  },
  {
    name: 'deleted-by-force',
    reason: 'pod_deleted',
    summary: 'The Pod was deleted while it was running.',
    detail: 'phase Running',
  },
  {
    name: 'deleted-while-running',
    reason: 'pod_deleted',
    summary: 'The Pod was deleted while it was ending.',
    exitCode: 143,
    detail: 'phase Failed',
  },
  {
    name: 'drained',
    reason: 'drained',
    summary: 'The Pod was evicted, as when a node is drained.',
    detail: 'EvictionByEvictionAPI: Eviction API: evicting',
  },
  {
    name: 'evicted-empty-dir',
    reason: 'storage_limit_exceeded',
    summary: 'The Pod wrote more to the disk than its own limit allows.',
    exitCode: 137,
    detail: 'Evicted: Usage of EmptyDir volume "v" exceeds the limit "10Mi".',
  },
  {
    name: 'evicted-ephemeral-storage',
    reason: 'storage_limit_exceeded',
    summary: 'The Pod wrote more to the disk than its own limit allows.',
    exitCode: 137,
    detail: 'Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 20Mi.',
  },
  {
    name: 'node-deleted',
    reason: 'node_lost',
    summary: 'The Pod’s node no longer exists.',
    detail: 'DeletionByPodGC: PodGC: node no longer exists',
  },
  {
    name: 'not-admitted-node-affinity',
    reason: 'not_admitted',
    summary: 'The node did not admit the Pod: NodeAffinity.',
    detail:
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  },
  {
    name: 'not-admitted-out-of-cpu',
    reason: 'not_admitted',
    summary: 'The node did not admit the Pod: OutOfcpu.',
    detail:
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 4000000, used: 0, capacity: 2000",
  },
  {
    name: 'preempted',
    reason: 'preempted',
    summary: 'A Pod of higher priority took the Pod’s place.',
    detail: 'PreemptionByScheduler: default-scheduler: preempting to accommodate a higher priority pod',
  },
  {
    name: 'taken-by-taint',
    reason: 'node_lost',
    summary: 'The Pod’s node was lost or not to be used any more.',
    detail: 'DeletionByTaintManager: Taint manager: deleting due to NoExecute taint',
  },
  {
    name: 'written-container-lost-at-node-restart',
    reason: 'pod_lost',
    summary: 'The node has lost the container before its end was seen.',
    detail: 'ContainerStatusUnknown: The container could not be located when the pod was terminated',
  },
  {
    name: 'written-critical-pod-preempted',
    reason: 'preempted',
    summary: 'The node needed the Pod’s place for a critical Pod.',
    exitCode: 137,
    detail: 'Preempting: Preempted in order to admit critical pod',
  },
  {
    name: 'written-evicted-container-storage-limit',
    reason: 'storage_limit_exceeded',
    summary: 'The Pod wrote more to the disk than its own limit allows.',
    exitCode: 137,
    detail: 'Evicted: Container base exceeded its local ephemeral storage limit "1Gi".',
  },
  {
    name: 'written-evicted-node-memory',
    reason: 'evicted',
    summary: 'The node was short of memory, disk or process ids and evicted the Pod.',
    exitCode: 137,
    detail:
      'Evicted: The node was low on resource: memory. Threshold quantity: 100Mi, available: 88Mi. Container base was using 900Mi, request is 0, has larger consumption of memory.',
  },
  {
    name: 'written-failed-without-a-word',
    reason: 'pod_failed',
    summary: 'The Pod failed before its container ran.',
    detail: 'phase Failed',
  },
  {
    name: 'written-gone-while-running',
    reason: 'pod_lost',
    summary: 'The Pod vanished before its end was seen.',
    detail: 'phase Running',
  },
  {
    name: 'written-node-lost',
    reason: 'node_lost',
    summary: 'The Pod’s node was lost.',
    detail: 'NodeLost: Node node-1 which was running pod x is unresponsive',
  },
  {
    name: 'written-node-shutdown',
    reason: 'node_shutdown',
    summary: 'The Pod’s node was shut down.',
    exitCode: 143,
    detail: 'Terminated: Pod was terminated in response to imminent node shutdown.',
  },
  {
    name: 'written-node-shutdown-rejected',
    reason: 'node_shutdown',
    summary: 'The Pod’s node was shut down.',
    detail: 'NodeShutdown: Pod was rejected: Pod was rejected as the node is shutting down.',
  },
  {
    name: 'written-unexpected-admission-error',
    reason: 'not_admitted',
    summary: 'The node did not admit the Pod: UnexpectedAdmissionError.',
    detail:
      'Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected',
  },
  {
    name: 'written-unknown-disruption',
    reason: 'pod_failed',
    summary: 'The cluster ended the Pod.',
    exitCode: 143,
    detail: 'SomethingNew, for a new reason, phase Failed',
  },
];

test.each(cases)('$name: $reason', ({ name, reason, ...text }) => {
  const { pod, gone, events } = readFixture(name);
  const ignored = ['istio-proxy'];
  const found = diagnose({ cause: 'ended', record: makeRecord(), pod, gone, events, ignored });
  expect(found).toEqual(diagnosis(reason, text));
});
