import { attemptOf } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import { attemptObjects, attemptPrefix } from '../../../shared/object-names.ts';
import { formatRun } from '../../../shared/run.ts';
import { announceQueued, publishTicket } from '../announce.ts';
import type { LaunchDeps } from '../deps.ts';
import type { LaunchResult } from '../launch-result.ts';
import { finishEnded, rejectionOf } from '../reject.ts';
import { beginOperation, recordSent, rejectOperation } from './begin-operation.ts';
import { cancelOperation } from './cancel-operation.ts';
import { prepareOperation } from './prepare-operation.ts';
import { findOperation } from './send-operation.ts';

/**
 * continueOperation goes on with a claim that was found: what is written first, then what GKE knows, and only where there is neither the
 * request (invariant I2).
 */
export async function continueOperation(
  claim: ClusterClaim,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { record, gke_cluster, task: published, message_id: messageId } = claim;
  const attempt = attemptOf(record);
  const run = formatRun(attempt);
  const names = attemptObjects(attempt);
  const objects = await Array.fromAsync(deps.store.list(attemptPrefix(attempt), { signal }));
  const has = (name: string): boolean => objects.some(object => object.name === name);
  if (has(names.operation) && has(names.outcome)) {
    await publishTicket(record.scope, deps, signal);
    return { end: 'left to the watch', run };
  }
  if (has(names.operation)) {
    await announceQueued(record, deps, signal, 'The operation on the cluster is asked for.');
    return { end: 'adopted', run };
  }
  const found = await findOperation(claim, deps, signal);
  if (found !== undefined) return recordSent(claim, found, deps, signal);
  if (has(names.outcome)) {
    await finishEnded(claim, deps, signal);
    return { end: 'ended', run };
  }
  if (has(names.cancel)) return cancelOperation(claim, deps, signal);
  const nowMs = Date.parse(claim.claimed_at);
  const request = { published, messageId, tryNumber: record.try_number, nowMs, claimed: gke_cluster.name };
  const prepared = await prepareOperation(request, deps, signal);
  return prepared.ok
    ? beginOperation(claim, prepared, deps, signal)
    : rejectOperation(claim, rejectionOf(prepared), deps, signal);
}
