import { attemptOf } from '../../shared/attempt-record.ts';
import type { Cancellation } from '../../shared/cancellation.ts';
import { type Claim, type ClusterClaim, isClusterClaim, type RejectedClaim } from '../../shared/claim.ts';
import { attemptObjects, openMarker, runPrefix } from '../../shared/object-names.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import { readOutcome } from '../../shared/read-outcome.ts';
import { type Attempt, formatRun, type RunKey } from '../../shared/run.ts';
import { filesOf } from '../../shared/run-state.ts';
import { isoTime } from '../../shared/time.ts';
import { publishTicket } from './announce.ts';
import { cancelUnposted, removePod } from './cancel-unposted.ts';
import { cancelledOutcome } from './cancelled-outcome.ts';
import { claimingMessage, readClaim } from './claim-attempt.ts';
import { cancelOperation } from './cluster/cancel-operation.ts';
import type { LaunchDeps } from './deps.ts';
import type { LaunchResult } from './launch-result.ts';
import { finishEnded, storeAndAnnounce } from './reject.ts';
import { verifyAbsence } from './verify-absence.ts';

/**
 * cancelRun ends a run, in whatever state it is: before its task has come, between two attempts, before or while its Pod runs. A run
 * that has ended stays as it is. Done again, it changes nothing. Throws when the message must be delivered again.
 */
export async function cancelRun(
  run: RunKey,
  message: MessageIdentity,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const objects = await Array.fromAsync(deps.store.list(runPrefix(run), { signal }));
  const last = filesOf(run, objects).at(-1);
  if (last === undefined)
    return cancelBeforeClaim({ ...run, tryNumber: 1 }, undefined, message, deps, signal);
  const attempt = { ...run, tryNumber: last.tryNumber };
  const claim = await readClaim(attempt, deps.store, signal);
  if ('rejected' in claim) return cancelClosed(attempt, claim, message, deps, signal);
  const outcome = await readOutcome(deps.store, attempt, signal);
  return outcome === undefined
    ? cancelAttempt(claim, message, deps, signal)
    : cancelNext(outcome, claim, message, deps, signal);
}

/** Ends a run whose last attempt has ended by itself: what is to follow never begins. */
function cancelNext(
  { retry }: Outcome,
  { record }: Claim | ClusterClaim,
  message: MessageIdentity,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const attempt = attemptOf(record);
  if (retry === undefined) return Promise.resolve({ end: 'ended', run: formatRun(attempt) });
  return cancelBeforeClaim({ ...attempt, tryNumber: retry.try_number }, record.scope, message, deps, signal);
}

/**
 * cancelBeforeClaim takes the place of an attempt that nobody has claimed, so that it never starts; one that was claimed meanwhile is
 * ended. `scope` is where the marker of the attempt stands, if there is one.
 */
export async function cancelBeforeClaim(
  attempt: Attempt,
  scope: string | undefined,
  message: MessageIdentity,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const mine: RejectedClaim = {
    version: 1,
    ...claimingMessage(message),
    claimed_at: isoTime(deps.clock.now()),
    rejected: true,
    cancelled: true,
  };
  const { launch } = attemptObjects(attempt);
  const json = { contentType: 'application/json', signal };
  const { created } = await deps.store.create(launch, `${JSON.stringify(mine)}\n`, json);
  const claim = created ? mine : await readClaim(attempt, deps.store, signal);
  if (!('rejected' in claim)) return cancelAttempt(claim, message, deps, signal);
  const result = await cancelClosed(attempt, claim, message, deps, signal);
  if (scope !== undefined) await deps.store.remove(openMarker(scope, attempt), { signal });
  return result;
}

/** Does again what follows the cancellation of an attempt that was never claimed; whoever began it may have died. */
async function cancelClosed(
  attempt: Attempt,
  claim: RejectedClaim,
  message: MessageIdentity,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const run = formatRun(attempt);
  if (!claim.cancelled || claim.message_id !== message.messageId) return { end: 'ended', run };
  const outcome = cancelledOutcome(attempt, 'The run was cancelled before it began.', null, claim.claimed_at);
  await storeAndAnnounce(attempt, outcome, deps, signal);
  return { end: 'cancelled', run };
}

/** Ends an attempt that is claimed and has no outcome; docs/adr/0008-cancelling.md tells why in this order. */
async function cancelAttempt(
  claim: Claim | ClusterClaim,
  message: MessageIdentity,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { record } = claim;
  const attempt = attemptOf(record);
  const run = formatRun(attempt);
  const request: Cancellation = {
    version: 1,
    message_id: message.messageId,
    requested_at: isoTime(deps.clock.now()),
  };
  const json = { contentType: 'application/json', signal };
  await deps.store.create(attemptObjects(attempt).cancel, `${JSON.stringify(request)}\n`, json);
  // It may have failed by itself meanwhile. Whoever begins the next attempt looks for cancel.json after that.
  const ended = await readOutcome(deps.store, attempt, signal);
  if (ended?.retry) return cancelNext(ended, claim, message, deps, signal);
  if (isClusterClaim(claim)) return cancelOperation(claim, deps, signal);
  const onCluster = { ...deps, pods: await deps.podsOf(claim.pod.cluster, signal) };
  const trace = await verifyAbsence(claim, onCluster, signal);
  if (trace.kind === 'ended') {
    await finishEnded(claim, deps, signal);
    return { end: 'ended', run };
  }
  const isKept = claim.record.on_kill_action === 'keep_pod';
  if (trace.kind === 'seen' || (trace.kind === 'ours' && !isKept)) {
    // The Turn keeps the log up to the end, and writes the outcome.
    if (trace.kind === 'ours') await removePod(claim, onCluster, signal);
    await publishTicket(record.scope, deps, signal);
    return { end: 'cancelling', run };
  }
  await cancelUnposted(claim, onCluster, signal);
  return { end: 'cancelled', run };
}
