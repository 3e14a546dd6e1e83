import { operationsScope } from '../../shared/cluster-operation.ts';
import { errorMessage, hasCode, isAbort, isRetryable, TaskpodError } from '../../shared/errors.ts';
import type { PushedMessage } from '../../shared/push.ts';
import { messageLog, nextDelivery } from '../../shared/unit-of-work.ts';
import { parseWatchMessage, type WatchMessage } from '../../shared/watch-message.ts';
import { watchOperations } from './cluster/watch-operations.ts';
import type { FunctionDeps } from './deps.ts';
import { clusterOfScope } from './scope-cluster.ts';
import { sweep } from './sweep.ts';
import { runTurn, type TurnEnd } from './turn.ts';

/** How a push is answered: 204 acknowledges, 503 asks Pub/Sub to come again. */
export interface WatchAnswer {
  status: 204 | 500 | 503;
}

/**
 * handleWatch handles one message of the watch topic: a ticket runs a Turn, a sweep wakes Turns. One record is logged per
 * message. Never throws. A message that cannot be read is logged and acknowledged: it would not get better.
 */
export async function handleWatch(
  message: PushedMessage,
  deps: FunctionDeps,
  shutdown: AbortSignal,
): Promise<WatchAnswer> {
  const log = messageLog(message, deps.settings.watchTopic, deps.log);
  const began = deps.clock.monotonicMs();
  const time = () => ({ duration_ms: Math.round(deps.clock.monotonicMs() - began) });
  let parsed: WatchMessage;
  try {
    parsed = parseWatchMessage(message.data.toString('utf8'));
  } catch (error) {
    log('ERROR', `a message that cannot be read: ${errorMessage(error)}`, time());
    return { status: 204 };
  }
  try {
    if (parsed.kind === 'sweep') {
      const scopes = await sweep({ ...deps, log }, shutdown);
      log('INFO', 'sweep', { ...time(), scopes: scopes.length });
      return { status: 204 };
    }
    const end = await watchScope(
      { scope: parsed.scope, messageId: message.messageId },
      { ...deps, log },
      shutdown,
    );
    if (end === undefined) {
      log('ERROR', "a scope that is of none of this deployment's clusters is left as it is", {
        ...time(),
        scope: parsed.scope,
        action: 'Name its cluster in TASKPOD_CLUSTERS until its attempts have ended.',
      });
      return { status: 204 };
    }
    log('INFO', `turn: ${end.kind}`, { ...time(), scope: parsed.scope, outcomes: end.outcomes });
    return { status: end.kind === 'busy' ? 503 : 204 };
  } catch (error) {
    if (hasCode(error, 'cluster_unavailable') && !error.retryable) {
      // It does not come by waiting. Each minute's sweep asks again, and that is often enough.
      log('ERROR', `a cluster cannot be used: ${error.message}`, {
        ...time(),
        scope: parsed.kind === 'ticket' ? parsed.scope : undefined,
        action: error.action,
        next: 'The next sweep tries again.',
      });
      return { status: 204 };
    }
    const expected = isRetryable(error) || isAbort(error) || hasCode(error, 'lease_lost') || shutdown.aborted;
    const action = error instanceof TaskpodError ? error.action : undefined;
    log(expected ? 'WARNING' : 'ERROR', `watching failed: ${errorMessage(error)}`, {
      ...time(),
      action,
      next: nextDelivery(message),
    });
    return { status: expected ? 503 : 500 };
  }
}

/** Runs a Turn on the scope's cluster, or of the cluster operations; undefined when there is no such cluster (any more). */
async function watchScope(
  claim: { scope: string; messageId: string },
  deps: FunctionDeps,
  shutdown: AbortSignal,
): Promise<TurnEnd | undefined> {
  if (claim.scope === operationsScope(deps.settings.bucket)) return watchOperations(claim, deps, shutdown);
  const cluster = clusterOfScope(claim.scope, deps.settings);
  if (cluster === undefined) return undefined;
  // Before the lease: a cluster that cannot be found keeps nobody from the scope.
  const pods = await deps.podsOf(cluster, shutdown);
  return runTurn(claim, { ...deps, pods, settings: { ...deps.settings, cluster } }, shutdown);
}
