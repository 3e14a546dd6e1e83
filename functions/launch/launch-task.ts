import type { PushedMessage } from '../../shared/push.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { operatorOf } from '../../shared/task/operators.ts';
import { claimAttempt } from './claim-attempt.ts';
import { launchOperation } from './cluster/launch-operation.ts';
import { continueClaim, startClaimed } from './continue-claim.ts';
import type { LaunchDeps } from './deps.ts';
import type { LaunchResult } from './launch-result.ts';
import { prepareTask } from './prepare/prepare-task.ts';
import { reachCluster } from './reach-cluster.ts';
import { rejectionOf } from './reject.ts';
import { rejectAgain, rejectMessage } from './reject-message.ts';

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
  if (operatorOf(published) !== 'kubernetes_pod') {
    return launchOperation({ published, problems, message, tryNumber: 1 }, deps, signal);
  }
  const nowMs = deps.clock.now();
  const prepared = await prepareTask({ published, problems, messageId, tryNumber: 1, nowMs }, deps, signal);
  if (!prepared.ok) return rejectMessage(message, prepared.run, rejectionOf(prepared), deps, signal);
  const { run } = prepared;
  const reached = await reachCluster(prepared.cluster, deps, signal);
  if ('rejection' in reached) return rejectMessage(message, run, reached.rejection, deps, signal);
  const claimed = await claimAttempt({ message, published, prepared }, deps, signal);
  if (claimed.kind === 'found') return continueClaim(claimed.claim, deps, signal);
  if (claimed.kind === 'rejected') return rejectAgain(run, message, claimed, deps, signal);
  return startClaimed(claimed.claim, prepared, claimed.startedAt, { ...deps, ...reached }, signal);
}
