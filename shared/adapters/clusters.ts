import { TaskpodError } from '../errors.ts';
import type { Clusters } from '../ports/clusters.ts';
import { abortedError } from '../time.ts';
import { untilAborted, withDeadline } from './deadline.ts';

/** What the clusters of a deployment are made from. */
export interface ClustersOptions<P> {
  /** Names of the clusters that may be connected to. */
  allowed: readonly string[];
  /** Connects to one. */
  connect: (cluster: string, signal: AbortSignal) => Promise<P>;
  /** Milliseconds that connecting may take. */
  timeoutMs: number;
}

/**
 * makeClusters connects to each cluster on its first use and keeps the connection for all who come later. One that could not
 * be made is forgotten, so that the next use tries again. Who waits for one cluster holds up nobody who needs another, and
 * who stops waiting takes the connection from nobody.
 */
export function makeClusters<P>({ allowed, connect, timeoutMs }: ClustersOptions<P>): Clusters<P> {
  const connections = new Map<string, Promise<P>>();
  const never = new AbortController().signal;

  const connectNow = (cluster: string): Promise<P> => {
    const onTimeout = () =>
      new TaskpodError('cluster_unavailable', `no connection to ${cluster} within ${timeoutMs / 1_000} s`, {
        retryable: true,
      });
    const deadline = { signal: never, ms: timeoutMs, onTimeout };
    const connection = withDeadline(deadline, signal => connect(cluster, signal)).catch(error => {
      connections.delete(cluster);
      throw error;
    });
    connections.set(cluster, connection);
    return connection;
  };

  return {
    async podsOf(cluster, signal) {
      if (!allowed.includes(cluster)) {
        throw new TaskpodError('cluster_unavailable', `${cluster} is none of this deployment's clusters`, {
          action: 'Name it in TASKPOD_CLUSTERS until its attempts have ended.',
        });
      }
      if (signal.aborted) throw abortedError(signal);
      return untilAborted(connections.get(cluster) ?? connectNow(cluster), signal);
    },
  };
}
