import type { MessageIdentity, PushedMessage } from '../../shared/push.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { claimAttempt } from './claim-attempt.ts';
import { continueClaim, type LaunchResult, startClaimed } from './continue-claim.ts';
import type { LaunchDeps } from './deps.ts';
import { prepareTask } from './prepare/prepare-task.ts';
import { reachCluster } from './reach-cluster.ts';
import { type Rejection, rejectionOf, rejectTask } from './reject.ts';

/**
 * launchTask takes one message to the end of its launch: claimed, posted and announced; or continued where another
 * delivery left it; or rejected. Throws when the message must be delivered again.
 */
export async function launchTask(
  message: PushedMessage,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { messageId, data } = message;
  const { value: published, problems } = decodeJson(data);
  const nowMs = deps.clock.now();
  const prepared = await prepareTask({ published, problems, messageId, tryNumber: 1, nowMs }, deps, signal);
  if (!prepared.ok) return reject(message, prepared.run, rejectionOf(prepared), deps, signal);
  const { run } = prepared;
  const reached = await reachCluster(prepared.cluster, deps, signal);
  if ('rejection' in reached) return reject(message, run, reached.rejection, deps, signal);
  const claimed = await claimAttempt({ message, published, prepared }, deps, signal);
  if (claimed.kind === 'found') return continueClaim(claimed.claim, deps, signal);
  if (claimed.kind === 'rejected') {
    await deps.store.remove(claimed.marker, { signal });
    if (claimed.claim.cancelled) return { end: 'ended', run: formatRun(run) };
    const problem = `the run was rejected before (message ${claimed.claim.message_id}): submit the task under another run_id`;
    const problems = [{ path: 'run_id', message: problem }];
    return reject(message, run, rejectionOf({ reason: 'invalid_task', problems }), deps, signal);
  }
  return startClaimed(claimed.claim, prepared, claimed.startedAt, { ...deps, ...reached }, signal);
}

async function reject(
  message: MessageIdentity,
  run: RunKey | undefined,
  rejection: Rejection,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const earlier = await rejectTask(message, run, rejection, deps, signal);
  if (earlier !== undefined) return continueClaim(earlier, deps, signal);
  const { reason, problems } = rejection;
  return { end: 'rejected', reason, problems: problems.length, ...(run ? { run: formatRun(run) } : {}) };
}
