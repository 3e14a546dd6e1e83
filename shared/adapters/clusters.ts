import { TaskpodError } from '../errors.ts';
import type { Clusters } from '../ports/clusters.ts';
import { withDeadline } from './deadline.ts';

/** What the clusters of a deployment are made from. */
export interface ClustersOptions<P> {
  /** Names of the clusters that may be connected to. */
  allowed: readonly string[];
  /** Connects to one; bounded by a time of its own. */
  connect: (cluster: string) => Promise<P>;
  /** Milliseconds that a caller waits for a connection. */
  timeoutMs: number;
}

/**
 * makeClusters connects to each cluster on its first use and keeps the connection for all. One that could not be made is
 * forgotten, so that the next use tries again. Who waits for one cluster does not hold up who needs another.
 */
export function makeClusters<P>({ allowed, connect, timeoutMs }: ClustersOptions<P>): Clusters<P> {
  const connections = new Map<string, Promise<P>>();

  const connectOnce = (cluster: string): Promise<P> => {
    const known = connections.get(cluster);
    if (known !== undefined) return known;
    const connection = connect(cluster).catch(error => {
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
      const onTimeout = () =>
        new TaskpodError('cluster_unavailable', `no connection to ${cluster} within ${timeoutMs / 1_000} s`, {
          retryable: true,
        });
      return withDeadline({ signal, ms: timeoutMs, onTimeout }, () => connectOnce(cluster));
    },
  };
}
