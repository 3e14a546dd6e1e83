import { attemptOf, isPodOf } from '../../shared/attempt-record.ts';
import type { Claim } from '../../shared/claim.ts';
import { openMarker } from '../../shared/object-names.ts';
import { isoTime } from '../../shared/time.ts';
import { cancelledOutcome } from './cancelled-outcome.ts';
import type { StartDeps } from './deps.ts';
import { storeAndAnnounce } from './reject.ts';

/** cancelUnposted ends an attempt whose cancellation is written down, and that has no Pod, or one that goes on by itself. */
export async function cancelUnposted(claim: Claim, deps: StartDeps, signal: AbortSignal): Promise<void> {
  const { record } = claim;
  const attempt = attemptOf(record);
  const isKept = record.on_kill_action === 'keep_pod';
  const summary = isKept
    ? 'The run was cancelled; its Pod goes on, as on_kill_action says.'
    : 'The run was cancelled before its Pod was made.';
  const outcome = cancelledOutcome(attempt, summary, record.queued_at, isoTime(deps.clock.now()));
  await storeAndAnnounce(attempt, outcome, deps, signal);
  // A launch that posts at this moment finds the outcome after its POST, or its Pod is found here.
  if (!isKept) await removePod(claim, deps, signal);
  await deps.store.remove(openMarker(record.scope, attempt), { signal });
}

/** removePod deletes the attempt's Pod, if it is there; Kubernetes gives it the grace period that its spec has. */
export async function removePod({ pod, record }: Claim, deps: StartDeps, signal: AbortSignal): Promise<void> {
  const found = await deps.pods.read(pod.namespace, pod.name, signal);
  if (found === undefined || !isPodOf(found, attemptOf(record))) return;
  await deps.pods.remove(pod.namespace, pod.name, { uid: found.metadata.uid, signal });
}
