import { createHash } from 'node:crypto';
import { attemptToFields } from '../../../shared/attempt-fields.ts';
import type { Claim } from '../../../shared/claim.ts';
import { attemptObjects, rejectedObject } from '../../../shared/object-names.ts';
import { announcedState, type Outcome, type State, writeOutcome } from '../../../shared/outcome.ts';
import type { Attempt } from '../../../shared/run.ts';
import { stateEvent, stateEventId } from '../../../shared/state-event.ts';
import type { AuditedCall } from '../../cluster/support/audit.ts';
import type { ChaosTask, ContainerLog } from '../tasks/chaos-task.ts';
import {
  expectedEnd,
  expectedLog,
  expectedLogs,
  expectedResult,
  expectedTries,
  podStays,
} from '../tasks/expected.ts';
import { stoppedLog } from '../tasks/log-output.ts';
import type { Evidence } from './evidence.ts';
import { strayAttempt, wasStopped } from './read-runs.ts';

/** When the first attempt of every task was claimed. */
const beginMs = Date.parse('2026-01-01T00:00:00Z');
/** From one attempt to the next. */
const attemptMs = 10_000;

/** timeOf is a second of an attempt: 0 its claim, 1 its Pod, 2 its start, 5 its end, 6 its deletion. */
export function timeOf(tryNumber: number, second: number): string {
  return new Date(beginMs + (tryNumber - 1) * attemptMs + second * 1_000).toISOString().replace('.000', '');
}

/** podOf is the name of an attempt's Pod in {@link idealEvidence}. */
export function podOf(taskId: string, tryNumber: number): string {
  return `${taskId}-pod-${tryNumber}`;
}

/** idealEvidence is what is left of tasks, and of strays by their ids, when everything has gone as it has to; new objects each time. */
export function idealEvidence(tasks: readonly ChaosTask[], strays: readonly string[] = []): Evidence {
  const evidence: Evidence = {
    calls: [],
    objects: new Map(),
    composed: new Set(),
    events: [],
    pods: [],
    deletedFromOutside: [],
    deletedUnbound: [],
    strays: [...strays],
  };
  for (const task of tasks) {
    const tries = expectedTries(task);
    for (let tryNumber = 1; tryNumber <= tries; tryNumber++)
      if (task.fate?.kind === 'rejected') addClosed(evidence, task);
      else addAttempt(evidence, task, tryNumber, tryNumber < tries);
  }
  for (const id of strays) addStray(evidence, id);
  return evidence;
}

/** A task that is rejected, which has no Pod. */
function addClosed(evidence: Evidence, task: ChaosTask): void {
  const { dagId, runId, taskId } = task;
  const attempt = { dagId, runId, taskId, tryNumber: 1 };
  const names = attemptObjects(attempt);
  const { state, reason, class: ofClass } = expectedEnd(task, 1);
  const claim = { version: 1, message_id: '1', claimed_at: timeOf(1, 0), rejected: true };
  const outcome: Outcome = {
    version: 1,
    ...attemptToFields(attempt),
    state,
    reason,
    class: ofClass,
    exit_code: null,
    summary: '',
    detail: '',
    action: '',
    queued_at: null,
    scheduled_at: null,
    started_at: null,
    ended_at: timeOf(1, 0),
    pod: null,
    containers: [],
    xcom: null,
    problems: [{ path: 'imagee', message: 'is not known' }],
    events: [stateEventId(attempt, state)],
  };
  evidence.objects.set(names.launch, Buffer.from(JSON.stringify(claim)));
  evidence.objects.set(names.outcome, Buffer.from(writeOutcome(outcome)));
  evidence.events.push(eventOf(attempt, state, outcome));
}

/** A message that names no run. */
function addStray(evidence: Evidence, id: string): void {
  const attempt = strayAttempt(id);
  const problems = [{ path: 'task_id', message: 'is required' }];
  const document = { version: 1, message_id: id, rejected_at: timeOf(1, 5), problems };
  evidence.objects.set(rejectedObject(id), Buffer.from(JSON.stringify(document)));
  const end = { reason: 'invalid_task', class: 'config', exit_code: null } as const;
  evidence.events.push(eventOf(attempt, 'rejected', end));
}

function addAttempt(evidence: Evidence, task: ChaosTask, tryNumber: number, isRetried: boolean): void {
  const { dagId, runId, taskId } = task;
  const attempt = { dagId, runId, taskId, tryNumber };
  const names = attemptObjects(attempt);
  const json = (name: string, value: unknown) =>
    evidence.objects.set(name, Buffer.from(JSON.stringify(value)));
  const outcome = outcomeOf(task, attempt, isRetried);
  const pod = podOf(taskId, tryNumber);
  evidence.calls.push(call('create', pod, 201, timeOf(tryNumber, 1)));
  json(names.launch, claimOf(task, attempt));
  json(names.pod, {
    version: 1,
    uid: `uid-of-${pod}`,
    namespace: 'tasks',
    name: pod,
    seen_at: timeOf(tryNumber, 1),
  });
  if (outcome.started_at) json(names.running, { version: 1, started_at: outcome.started_at });
  const isStopped = wasStopped(outcome);
  if (outcome.state === 'cancelled')
    json(names.cancel, { version: 1, message_id: '2', requested_at: timeOf(tryNumber, 3) });
  else if (isStopped)
    json(names.stop, { version: 1, cause: outcome.reason, decided_at: timeOf(tryNumber, 3) });
  for (const log of expectedLogs(task)) {
    const lines = linesOf(task, log.container, tryNumber);
    evidence.objects.set(names.log(log.container), Buffer.from(lines.join('')));
    // A short log has no pieces.
    if (lines.length < 2) continue;
    evidence.composed.add(names.log(log.container));
    evidence.objects.set(names.segment(log.container, 1), Buffer.from(lines.slice(0, 1).join('')));
    evidence.objects.set(names.segment(log.container, 2), Buffer.from(lines.slice(1).join('')));
  }
  const result = expectedResult(task, tryNumber);
  if (result) evidence.objects.set(names.xcom, result);
  if (outcome.state === 'failed')
    json(names.podFinal, { version: 1, complete: true, pod: { spec: { activeDeadlineSeconds: 3_600 } } });
  evidence.objects.set(names.outcome, Buffer.from(writeOutcome(outcome)));
  const started = outcome.started_at ? (['running'] as const) : [];
  for (const state of ['queued', ...started, announcedState(outcome)] as const)
    evidence.events.push(eventOf(attempt, state, outcome));
  if (podStays(task, tryNumber)) evidence.pods.push(pod);
  else evidence.calls.push(call('delete', pod, 200, timeOf(tryNumber, isStopped ? 3 : 6)));
}

function linesOf(task: ChaosTask, container: string, tryNumber: number): string[] {
  const log = task.work.logs.find(kept => kept.container === container);
  const printed = log === undefined ? '' : printedIn(log, tryNumber).toString();
  const stamp = timeOf(tryNumber, 2).replace('Z', '.000000001Z');
  return printed === '' ? [] : printed.split(/(?<=\n)/).map(line => `${stamp} ${line}`);
}

/** A container that is stopped has printed two bursts by then. */
function printedIn(log: ContainerLog, tryNumber: number): Buffer {
  return log.plan.stops ? stoppedLog(log.plan, tryNumber, 2) : expectedLog(log, tryNumber);
}

function outcomeOf(task: ChaosTask, attempt: Attempt, isRetried: boolean): Outcome {
  const { tryNumber } = attempt;
  const end = expectedEnd(task, tryNumber);
  const pod = podOf(task.taskId, tryNumber);
  const hasRun = end.exitCode !== null;
  const startedAt = hasRun ? timeOf(tryNumber, 2) : null;
  const endedAt = hasRun ? timeOf(tryNumber, 5) : null;
  const names = attemptObjects(attempt);
  const result = expectedResult(task, tryNumber);
  const sha256 = createHash('sha256')
    .update(result ?? '')
    .digest('hex');
  const state = isRetried ? 'up_for_retry' : end.state;
  const kept = new Set(expectedLogs(task).map(({ container }) => container));
  const containers =
    task.work.logs.length === 0 ? ['base'] : task.work.logs.map(({ container }) => container);
  return {
    version: 1,
    ...attemptToFields(attempt),
    state: end.state,
    reason: end.reason,
    class: end.class,
    exit_code: end.exitCode,
    summary: '',
    detail: '',
    action: '',
    queued_at: timeOf(tryNumber, 0),
    scheduled_at: timeOf(tryNumber, 1),
    started_at: startedAt,
    ended_at: timeOf(tryNumber, 5),
    pod: { cluster: 'c', namespace: 'tasks', name: pod, uid: `uid-of-${pod}`, node: 'n' },
    containers: containers.map(name => ({
      name,
      exit_code: 0,
      reason: null,
      started_at: startedAt,
      ended_at: endedAt,
      log: kept.has(name) ? names.log(name) : null,
      log_bytes: kept.has(name) ? Buffer.byteLength(linesOf(task, name, tryNumber).join('')) : 0,
      log_gaps: 0,
    })),
    xcom: result ? { object: names.xcom, size: result.length, sha256 } : null,
    ...(isRetried
      ? { retry: { try_number: tryNumber + 1, at: timeOf(tryNumber, 7), budget: 'user' as const } }
      : {}),
    events: [stateEventId(attempt, state)],
  };
}

function claimOf(task: ChaosTask, attempt: Attempt): Claim {
  const record: Claim['record'] = {
    version: 1,
    ...attemptToFields(attempt),
    scope: 'scope',
    queued_at: timeOf(attempt.tryNumber, 0),
    schedule_deadline_at: timeOf(attempt.tryNumber, 3_600),
    startup_timeout_seconds: 3_600,
    schedule_timeout_seconds: 3_600,
    base_container: 'base',
    log_containers: task.work.logs.map(({ container }) => container),
    xcom: task.work.xcom === undefined ? null : 'sidecar',
    on_finish_action: task.onFinishAction,
  };
  const pod = { cluster: 'c', namespace: 'tasks', name: podOf(task.taskId, attempt.tryNumber) };
  return { version: 1, message_id: '1', claimed_at: record.queued_at, record, pod, task: task.message };
}

function eventOf(
  attempt: Attempt,
  state: State,
  outcome: Pick<Outcome, 'reason' | 'class' | 'exit_code'>,
): Evidence['events'][number] {
  const isOpen = state === 'queued' || state === 'running';
  const { data, attributes = {} } = stateEvent({
    attempt,
    state,
    reason: isOpen ? '' : outcome.reason,
    class: isOpen ? 'none' : outcome.class,
    exitCode: isOpen ? null : outcome.exit_code,
    summary: '',
    at: timeOf(attempt.tryNumber, isOpen ? 0 : 5).replace('Z', '.000Z'),
    bucket: 'b',
  });
  return { data, attributes };
}

function call(verb: string, name: string, status: number, at: string): AuditedCall {
  const ms = Date.parse(at);
  const uri = `/api/v1/namespaces/tasks/pods${verb === 'create' ? '' : `/${name}`}`;
  const caller = { userAgent: 'node', username: 'functions' };
  return { verb, ...caller, resource: 'pods', name, uri, status, beganMs: ms, endedMs: ms + 10 };
}
