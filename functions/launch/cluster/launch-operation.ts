import { attemptToFields } from '../../../shared/attempt-fields.ts';
import type { RunRecord } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import { operationsScope } from '../../../shared/cluster-operation.ts';
import type { Problem } from '../../../shared/errors.ts';
import { openMarker } from '../../../shared/object-names.ts';
import type { MessageIdentity } from '../../../shared/push.ts';
import type { Retries } from '../../../shared/retries.ts';
import { type Attempt, formatRun, type RunKey } from '../../../shared/run.ts';
import type { Task } from '../../../shared/task/task.ts';
import { isoTime } from '../../../shared/time.ts';
import { retriesOf } from '../attempt-plan.ts';
import { claimingMessage, takeClaim } from '../claim-attempt.ts';
import { continueClaim } from '../continue-claim.ts';
import type { LaunchDeps } from '../deps.ts';
import type { LaunchResult } from '../launch-result.ts';
import type { RefusedTask } from '../prepare/prepare-task.ts';
import { rejectionOf, rejectTask } from '../reject.ts';
import { rejectAgain, rejectMessage } from '../reject-message.ts';
import { beginOperation } from './begin-operation.ts';
import { type PreparedOperation, prepareOperation } from './prepare-operation.ts';

/** A creation takes 5 to 15 minutes; GKE itself gives up after about 45. */
const defaultTimeoutSeconds = 3_600;

/** Warnings beyond this number are counted in the log alone. */
const maxWarnings = 20;

/** An attempt of a cluster operation: of a message, or a retry of the run of an earlier one. */
export interface OperationAttempt {
  published: unknown;
  /** What was wrong with its text already. */
  problems?: readonly Problem[];
  message: MessageIdentity;
  tryNumber: number;
  /** Of a retry: what the earlier attempt has left; default: what the task says. */
  retries?: Retries | undefined;
}

/** launchOperation takes an attempt of a cluster operation to the end of its launch. Throws when the message must be delivered again. */
export async function launchOperation(
  {
    published,
    problems = [],
    message,
    tryNumber,
    retries,
    run: retried,
  }: OperationAttempt & { run?: RunKey },
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const nowMs = deps.clock.now();
  const request = { published, problems, messageId: message.messageId, tryNumber, nowMs };
  const prepared = await prepareOperation(request, deps, signal);
  const scope = operationsScope(deps.settings.bucket);
  if (!prepared.ok) {
    return retried === undefined
      ? rejectMessage(message, prepared.run, rejectionOf(prepared), deps, signal)
      : rejectRetry({ ...retried, tryNumber }, scope, message, prepared, deps, signal);
  }
  const { run } = prepared;
  const attempt = { ...run, tryNumber };
  const record = makeRunRecord(prepared.task, { attempt, scope, nowMs, retries }, deps.settings);
  const claimed = await takeClaim(makeClaim(message, published, prepared, record), deps, signal);
  if (claimed.kind === 'made') return beginOperation(claimed.claim, prepared, deps, signal);
  if (claimed.kind === 'found') return continueClaim(claimed.claim, deps, signal);
  if (retried === undefined) return rejectAgain(run, message, claimed, deps, signal);
  await deps.store.remove(claimed.marker, { signal });
  return { end: 'ended', run: formatRun(run) };
}

async function rejectRetry(
  attempt: Attempt,
  scope: string,
  message: MessageIdentity,
  refused: RefusedTask,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const rejection = rejectionOf(refused);
  const found = await rejectTask(message, attempt, rejection, deps, signal, attempt.tryNumber);
  if (found !== undefined) return continueClaim(found, deps, signal);
  await deps.store.remove(openMarker(scope, attempt), { signal });
  const { reason, problems } = rejection;
  return { end: 'rejected', run: formatRun(attempt), reason, problems: problems.length };
}

function makeClaim(
  message: MessageIdentity,
  published: unknown,
  { task, operator, cluster, warnings }: PreparedOperation,
  record: RunRecord,
): ClusterClaim {
  return {
    version: 1,
    ...claimingMessage(message),
    claimed_at: record.queued_at,
    record,
    gke_cluster: {
      action: operator === 'gke_create_cluster' ? 'create' : 'delete',
      name: cluster,
      delete_on_failure: task.delete_cluster_on_failure ?? true,
      push_xcom: task.do_xcom_push,
    },
    task: published,
    ...(warnings.length === 0 ? {} : { warnings: warnings.slice(0, maxWarnings) }),
  };
}

function makeRunRecord(
  task: Task,
  {
    attempt,
    scope,
    nowMs,
    retries,
  }: { attempt: Attempt; scope: string; nowMs: number; retries: Retries | undefined },
  { infrastructureRetries }: LaunchDeps['settings'],
): RunRecord {
  const { execution_timeout_seconds, total_timeout_seconds = defaultTimeoutSeconds } = task;
  return {
    version: 1,
    ...attemptToFields(attempt),
    scope,
    queued_at: isoTime(nowMs),
    ...(execution_timeout_seconds === undefined ? {} : { execution_timeout_seconds }),
    total_timeout_seconds,
    total_deadline_at: isoTime(nowMs + total_timeout_seconds * 1_000),
    retries: retries ?? retriesOf(task, infrastructureRetries),
  };
}
