import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { containerEnd, hasEnded, isTerminal, scheduledAt } from '../../../shared/pod-progress.ts';
import type { Clock } from '../../../shared/time.ts';
import type { PodUpdates } from '../pod-updates.ts';

/** Why the wait is over: the Pod ended or went, or a deadline of ours passed. */
export type EndCause = 'ended' | 'schedule_timeout' | 'start_timeout';

/** How long a container's death by a signal may wait for the Pod's own reason (default grace period, and some). */
const reasonWaitMs = 45_000;

/**
 * waitForEnd waits until nothing of the task runs any more, within the attempt's schedule and start deadlines; the run
 * deadline is the cluster's (activeDeadlineSeconds).
 */
export async function waitForEnd(
  record: AttemptRecord,
  updates: PodUpdates,
  clock: Clock,
  signal: AbortSignal,
): Promise<EndCause> {
  const scheduleDeadline = Date.parse(record.schedule_deadline_at);
  const scheduled = (pod: Pod): boolean => scheduledAt(pod) !== undefined || hasEnded(pod);
  if (!(await untilDeadline(updates, scheduled, scheduleDeadline, clock, signal))) return 'schedule_timeout';

  const boundAt = Date.parse(scheduledAt(updates.pod) ?? updates.pod.metadata.creationTimestamp);
  const started = (pod: Pod): boolean => (pod.status.phase ?? 'Pending') !== 'Pending' || hasEnded(pod);
  const startDeadline = boundAt + record.startup_timeout_seconds * 1_000;
  if (!(await untilDeadline(updates, started, startDeadline, clock, signal))) return 'start_timeout';

  await updates.until(hasEnded, signal);
  const end = containerEnd(updates.pod, record.base_container);
  if (end && end.exitCode >= 128 && end.reason !== 'OOMKilled') {
    // The kubelet holds the Pod's reason (DeadlineExceeded, Evicted) back until every container has stopped.
    await untilDeadline(updates, isTerminal, clock.now() + reasonWaitMs, clock, signal);
  }
  return 'ended';
}

/** untilDeadline waits for a Pod to become something; false when the deadline (ms since the epoch) came first. */
async function untilDeadline(
  updates: PodUpdates,
  predicate: (pod: Pod) => boolean,
  deadline: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const reached = updates.until(predicate, either).then(() => true);
  const late = clock.sleep(deadline - clock.now(), either).then(() => false);
  try {
    return await Promise.race([reached, late]);
  } finally {
    done.abort();
    await Promise.allSettled([reached, late]);
  }
}
