import { hasCode } from '../../shared/errors.ts';
import type { LaunchDeps, StartDeps } from './deps.ts';
import type { Rejection } from './reject.ts';

/**
 * reachCluster finds the Pods of a task's cluster, before anything is claimed: for a cluster that cannot be found now nothing is
 * written, and the message comes again. One that is not there, or not for us, does not come by waiting: the task is to be
 * rejected.
 */
export async function reachCluster(
  cluster: string,
  deps: Pick<LaunchDeps, 'podsOf' | 'log'>,
  signal: AbortSignal,
): Promise<Pick<StartDeps, 'pods'> | { rejection: Rejection }> {
  try {
    return { pods: await deps.podsOf(cluster, signal) };
  } catch (error) {
    if (!hasCode(error, 'cluster_unavailable') || error.retryable) throw error;
    const { message, action } = error;
    deps.log('ERROR', `a cluster cannot be used: ${message}`, { cluster, action });
    const told = action === undefined ? message : `${message.replace(/\.$/, '')}. ${action}`;
    const summary = `The functions cannot use the cluster ${cluster}.`;
    return { rejection: { reason: 'cluster_refused', summary, problems: [{ path: '', message: told }] } };
  }
}
