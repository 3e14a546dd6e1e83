import { attemptOf } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import type { SentOperation } from '../../../shared/cluster-operation.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import type { RefusedOperation } from '../../../shared/ports/cluster-operations.ts';
import { formatRun } from '../../../shared/run.ts';
import { announceQueued, publishTicket } from '../announce.ts';
import type { LaunchDeps } from '../deps.ts';
import type { LaunchResult } from '../launch-result.ts';
import { type Rejection, rejectAttempt } from '../reject.ts';
import type { PreparedOperation } from './prepare-operation.ts';
import { sendOperation } from './send-operation.ts';

/** beginOperation sends the request of a claimed cluster operation, and does what follows. */
export async function beginOperation(
  claim: ClusterClaim,
  { body, hidden, warnings }: Pick<PreparedOperation, 'body' | 'hidden' | 'warnings'>,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const sending = await sendOperation(claim, body, deps, signal);
  if (sending.kind === 'refused') {
    const { problems, ...refused } = refusal(sending);
    return rejectOperation(claim, { ...refused, problems: hidden.hideIn(problems) }, deps, signal);
  }
  const result = await recordSent(claim, sending.sent, deps, signal);
  return warnings.length === 0 ? result : { ...result, warnings: warnings.length };
}

/**
 * recordSent writes down that the request was sent and wakes a Turn. When the attempt has been cancelled meanwhile, its marker is written
 * once more, so that a Turn undoes what came too late.
 */
export async function recordSent(
  claim: ClusterClaim,
  sent: SentOperation,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { record } = claim;
  const attempt = attemptOf(record);
  const { operation, outcome } = attemptObjects(attempt);
  const json = { contentType: 'application/json', signal };
  await deps.store.create(operation, `${JSON.stringify(sent)}\n`, json);
  if ((await deps.store.read(outcome, signal)) !== undefined) {
    await deps.store.create(openMarker(record.scope, attempt), '{"late":true}', json);
    await publishTicket(record.scope, deps, signal);
    return { end: 'left to the watch', run: formatRun(attempt) };
  }
  await announceQueued(record, deps, signal, 'The operation on the cluster is asked for.');
  return { end: 'created', run: formatRun(attempt) };
}

/** rejectOperation ends a cluster operation that was claimed and is not to be sent. */
export async function rejectOperation(
  claim: ClusterClaim,
  rejection: Rejection,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  await rejectAttempt(claim, rejection, deps, signal);
  const { reason, problems } = rejection;
  const run = formatRun(attemptOf(claim.record));
  return { end: 'rejected', run, reason, problems: problems.length };
}

function refusal({ status, message }: RefusedOperation): Rejection {
  const problems = [{ path: '', message }];
  return status === 403
    ? { reason: 'cluster_forbidden', summary: 'Google does not allow the operation.', problems }
    : { reason: 'cluster_request_refused', summary: `GKE refused the operation (${status}).`, problems };
}
