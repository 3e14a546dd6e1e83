import { attemptOf, isPodOf } from '../../shared/attempt-record.ts';
import type { Cancellation } from '../../shared/cancellation.ts';
import { type Claim, type ClusterClaim, isClusterClaim, type RejectedClaim } from '../../shared/claim.ts';
import { attemptObjects, openMarker, runPrefix } from '../../shared/object-names.ts';
import { parseOutcome } from '../../shared/outcome.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import { type Attempt, formatRun, type RunKey } from '../../shared/run.ts';
import { filesOf } from '../../shared/run-state.ts';
import { isoTime } from '../../shared/time.ts';
import { publishTicket } from './announce.ts';
import { cancelledOutcome } from './cancelled-outcome.ts';
import { claimingMessage, readClaim } from './claim-attempt.ts';
import { cancelOperation } from './cluster/cancel-operation.ts';
import type { LaunchDeps, StartDeps } from './deps.ts';
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
  const stored = await deps.store.read(attemptObjects(attempt).outcome, signal);
  if (stored === undefined) return cancelAttempt(claim, message, deps, signal);
  const { retry } = parseOutcome(stored.body.toString('utf8'));
  if (retry === undefined) return { end: 'ended', run: formatRun(run) };
  const next = { ...run, tryNumber: retry.try_number };
  return cancelBeforeClaim(next, claim.record.scope, message, deps, signal);
}

/** Takes the place of an attempt that nobody has claimed, so that it never starts; another may have been faster. */
async function cancelBeforeClaim(
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
  const summary = isKept
    ? 'The run was cancelled; its Pod goes on, as on_kill_action says.'
    : 'The run was cancelled before its Pod was made.';
  const outcome = cancelledOutcome(attempt, summary, record.queued_at, isoTime(deps.clock.now()));
  await storeAndAnnounce(attempt, outcome, deps, signal);
  // A launch that posts at this moment finds the outcome after its POST, or its Pod is found here.
  if (!isKept) await removePod(claim, onCluster, signal);
  await deps.store.remove(openMarker(record.scope, attempt), { signal });
  return { end: 'cancelled', run };
}

/** Deletes the attempt's Pod, if it is there; Kubernetes gives it the grace period that its spec has. */
async function removePod({ pod, record }: Claim, deps: StartDeps, signal: AbortSignal): Promise<void> {
  const found = await deps.pods.read(pod.namespace, pod.name, signal);
  if (found === undefined || !isPodOf(found, attemptOf(record))) return;
  await deps.pods.remove(pod.namespace, pod.name, { uid: found.metadata.uid, signal });
}
