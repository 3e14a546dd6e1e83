import type { Pods } from './pods.ts';

/** The clusters of a deployment, by the names of shared/cluster-name.ts; `P`: the part of Pods that is used. */
export interface Clusters<P = Pods> {
  /**
   * The Pods of a cluster. Throws `cluster_unavailable`: retryable when the cluster cannot be found now, and not when it is
   * none of the deployment's; and what connecting to it throws (`invalid_configuration`, `aborted`).
   */
  podsOf(cluster: string, signal: AbortSignal): Promise<P>;
}
