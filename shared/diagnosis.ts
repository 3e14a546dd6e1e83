import type { Pod } from './kubernetes/pod.ts';
import type { FinalState, OutcomeClass } from './outcome.ts';
import { containerEnd, containerStatus } from './pod-progress.ts';

/** Every reason code of an outcome; stable. docs/outcomes.md is compared with it. */
export const reasonCodes = {
  completed: { class: 'none', action: '' },
  exit_code: { class: 'user', action: 'Read the end of the log, mend the task and submit it again.' },
  oom_killed: { class: 'user', action: 'Raise container_resources.limits.memory and submit the task again.' },
  init_container_failed: {
    class: 'user',
    action: 'Read the init container’s log (set init_container_logs), mend it and submit the task again.',
  },
  deadline_exceeded: { class: 'user', action: 'Raise active_deadline_seconds, or make the task shorter.' },
  schedule_timeout: {
    class: 'capacity',
    action: 'Check what the Pod asks for (resources, node selector), or raise schedule_timeout_seconds.',
  },
  start_timeout: {
    class: 'config',
    action: 'Check image, secrets and volumes, or raise startup_timeout_seconds.',
  },
  pod_failed: {
    class: 'infrastructure',
    action: 'See the detail; submit the task again if the cluster was at fault.',
  },
  pod_deleted: {
    class: 'cancelled',
    action: 'Find out who deleted the Pod; submit the task again if it was a mistake.',
  },
  cancelled: { class: 'cancelled', action: 'Run it again with taskpod retry, if it is wanted after all.' },
  pod_lost: {
    class: 'lost',
    action:
      'The Pod vanished before its end was seen; check whether the work was done, then submit the task again.',
  },
  xcom_lost: {
    class: 'lost',
    action:
      'The task exited 0 but its result could not be read; check its effects before you submit it again.',
  },
  xcom_invalid: { class: 'user', action: 'Write valid JSON (UTF-8) to /airflow/xcom/return.json.' },
  xcom_too_big: {
    class: 'user',
    action: 'Write the result to a bucket and return its name, or use xcom_transport "sidecar".',
  },
  invalid_task: { class: 'config', action: 'Correct every problem listed and submit the task again.' },
  policy_refused: {
    class: 'config',
    action:
      'Keep to what this deployment allows (docs/policy.md), or have it allowed, and submit the task again.',
  },
  pod_refused: { class: 'config', action: 'Correct what the API server refused and submit the task again.' },
  pod_name_taken: { class: 'config', action: 'Delete the Pod of that name, or give the task another name.' },
} as const satisfies Record<string, { class: OutcomeClass; action: string }>;
export type ReasonCode = keyof typeof reasonCodes;

/** Why an attempt ended as it did. */
export interface Diagnosis {
  state: FinalState;
  reason: ReasonCode;
  class: OutcomeClass;
  exitCode: number | null;
  /** One sentence. */
  summary: string;
  /** What was seen; may be empty. */
  detail: string;
  action: string;
}

/** diagnosis puts class and action to a reason code. */
export function diagnosis(
  reason: ReasonCode,
  text: { summary: string; detail?: string; exitCode?: number | null },
): Diagnosis {
  return {
    state: reason === 'completed' ? 'success' : 'failed',
    reason,
    class: reasonCodes[reason].class,
    exitCode: text.exitCode ?? null,
    summary: text.summary,
    detail: text.detail ?? '',
    action: reasonCodes[reason].action,
  };
}

/**
 * diagnosePod explains a Pod that has ended (pod-progress.ts hasEnded) or was deleted, from its status alone.
 * `gone` says that the API server has no such Pod any more; the status is then the last one seen.
 */
export function diagnosePod(pod: Pod, baseContainer: string, gone: boolean): Diagnosis {
  const end = containerEnd(pod, baseContainer);
  if (end?.exitCode === 0) {
    return diagnosis('completed', { summary: 'The task succeeded.', exitCode: 0 });
  }
  const exitCode = end?.exitCode ?? null;
  if (pod.status.reason === 'DeadlineExceeded') {
    return diagnosis('deadline_exceeded', {
      summary: 'The Pod ran longer than active_deadline_seconds.',
      detail: pod.status.message ?? '',
      exitCode,
    });
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    return diagnosis('pod_deleted', {
      summary: `The Pod was deleted while it was ${end ? 'ending' : 'running'}.`,
      detail: statusText(pod),
      exitCode,
    });
  }
  if (end?.reason === 'OOMKilled') {
    return diagnosis('oom_killed', {
      summary: 'The container used more memory than its limit and was killed.',
      detail: end.message ?? '',
      exitCode,
    });
  }
  if (pod.status.reason) {
    return diagnosis('pod_failed', {
      summary: `The Pod failed: ${pod.status.reason}.`,
      detail: statusText(pod),
      exitCode,
    });
  }
  if (end) {
    return diagnosis('exit_code', {
      summary: `The container exited with code ${end.exitCode}${signalText(end.exitCode)}.`,
      detail: [end.reason === 'Error' ? '' : (end.reason ?? ''), end.message ?? '']
        .filter(Boolean)
        .join(': '),
      exitCode,
    });
  }
  return diagnoseWithoutMain(pod, gone);
}

function diagnoseWithoutMain(pod: Pod, gone: boolean): Diagnosis {
  const failedInit = pod.status.initContainerStatuses?.find(
    status => (status.state?.terminated?.exitCode ?? 0) !== 0,
  );
  if (failedInit && pod.status.phase === 'Failed') {
    const code = failedInit.state?.terminated?.exitCode ?? null;
    return diagnosis('init_container_failed', {
      summary: `The init container ${failedInit.name} exited with code ${code}.`,
      detail: failedInit.state?.terminated?.message ?? '',
      exitCode: code,
    });
  }
  if (gone)
    return diagnosis('pod_lost', {
      summary: 'The Pod vanished before its end was seen.',
      detail: statusText(pod),
    });
  return diagnosis('pod_failed', {
    summary: 'The Pod failed before its container ran.',
    detail: statusText(pod),
  });
}

/** waitingText says what a Pod that has not started is waiting for. */
export function waitingText(pod: Pod, baseContainer: string): string {
  const scheduled = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return [scheduled.reason, scheduled.message].filter(Boolean).join(': ');
  const statuses = [...(pod.status.initContainerStatuses ?? []), containerStatus(pod, baseContainer)];
  const waiting = statuses.flatMap(status => {
    const state = status?.state?.waiting;
    return status && state && state.reason !== 'PodInitializing' ? [{ name: status.name, ...state }] : [];
  });
  const texts = waiting.map(
    ({ name, reason, message }) => `${name}: ${[reason, message].filter(Boolean).join(': ')}`,
  );
  return texts.join('; ') || statusText(pod);
}

function statusText(pod: Pod): string {
  const { phase, reason, message } = pod.status;
  return [`phase ${phase ?? 'unknown'}`, reason, message].filter(Boolean).join(', ');
}

/** 128+n is how shells and container runtimes report death by signal n. */
function signalText(exitCode: number): string {
  const names: Record<number, string> = {
    130: 'SIGINT',
    134: 'SIGABRT',
    137: 'SIGKILL',
    139: 'SIGSEGV',
    143: 'SIGTERM',
  };
  const name = names[exitCode];
  return name === undefined ? '' : ` (${name})`;
}
