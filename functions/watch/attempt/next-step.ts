import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import type { EndCause } from '../../../shared/diagnosis/diagnose.ts';
import { type StartProblem, spanMs, startProblem } from '../../../shared/diagnosis/waiting.ts';
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
/**
 * The kubelet looks for a missing secret again 10 to 15 s after it has failed of it. From the first time on somebody looks, every so
 * often, whether it has; then nothing is gained by waiting.
 */
const firstLookMs = 10_500;
const lookEveryMs = 1_000;
/** By this the second look is over and told (measured: 12 to 16 s), or nobody tells of it. */
const lookAgainMs = 17_500;
/** A failure that came again after this was the second look's. */
const secondLookMs = 8_000;
/** For volumes it is known when the look that counts comes, so that fewer do. */
const lookForMountEveryMs = 1_500;
/** A volume is mounted again after 0.5, 1, 2, 4 and 8 s: a failure that came again after this was the look after 15.5 s. */
const lastMountMs = 14_000;

/** The Pod's events, and when they were read (milliseconds since the epoch). */
export interface Look {
  events: readonly PodEvent[];
  atMs: number;
}

/** What a step is decided from. */
export interface View {
  record: AttemptRecord;
  pod: Pod;
  gone: boolean;
  /** Containers that are not waited for. */
  ignored: readonly string[];
  /** What the last step `look` has brought; undefined before it. */
  look?: Look | undefined;
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
  if (!problem && isMounting(pod)) return stepWhileMounting(view, { boundAt, limits: [total, start] }, nowMs);
  if (!problem || problem.fails === 'later') return stepTo([total, start], {}, nowMs);
  if (problem.fails === 'now') return { kind: 'end', cause: 'cannot_start', memory: {} };
  const seen = remember(problem, view.memory, nowMs);
  const memory = { problem: seen };
  const limits = [total, start, deadline('cannot_start', seen.sinceMs + lookAgainMs)];
  // An earlier look was at an earlier problem.
  const look = view.look && view.look.atMs >= seen.sinceMs ? view.look : undefined;
  if (look && cameAgain(look.events, problem)) return { kind: 'end', cause: 'cannot_start', memory };
  return lookAt(look ? look.atMs + lookEveryMs : seen.sinceMs + firstLookMs, limits, memory, nowMs);
}

/** What a volume lacks is told by events alone; a long pull looks the same in the Pod's status. */
function stepWhileMounting(
  { pod, ignored, look }: View,
  { boundAt, limits }: { boundAt: number; limits: readonly Deadline[] },
  nowMs: number,
): Step {
  if (!look) return lookAt(boundAt + firstLookMs, limits, {}, nowMs);
  const problem = startProblem(pod, look.events, ignored);
  if (problem?.fails !== 'soon') {
    // Ever less often; the API server's clock, which has told `boundAt`, may be ahead of ours.
    return lookAt(look.atMs + Math.max(firstLookMs, look.atMs - boundAt), limits, {}, nowMs);
  }
  if ((problem.failingMs ?? 0) >= lastMountMs) return { kind: 'end', cause: 'cannot_start', memory: {} };
  const pauseMs = Math.max(lookForMountEveryMs, (look.atMs - boundAt) / 12);
  return lookAt(look.atMs + pauseMs, limits, {}, nowMs);
}

/** Looks at a time, unless a deadline comes first. */
function lookAt(atMs: number, limits: readonly Deadline[], memory: Memory, nowMs: number): Step {
  const step = stepTo(limits, memory, nowMs);
  if (step.kind !== 'wait' || step.atMs <= atMs) return step;
  return nowMs >= atMs ? { kind: 'look', memory } : { ...step, atMs };
}

/** Whether no container has got beyond waiting for its volumes, its image or its sandbox. */
function isMounting({ status: { initContainerStatuses = [], containerStatuses = [] } }: Pod): boolean {
  return [...initContainerStatuses, ...containerStatuses].every(
    ({ state }) => state?.waiting && /^(ContainerCreating|PodInitializing)$/.test(state.waiting.reason ?? ''),
  );
}

function remember({ container, reason }: StartProblem, { problem }: Memory, nowMs: number) {
  const key = `${container} ${reason}`;
  return problem?.key === key ? problem : { key, sinceMs: nowMs };
}

/** Whether the kubelet has looked again and failed again of the same. */
function cameAgain(events: readonly PodEvent[], { container, detail }: StartProblem): boolean {
  return events.some(
    event =>
      event.type === 'Warning' &&
      event.container === container &&
      detail.endsWith(event.message.replace(/^Error: /, '')) &&
      spanMs(event) >= secondLookMs,
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
