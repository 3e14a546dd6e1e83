import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import type { EndCause } from '../../../shared/diagnosis/diagnose.ts';
import { type StartProblem, startProblem } from '../../../shared/diagnosis/waiting.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../../shared/kubernetes/pod-event.ts';
import {
  containerEnd,
  hasEnded,
  hasStarted,
  isTerminal,
  scheduledAt,
  startedAt,
} from '../../../shared/pod-progress.ts';
import { unansweredAtMs } from './unanswered.ts';

/** How long a container's death by a signal may wait for the Pod's own reason (default grace period, and some). */
const reasonWaitMs = 45_000;
/** What only somebody can mend (a missing secret) is waited for so long. */
const mendMs = 15_000;
/** The kubelet looks again 10 to 15 s after a failure; its look is over and told after this (measured: 12 to 16 s). */
const lookAgainMs = 17_500;
/** A failure that came again after this was the second look's. */
const secondLookMs = 8_000;

/** What a step is decided from. */
export interface View {
  record: AttemptRecord;
  pod: Pod;
  gone: boolean;
  /** Containers that are not waited for. */
  ignored: readonly string[];
  /** The Pod's events, once somebody has looked; see the step `look`. */
  events?: readonly PodEvent[] | undefined;
  memory: Memory;
}

/** What has to be remembered from step to step; it is lost with the Turn, and then counts anew. */
export interface Memory {
  /** What keeps the Pod from starting, and since when it has been seen. */
  problem?: { key: string; sinceMs: number };
  /** When the end of all containers was seen. */
  endSeenMs?: number;
}

/** What to do now. `wait`: until the Pod changes, at the latest until `atMs` (milliseconds since the epoch). `look`: read the Pod's events. */
export type Step = { memory: Memory } & (
  | { kind: 'end'; cause: EndCause }
  | { kind: 'look' }
  | { kind: 'wait'; atMs: number }
);

/**
 * nextStep decides whether an attempt is over: its Pod has ended, cannot start for a reason that does not pass by itself, or
 * a deadline has passed. A Pod that is being deleted is on its way to its end already: only a node that does not answer is not
 * waited for. Pure; asked on each change of the Pod and when the time it named has come.
 */
export function nextStep(view: View, nowMs: number): Step {
  const { record, pod, ignored, memory } = view;
  if (view.gone) return { kind: 'end', cause: 'ended', memory };
  if (hasEnded(pod, ignored)) return stepAtEnd(view, nowMs);
  const unanswered = unansweredAtMs(pod);
  if (unanswered !== undefined) return stepTo([deadline('ended', unanswered)], memory, nowMs);
  const total = deadline('total_timeout', timeOf(record.total_deadline_at));
  if (scheduledAt(pod) === undefined) {
    return stepTo([total, deadline('schedule_timeout', timeOf(record.schedule_deadline_at))], memory, nowMs);
  }
  if (!hasStarted(pod, ignored)) return stepBeforeStart(view, total, nowMs);
  const began = timeOf(startedAt(pod, record.base_container));
  const runs = deadline('execution_timeout', plusSeconds(began, record.execution_timeout_seconds));
  return stepTo([total, runs], memory, nowMs);
}

/** The kubelet holds the Pod's reason (DeadlineExceeded, Evicted) back until every container has stopped. */
function stepAtEnd({ record, pod, memory }: View, nowMs: number): Step {
  const end = containerEnd(pod, record.base_container);
  const isOpen = end !== undefined && end.exitCode >= 128 && end.reason !== 'OOMKilled' && !isTerminal(pod);
  const endSeenMs = memory.endSeenMs ?? nowMs;
  const atMs = endSeenMs + reasonWaitMs;
  if (!isOpen || nowMs >= atMs) return { kind: 'end', cause: 'ended', memory };
  return { kind: 'wait', atMs, memory: { ...memory, endSeenMs } };
}

function stepBeforeStart(view: View, total: Deadline, nowMs: number): Step {
  const { record, pod, ignored } = view;
  const boundAt = timeOf(scheduledAt(pod)) ?? nowMs;
  const start = deadline('start_timeout', plusSeconds(boundAt, record.startup_timeout_seconds));
  const problem = startProblem(pod, [], ignored);
  if (!problem || problem.fails === 'later') return stepTo([total, start], {}, nowMs);
  if (problem.fails === 'now') return { kind: 'end', cause: 'cannot_start', memory: {} };
  const seen = remember(problem, view.memory, nowMs);
  const memory = { problem: seen };
  const mend = deadline('cannot_start', seen.sinceMs + lookAgainMs);
  if (nowMs < seen.sinceMs + mendMs) {
    const step = stepTo([total, start, mend], memory, nowMs);
    return step.kind === 'wait' ? { ...step, atMs: Math.min(step.atMs, seen.sinceMs + mendMs) } : step;
  }
  if (view.events === undefined) return { kind: 'look', memory };
  if (cameAgain(view.events, problem)) return { kind: 'end', cause: 'cannot_start', memory };
  return stepTo([total, start, mend], memory, nowMs);
}

function remember({ container, reason }: StartProblem, { problem }: Memory, nowMs: number) {
  const key = `${container} ${reason}`;
  return problem?.key === key ? problem : { key, sinceMs: nowMs };
}

/** Whether the kubelet has looked again and failed again. */
function cameAgain(events: readonly PodEvent[], { container }: StartProblem): boolean {
  return events.some(
    event =>
      event.type === 'Warning' &&
      event.container === container &&
      Date.parse(event.last_at ?? '') - Date.parse(event.first_at ?? '') >= secondLookMs,
  );
}

interface Deadline {
  cause: EndCause;
  /** Infinity: none. */
  atMs: number;
}

function deadline(cause: EndCause, atMs: number | undefined): Deadline {
  return { cause, atMs: atMs ?? Number.POSITIVE_INFINITY };
}

/** The deadline that came first has ended the attempt. */
function stepTo(deadlines: readonly Deadline[], memory: Memory, nowMs: number): Step {
  const first = deadlines.reduce((a, b) => (b.atMs < a.atMs ? b : a));
  if (nowMs >= first.atMs) return { kind: 'end', cause: first.cause, memory };
  return { kind: 'wait', atMs: first.atMs, memory };
}

function timeOf(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function plusSeconds(ms: number | undefined, seconds: number | undefined): number | undefined {
  return ms === undefined || seconds === undefined ? undefined : ms + seconds * 1_000;
}
