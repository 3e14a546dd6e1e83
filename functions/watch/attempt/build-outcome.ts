import { attemptToFields } from '../../../shared/attempt-fields.ts';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import type { Diagnosis } from '../../../shared/diagnosis/reasons.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../../shared/kubernetes/pod-event.ts';
import {
  type ContainerOutcome,
  maxOutcomeBytes,
  type Outcome,
  writeOutcome,
} from '../../../shared/outcome.ts';
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

/** What a failure is shown with. */
export interface ShownFailure {
  events: readonly PodEvent[];
  lastLines: { container: string; lines: string[] } | undefined;
  /** Object name. */
  podFinal: string | undefined;
}

/** So many events of so many characters are told; all are in the cluster for an hour. */
const maxEvents = 20;
const maxEventLength = 300;

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
  /** What could not be read, and the like. */
  notes?: readonly string[];
  /** Of a failure. */
  shown?: ShownFailure | undefined;
}

/** buildOutcome puts the outcome of an attempt together, at most 64 KiB long; pure. */
export function buildOutcome(parts: OutcomeParts): Outcome {
  const outcome = wholeOutcome(parts);
  const lines = [...(outcome.last_lines?.lines ?? [])];
  const events = [...(outcome.pod_events ?? [])];
  const fitted = (): Outcome => ({
    ...outcome,
    ...(outcome.last_lines ? { last_lines: { ...outcome.last_lines, lines } } : {}),
    ...(outcome.pod_events ? { pod_events: events } : {}),
  });
  while (lines.length + events.length > 0 && Buffer.byteLength(writeOutcome(fitted())) > maxOutcomeBytes) {
    (lines.length >= events.length ? lines : events).shift();
  }
  return fitted();
}

function wholeOutcome(parts: OutcomeParts): Outcome {
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
    ...furtherFields(parts),
  };
}

/** The fields that are there only when there is something to tell. */
function furtherFields({ logs, notes = [], shown }: OutcomeParts): Partial<Outcome> {
  const allNotes = [...gapNotes(logs), ...notes];
  return {
    ...(allNotes.length === 0 ? {} : { notes: allNotes }),
    ...(shown?.lastLines === undefined ? {} : { last_lines: shown.lastLines }),
    ...(shown === undefined ? {} : { pod_events: shown.events.slice(-maxEvents).map(shortEvent) }),
    ...(shown?.podFinal === undefined ? {} : { pod_final: shown.podFinal }),
  };
}

function gapNotes(logs: readonly KeptLog[]): string[] {
  return logs
    .filter(({ gaps }) => gaps > 0)
    .map(({ container, gaps }) => {
      const places = gaps === 1 ? 'in one place' : `in ${gaps} places`;
      return `Lines may be missing in the log of ${container}, ${places}; each is marked there.`;
    });
}

function shortEvent(event: PodEvent): PodEvent {
  return { ...event, message: event.message.slice(0, maxEventLength).toWellFormed() };
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
