import type { AttemptRecord } from '../attempt-record.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { containerEnd, startedAt } from '../pod-progress.ts';
import { type EndedPod, explainEnd } from './pod-end.ts';
import { type Diagnosis, diagnosis } from './reasons.ts';
import { startProblem, waitingText } from './waiting.ts';

/** The deadlines of an attempt that may pass while its containers run. */
export const runDeadlines = ['execution_timeout', 'total_timeout'] as const;
type RunDeadline = (typeof runDeadlines)[number];

/** Why the wait for a Pod's end is over: it ended or went, it cannot start, or a deadline of ours passed. */
export type EndCause = 'ended' | 'cannot_start' | 'schedule_timeout' | 'start_timeout' | RunDeadline;

/** What the watch knows of a Pod whose attempt is over. */
export interface Evidence extends Pick<EndedPod, 'pod' | 'gone' | 'events' | 'ignored'> {
  cause: EndCause;
  record: AttemptRecord;
}

/** diagnose explains how an attempt ended, from the Pod's last status, its events and what the watch knows. Pure. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { cause, record, pod, events, ignored } = evidence;
  switch (cause) {
    case 'ended':
      return explainEnd({
        ...evidence,
        baseContainer: record.base_container,
        skipOnExitCode: record.skip_on_exit_code ?? [],
      });
    case 'cannot_start': {
      const problem = startProblem(pod, events, ignored);
      return problem
        ? diagnosis(problem.reason, problem)
        : diagnosis('pod_failed', { summary: 'The Pod could not be started.', detail: waitingText(pod) });
    }
    case 'schedule_timeout':
      return scheduleTimeout(evidence);
    case 'start_timeout':
      return startTimeout(evidence);
    case 'execution_timeout':
    case 'total_timeout':
      return explainDeadline(cause, record, pod);
  }
}

/** explainDeadline explains an attempt that was ended because it took too long, whatever its container made of it. */
export function explainDeadline(cause: RunDeadline, record: AttemptRecord, pod: Pod): Diagnosis {
  const exitCode = containerEnd(pod, record.base_container)?.exitCode ?? null;
  if (cause === 'execution_timeout') {
    const summary = `The task ran longer than execution_timeout_seconds (${record.execution_timeout_seconds}s).`;
    return diagnosis(cause, { summary, exitCode });
  }
  const summary = `The task took longer than total_timeout_seconds (${record.total_timeout_seconds}s), from its launch on.`;
  const detail = startedAt(pod, record.base_container) === undefined ? waitingText(pod) : '';
  return diagnosis(cause, { summary, detail, exitCode });
}

/** The sentence is KubernetesPodOperator's; the scheduler's own word, where there is one, makes the reason. */
function scheduleTimeout({ pod, record }: Evidence): Diagnosis {
  const condition = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  return diagnosis(condition?.reason === 'Unschedulable' ? 'unschedulable' : 'schedule_timeout', {
    summary: `Pod took too long to be scheduled on the cluster, giving up. More than ${record.schedule_timeout_seconds}s.`,
    detail: waitingText(pod),
  });
}

/** The sentence is KubernetesPodOperator's; what is known to be wrong makes the reason. */
function startTimeout({ pod, record, events, ignored }: Evidence): Diagnosis {
  const problem = startProblem(pod, events, ignored);
  return diagnosis(problem?.reason ?? 'start_timeout', {
    summary: `Pod took too long to start. More than ${record.startup_timeout_seconds}s.`,
    detail: problem ? [problem.summary, problem.detail].join('\n') : waitingText(pod),
  });
}
