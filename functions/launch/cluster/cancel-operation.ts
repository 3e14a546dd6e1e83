import { attemptOf } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { formatRun } from '../../../shared/run.ts';
import { isoTime } from '../../../shared/time.ts';
import { publishTicket } from '../announce.ts';
import { cancelledOutcome } from '../cancelled-outcome.ts';
import type { LaunchDeps } from '../deps.ts';
import type { LaunchResult } from '../launch-result.ts';
import { storeAndAnnounce } from '../reject.ts';
import { recordSent } from './begin-operation.ts';
import { findOperation } from './send-operation.ts';

/**
 * cancelOperation ends a cluster operation whose cancellation is written down: one that was never sent ends here, any other is stopped by the
 * Turn that follows it. A request that is sent at this very moment finds the outcome afterwards (recordSent).
 */
export async function cancelOperation(
  claim: ClusterClaim,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { record } = claim;
  const attempt = attemptOf(record);
  const run = formatRun(attempt);
  const isSent = (await deps.store.read(attemptObjects(attempt).operation, signal)) !== undefined;
  const found = isSent ? undefined : await findOperation(claim, deps, signal);
  if (found !== undefined) await recordSent(claim, found, deps, signal);
  else if (isSent) await publishTicket(record.scope, deps, signal);
  else {
    const summary = 'The run was cancelled before its operation was asked for.';
    const outcome = cancelledOutcome(attempt, summary, record.queued_at, isoTime(deps.clock.now()));
    await storeAndAnnounce(attempt, outcome, deps, signal);
    await deps.store.remove(openMarker(record.scope, attempt), { signal });
    return { end: 'cancelled', run };
  }
  return { end: 'cancelling', run };
}
