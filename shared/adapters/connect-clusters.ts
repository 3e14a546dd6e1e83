import type { Config } from '../config.ts';
import type { Clusters } from '../ports/clusters.ts';
import { makeClusters } from './clusters.ts';
import { clusterFinder, type FindDeps } from './find-cluster.ts';
import { connectPods } from './kubernetes/pods.ts';

/** Finding a GKE cluster is one short call; longer means that the network is at fault. */
const findMs = 30_000;

/** connectClusters gives the Pods of the deployment's clusters. Nothing is sent before the first use. */
export function connectClusters(
  config: Pick<Config, 'clusters' | 'access' | 'accessByCluster'>,
  userAgent: string,
  deps: FindDeps,
): Clusters {
  const find = clusterFinder(config, deps);
  const connect = async (cluster: string, signal: AbortSignal) =>
    connectPods({ connection: await find(cluster, signal), userAgent, ...deps });
  return makeClusters({ allowed: config.clusters, connect, timeoutMs: findMs });
}
