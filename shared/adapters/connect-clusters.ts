import { accessOf } from '../cluster-access.ts';
import { kubeconfigContext } from '../cluster-name.ts';
import type { Config } from '../config.ts';
import { TaskpodError } from '../errors.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { Clock } from '../time.ts';
import { makeClusters } from './clusters.ts';
import { readCluster } from './gke/cluster.ts';
import { keepAliveAgents } from './google-client.ts';
import type { GoogleEndpoints } from './google-endpoints.ts';
import type { RenewableToken } from './google-token.ts';
import { impersonatedToken } from './impersonated-token.ts';
import { type ClusterConnection, kubeconfigConnection } from './kubernetes/connection.ts';
import { connectPods } from './kubernetes/pods.ts';

/** Finding a GKE cluster is one short call; longer means that the network is at fault. */
const findMs = 30_000;

/** What connecting needs from outside. */
interface ConnectDeps {
  clock: Clock;
  random: () => number;
  /** This process's Google identity, for clusters of Google. */
  login: RenewableToken;
  /** Where Google's APIs are; default: where they are for everybody. */
  endpoints?: GoogleEndpoints;
}

/** connectClusters gives the Pods of the deployment's clusters. Nothing is sent before the first use. */
export function connectClusters(
  config: Pick<Config, 'clusters' | 'access' | 'accessByCluster'>,
  userAgent: string,
  deps: ConnectDeps,
): Clusters {
  const rest = { ...deps, agent: keepAliveAgents(), timeoutMs: 10_000 };
  const { endpoints = {} } = deps;

  /** Finds the API server: in the kubeconfig, or that of a GKE cluster, in the way that the deployment has for it. */
  const find = (cluster: string): ((signal: AbortSignal) => Promise<ClusterConnection>) => {
    const local = kubeconfigContext(cluster);
    if (local !== undefined) return () => kubeconfigConnection(local.context);
    const { endpoint, impersonationChain: chain } = accessOf(cluster, config);
    const baseUrl = endpoints.iamCredentials;
    const identity =
      chain.length === 0 ? deps.login : impersonatedToken({ ...rest, chain, source: deps.login, baseUrl });
    const { token, forget } = identity;
    const how = { ...rest, token, endpoint, baseUrl: endpoints.container };
    const findGke = async (signal: AbortSignal): Promise<ClusterConnection> => {
      const read = () => readCluster(cluster, { ...how, signal });
      const { server, ca } = await read().catch(error => {
        if (!(error instanceof TaskpodError && error.status === 401)) throw error;
        forget();
        return read();
      });
      return {
        server,
        tls: ca === undefined ? {} : { ca },
        headers: async () => ({ authorization: `Bearer ${await token()}` }),
        forgetHeaders: forget,
        find: findGke,
      };
    };
    return findGke;
  };
  const connect = async (cluster: string, signal: AbortSignal) =>
    connectPods({ connection: await find(cluster)(signal), userAgent, ...deps });
  return makeClusters({ allowed: config.clusters, connect, timeoutMs: findMs });
}
