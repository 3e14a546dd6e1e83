import { attemptToFields } from '../../shared/attempt-fields.ts';
import { attemptOf } from '../../shared/attempt-record.ts';
import type { Claim, ClusterClaim, RejectedClaim } from '../../shared/claim.ts';
import { type ReasonCode, reasonCodes } from '../../shared/diagnosis/reasons.ts';
import type { RefusalReason } from '../../shared/diagnosis/refusal.ts';
import { type Problem, TaskpodError } from '../../shared/errors.ts';
import { attemptObjects, openMarker, rejectedObject } from '../../shared/object-names.ts';
import { type Outcome, parseOutcome, writeOutcome } from '../../shared/outcome.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import { parseRejectedMessage, type RejectedMessage } from '../../shared/rejected-message.ts';
import type { Attempt, RunKey } from '../../shared/run.ts';
import { stateEventId } from '../../shared/state-event.ts';
import { isoTime } from '../../shared/time.ts';
import { announceEnd } from './announce.ts';
import { claimingMessage, readClaim } from './claim-attempt.ts';
import type { LaunchDeps } from './deps.ts';
import type { RefusedTask } from './prepare/prepare-task.ts';

/** Why an attempt is rejected. */
export interface Rejection {
  reason:
    | RefusedTask['reason']
    | RefusalReason['reason']
    | Extract<
        ReasonCode,
        'cluster_refused' | 'pod_name_taken' | 'cluster_forbidden' | 'cluster_request_refused'
      >;
  /** One sentence. */
  summary: string;
  problems: readonly Problem[];
}

/** Reason and summary of a message that is no task. */
const invalidTask = { reason: 'invalid_task', summary: 'The message is not a valid task.' } as const;

const summaries: Record<RefusedTask['reason'], string> = {
  invalid_task: invalidTask.summary,
  template_failed: 'A template of the task cannot be rendered.',
  policy_refused: 'The deployment’s policy refuses the task.',
};

/** rejectionOf tells why a task that cannot be launched is rejected. */
export function rejectionOf({ reason, problems }: Pick<RefusedTask, 'reason' | 'problems'>): Rejection {
  return { reason, summary: summaries[reason], problems };
}

/**
 * rejectTask records a task that cannot be launched, and announces it: under its run key, whose first (or given) attempt it takes,
 * or, when it has none or another message has that run, under the message's own id. Done again, it repeats the event only.
 * When this very message has a claim, from a time at which it was valid, that is returned and nothing done.
 */
export async function rejectTask(
  message: MessageIdentity,
  run: RunKey | undefined,
  rejection: Rejection,
  deps: LaunchDeps,
  signal: AbortSignal,
  tryNumber = 1,
): Promise<Claim | ClusterClaim | undefined> {
  const { messageId } = message;
  if (run === undefined) return rejectMessage(messageId, rejection.problems, deps, signal);
  const attempt = { ...run, tryNumber };
  const mine: RejectedClaim = {
    version: 1,
    ...claimingMessage(message),
    claimed_at: isoTime(deps.clock.now()),
    rejected: true,
  };
  const { launch } = attemptObjects(attempt);
  const json = { contentType: 'application/json', signal };
  const { created } = await deps.store.create(launch, `${JSON.stringify(mine)}\n`, json);
  const claim = created ? mine : await readClaim(attempt, deps.store, signal);
  if (claim.message_id !== messageId) return rejectMessage(messageId, rejection.problems, deps, signal);
  if (!('rejected' in claim)) return claim;
  const times = { queuedAt: null, endedAt: claim.claimed_at };
  const outcome = rejectedOutcome(attempt, rejection, times);
  await storeAndAnnounce(attempt, outcome, deps, signal);
  return undefined;
}

/** rejectMessage records and announces a message under its own id, as the run_id of no task. */
async function rejectMessage(
  messageId: string,
  problems: readonly Problem[],
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<undefined> {
  const name = rejectedObject(messageId);
  const document: RejectedMessage = {
    version: 1,
    message_id: messageId,
    rejected_at: isoTime(deps.clock.now()),
    problems: [...problems],
  };
  const json = { contentType: 'application/json', signal };
  const { created } = await deps.store.create(name, `${JSON.stringify(document)}\n`, json);
  const stored = created ? document : parseRejectedMessage(await readText(name, deps, signal));
  const attempt = { dagId: 'default', runId: messageId, taskId: '', tryNumber: 1 };
  const end = { ...invalidTask, state: 'rejected', class: 'config', exit_code: null } as const;
  await announceEnd(attempt, end, stored.rejected_at, deps, signal);
}

/** rejectAttempt ends an attempt that was claimed and can have no Pod: outcome, event, then the marker goes. */
export async function rejectAttempt(
  claim: Claim | ClusterClaim,
  rejection: Rejection,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<void> {
  const attempt = attemptOf(claim.record);
  const times = { queuedAt: claim.record.queued_at, endedAt: isoTime(deps.clock.now()) };
  await storeAndAnnounce(attempt, rejectedOutcome(attempt, rejection, times), deps, signal);
  await deps.store.remove(openMarker(claim.record.scope, attempt), { signal });
}

/**
 * finishEnded does again what follows an outcome, because whoever wrote it may have died before: event, marker. Only for an
 * attempt whose Pod is gone.
 */
export async function finishEnded(
  claim: Claim | ClusterClaim,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<void> {
  const attempt = attemptOf(claim.record);
  await announceStored(attempt, deps, signal);
  await deps.store.remove(openMarker(claim.record.scope, attempt), { signal });
}

async function announceStored(attempt: Attempt, deps: LaunchDeps, signal: AbortSignal): Promise<void> {
  const outcome = parseOutcome(await readText(attemptObjects(attempt).outcome, deps, signal));
  await announceEnd(attempt, outcome, outcome.ended_at ?? outcome.queued_at ?? '', deps, signal);
}

/** storeAndAnnounce writes an outcome, if there is none yet, and announces the one that stands. */
export async function storeAndAnnounce(
  attempt: Attempt,
  outcome: Outcome,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<void> {
  const json = { contentType: 'application/json', signal };
  await deps.store.create(attemptObjects(attempt).outcome, writeOutcome(outcome), json);
  // Not what is in hand: another delivery may have been faster, and an event is repeated word for word.
  await announceStored(attempt, deps, signal);
}

function rejectedOutcome(
  attempt: Attempt,
  { reason, summary, problems }: Rejection,
  times: { queuedAt: string | null; endedAt: string },
): Outcome {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return {
    version: 1,
    ...attemptToFields(attempt),
    state: 'rejected',
    reason,
    class: reasonCodes[reason].class,
    exit_code: null,
    summary,
    detail: lines.join('; ').slice(0, 1_000),
    action: reasonCodes[reason].action,
    queued_at: times.queuedAt,
    scheduled_at: null,
    started_at: null,
    ended_at: times.endedAt,
    pod: null,
    containers: [],
    xcom: null,
    events: [stateEventId(attempt, 'rejected')],
    problems: [...problems],
  };
}

async function readText(name: string, deps: LaunchDeps, signal: AbortSignal): Promise<string> {
  const object = await deps.store.read(name, signal);
  if (object !== undefined) return object.body.toString('utf8');
  throw new TaskpodError('storage_unavailable', `${name} was there and is gone`, { retryable: true });
}
