import type { Clock } from '../time.ts';
import { readCluster } from './gke/cluster.ts';
import { keepAliveAgents } from './google-client.ts';
import { googleTokenSource } from './google-token.ts';
import { type ClusterConnection, kubeconfigConnection } from './kubernetes/connection.ts';

/** Finding a GKE cluster is one short call; longer means that the network is at fault. */
const findMs = 30_000;

/**
 * connectCluster finds the API server that TASKPOD_CLUSTER names: `kubeconfig`, or a GKE cluster, which is spoken to with
 * this process's own Google identity. Throws `invalid_configuration` or `cluster_unavailable`.
 */
export async function connectCluster(
  cluster: string,
  deps: { clock: Clock; random: () => number },
): Promise<ClusterConnection> {
  if (cluster === 'kubeconfig') return kubeconfigConnection();
  const token = googleTokenSource();
  const signal = AbortSignal.timeout(findMs);
  const rest = { ...deps, agent: keepAliveAgents(), token, timeoutMs: 10_000 };
  const { server, ca } = await readCluster(cluster, { ...rest, signal });
  return {
    server,
    tls: ca === undefined ? {} : { ca },
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
  };
}
