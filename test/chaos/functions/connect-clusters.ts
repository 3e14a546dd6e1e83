import { connectClusters as connect } from '../../../shared/adapters/connect-clusters.ts';
import type { Clusters } from '../../../shared/ports/clusters.ts';
import { doomed } from './doomed.ts';

/** Takes the place of shared/adapters/connect-clusters.ts in functions that are built for chaos. */
export function connectClusters(...args: Parameters<typeof connect>): Clusters {
  const { podsOf } = connect(...args);
  return { podsOf: async (cluster, signal) => doomed('pods', await podsOf(cluster, signal)) };
}
