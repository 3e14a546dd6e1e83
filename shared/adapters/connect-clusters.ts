import { kubeconfigContext } from '../cluster-name.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { Clock } from '../time.ts';
import { makeClusters } from './clusters.ts';
import { readCluster } from './gke/cluster.ts';
import { keepAliveAgents } from './google-client.ts';
import type { TokenSource } from './google-token.ts';
import { type ClusterConnection, kubeconfigConnection } from './kubernetes/connection.ts';
import { connectPods } from './kubernetes/pods.ts';

/** Finding a GKE cluster is one short call; longer means that the network is at fault. */
const findMs = 30_000;

/** What connecting needs from outside. */
interface ConnectDeps {
  clock: Clock;
  random: () => number;
  /** This process's Google identity, for clusters of Google. */
  token: TokenSource;
}

/** connectClusters gives the Pods of the deployment's clusters; `kubeconfig`: another value than that of KUBECONFIG. Nothing is sent before the first use. */
export function connectClusters(
  { clusters, kubeconfig }: { clusters: readonly string[]; kubeconfig?: string | undefined },
  userAgent: string,
  deps: ConnectDeps,
): Clusters {
  const connect = async (cluster: string, signal: AbortSignal) =>
    connectPods({ connection: await findCluster(cluster, kubeconfig, deps, signal), userAgent, ...deps });
  return makeClusters({ allowed: clusters, connect, timeoutMs: findMs });
}

/**
 * Finds the API server of a cluster: in the kubeconfig, or that of a GKE cluster, which is spoken to with this process's
 * own Google identity.
 */
async function findCluster(
  cluster: string,
  kubeconfig: string | undefined,
  deps: ConnectDeps,
  signal: AbortSignal,
): Promise<ClusterConnection> {
  const local = kubeconfigContext(cluster);
  if (local !== undefined) return kubeconfigConnection(local.context, kubeconfig);
  const { token } = deps;
  const rest = { ...deps, agent: keepAliveAgents(), timeoutMs: 10_000 };
  const { server, ca } = await readCluster(cluster, { ...rest, signal });
  return {
    server,
    tls: ca === undefined ? {} : { ca },
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
  };
}
