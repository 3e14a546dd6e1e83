import { attemptToFields } from '../../../shared/attempt-fields.ts';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import type { Diagnosis } from '../../../shared/diagnosis.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import type { ContainerOutcome, Outcome } from '../../../shared/outcome.ts';
import { containerStatus, scheduledAt, startedAt } from '../../../shared/pod-progress.ts';
import { stateEventId } from '../../../shared/state-event.ts';

/** What became of one container's log. */
export interface KeptLog {
  container: string;
  /** Object name. */
  log: string;
  bytes: number;
  gaps: number;
}

/** All that an outcome is made of. */
export interface OutcomeParts {
  record: AttemptRecord;
  pod: Pod;
  cluster: string;
  diagnosis: Diagnosis;
  logs: readonly KeptLog[];
  xcom: Outcome['xcom'];
  /** RFC 3339: when the end was seen; used where the containers tell no time of their own. */
  seenAt: string;
}

/** buildOutcome puts the outcome of an attempt together; pure. */
export function buildOutcome(parts: OutcomeParts): Outcome {
  const { record, pod, diagnosis } = parts;
  const attempt = attemptOf(record);
  const end = containerStatus(pod, record.base_container)?.state?.terminated;
  return {
    version: 1,
    ...attemptToFields(attempt),
    state: diagnosis.state,
    reason: diagnosis.reason,
    class: diagnosis.class,
    exit_code: diagnosis.exitCode,
    summary: diagnosis.summary,
    detail: diagnosis.detail,
    action: diagnosis.action,
    queued_at: record.queued_at,
    scheduled_at: scheduledAt(pod) ?? null,
    started_at: startedAt(pod, record.base_container) ?? null,
    ended_at: end?.finishedAt || parts.seenAt,
    pod: {
      cluster: parts.cluster,
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      node: pod.spec.nodeName ?? null,
    },
    containers: containers(pod, parts.logs),
    xcom: parts.xcom,
    events: [stateEventId(attempt, diagnosis.state)],
  };
}

/** All containers but the XCom sidecar, which is ours and not the task's; init containers first. */
function containers(pod: Pod, logs: readonly KeptLog[]): ContainerOutcome[] {
  const sidecars = new Set(
    (pod.spec.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  );
  const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
    .map(({ name }) => name)
    .filter(name => !sidecars.has(name) || logs.some(log => log.container === name));
  return names.map(name => {
    const end = containerStatus(pod, name)?.state?.terminated;
    const kept = logs.find(log => log.container === name);
    return {
      name,
      exit_code: end?.exitCode ?? null,
      reason: end?.reason ?? null,
      started_at: startedAt(pod, name) ?? null,
      ended_at: end?.finishedAt || null,
      log: kept?.log ?? null,
      log_bytes: kept?.bytes ?? 0,
      log_gaps: kept?.gaps ?? 0,
    };
  });
}
