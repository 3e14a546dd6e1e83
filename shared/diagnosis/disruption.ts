import type { Pod } from '../kubernetes/pod.ts';
import { type Diagnosis, diagnosis, type ReasonCode } from './reasons.ts';
import { statusText } from './waiting.ts';

/** Reasons of a Pod's status that the kubelet gives; sources: pkg/kubelet/eviction, lifecycle, nodeshutdown. */
const byStatus: Record<string, { reason: ReasonCode; summary: string }> = {
  DeadlineExceeded: {
    reason: 'deadline_exceeded',
    summary: 'The Pod ran longer than active_deadline_seconds.',
  },
  Evicted: {
    reason: 'evicted',
    summary: 'The node was short of memory, disk or process ids and evicted the Pod.',
  },
  Preempting: { reason: 'preempted', summary: 'The node needed the Pod’s place for a critical Pod.' },
  NodeLost: { reason: 'node_lost', summary: 'The Pod’s node was lost.' },
  NodeShutdown: { reason: 'node_shutdown', summary: 'The Pod’s node was shut down.' },
  Terminated: { reason: 'node_shutdown', summary: 'The Pod’s node was shut down.' },
  Shutdown: { reason: 'node_shutdown', summary: 'The Pod’s node was shut down.' },
};

/** Reasons of the condition DisruptionTarget; KEP-3329. TerminationByKubelet goes with a reason of the status. */
const byCondition: Record<string, { reason: ReasonCode; summary: string }> = {
  PreemptionByScheduler: { reason: 'preempted', summary: 'A Pod of higher priority took the Pod’s place.' },
  DeletionByTaintManager: {
    reason: 'node_lost',
    summary: 'The Pod’s node was lost or not to be used any more.',
  },
  DeletionByPodGC: { reason: 'node_lost', summary: 'The Pod’s node no longer exists.' },
  EvictionByEvictionAPI: { reason: 'drained', summary: 'The Pod was evicted, as when a node is drained.' },
};

/** A limit of the Pod's own; else an eviction is the node's matter. Source: pkg/kubelet/eviction/helpers.go. */
const ownLimit = /exceeds the (total )?limit|exceeded its local ephemeral storage limit/;

/**
 * disruption tells whether the cluster ended the Pod: by its deadline, by eviction, by taking the node away, or by somebody's
 * deletion. Undefined when nothing of this kind is to be seen.
 */
export function disruption(pod: Pod, exitCode: number | null): Diagnosis | undefined {
  const { reason = '', message = '', conditions = [] } = pod.status;
  const target = conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const text = { detail: [reason, message].filter(Boolean).join(': '), exitCode };
  if (reason === 'Evicted' && ownLimit.test(message)) {
    const summary = 'The Pod wrote more to the disk than its own limit allows.';
    return diagnosis('storage_limit_exceeded', { ...text, summary });
  }
  const known = byStatus[reason];
  if (known) return diagnosis(known.reason, { ...text, summary: known.summary });
  const cause = byCondition[target?.reason ?? ''];
  if (cause) {
    const detail = [target?.reason, target?.message].filter(Boolean).join(': ');
    return diagnosis(cause.reason, { summary: cause.summary, detail, exitCode });
  }
  if (target) {
    const summary = 'The cluster ended the Pod.';
    const detail = [target.reason, target.message, statusText(pod)].filter(Boolean).join(', ');
    return diagnosis('pod_failed', { summary, detail, exitCode });
  }
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  const isRunning = pod.status.containerStatuses?.some(({ state }) => state?.running) ?? false;
  const when =
    exitCode !== null ? 'while it was ending' : isRunning ? 'while it was running' : 'before it had started';
  return diagnosis('pod_deleted', {
    summary: `The Pod was deleted ${when}.`,
    detail: statusText(pod),
    exitCode,
  });
}
