import { parseCancellation } from '../../shared/cancellation.ts';
import { attemptObjects, openMarker } from '../../shared/object-names.ts';
import { parseOutcome } from '../../shared/outcome.ts';
import { spendRetry } from '../../shared/retries.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import { operatorOf } from '../../shared/task/operators.ts';
import { cancelBeforeClaim } from './cancel-run.ts';
import { claimAttempt, readClaim } from './claim-attempt.ts';
import { launchOperation } from './cluster/launch-operation.ts';
import { continueClaim, startClaimed } from './continue-claim.ts';
import type { LaunchDeps } from './deps.ts';
import type { LaunchResult } from './launch-result.ts';
import { prepareTask } from './prepare/prepare-task.ts';
import { reachCluster } from './reach-cluster.ts';
import { type Rejection, rejectionOf, rejectTask } from './reject.ts';

/**
 * retryRun starts the attempt `tryNumber` of a run, if the one before has ended: a retry that the watch has planned, or one that
 * somebody asks for. The task is the published one, rendered anew. Done again, it starts nothing more. Throws when the message must be
 * delivered again.
 */
export async function retryRun(
  run: RunKey,
  tryNumber: number,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const name = formatRun(run);
  const before = { ...run, tryNumber: tryNumber - 1 };
  const stored = await deps.store.read(attemptObjects(before).outcome, signal);
  if (stored === undefined) return { end: 'not retried', run: name };
  const earlier = await readClaim(before, deps.store, signal);
  // A task that was rejected, or cancelled before it came, is not known: it has to be submitted.
  if ('rejected' in earlier) return { end: 'not retried', run: name };
  const { retry } = parseOutcome(stored.body.toString('utf8'));
  const { retries: left, scope } = earlier.record;
  const planned = retry?.try_number === tryNumber ? retry : undefined;
  if (planned !== undefined) {
    // A cancellation has come while the attempt before failed by itself.
    const wish = await deps.store.read(attemptObjects(before).cancel, signal);
    if (wish !== undefined) {
      const { message_id } = parseCancellation(wish.body.toString('utf8'));
      const next = { ...run, tryNumber };
      return cancelBeforeClaim(next, scope, { messageId: message_id, publishTime: undefined }, deps, signal);
    }
  }
  const retries = left && planned && spendRetry(left, planned.budget);
  const { task: published, message_id: messageId } = earlier;
  const message = { messageId, publishTime: earlier.published_at };
  if (operatorOf(published) !== 'kubernetes_pod') {
    return launchOperation({ published, message, tryNumber, run, retries }, deps, signal);
  }
  const prepared = await prepareTask(
    { published, messageId, tryNumber, nowMs: deps.clock.now() },
    deps,
    signal,
  );
  const reject = async (rejection: Rejection): Promise<LaunchResult> => {
    const found = await rejectTask(message, run, rejection, deps, signal, tryNumber);
    if (found !== undefined) return continueClaim(found, deps, signal);
    await deps.store.remove(openMarker(scope, { ...run, tryNumber }), { signal });
    return { end: 'rejected', run: name, reason: rejection.reason, problems: rejection.problems.length };
  };
  if (!prepared.ok) return reject(rejectionOf(prepared));
  const reached = await reachCluster(prepared.cluster, deps, signal);
  if ('rejection' in reached) return reject(reached.rejection);
  const claimed = await claimAttempt({ message, published, prepared, tryNumber, retries }, deps, signal);
  if (claimed.kind === 'found') return continueClaim(claimed.claim, deps, signal);
  if (claimed.kind === 'rejected') {
    await deps.store.remove(claimed.marker, { signal });
    return { end: 'ended', run: name };
  }
  return startClaimed(claimed.claim, prepared, claimed.startedAt, { ...deps, ...reached }, signal);
}
