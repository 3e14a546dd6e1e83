import { accessOf } from '../cluster-access.ts';
import { kubeconfigContext } from '../cluster-name.ts';
import type { Config } from '../config.ts';
import { TaskpodError } from '../errors.ts';
import type { Clock } from '../time.ts';
import { readCluster } from './gke/cluster.ts';
import { keepAliveAgents } from './google-client.ts';
import type { GoogleEndpoints } from './google-endpoints.ts';
import type { RenewableToken } from './google-token.ts';
import { impersonatedToken } from './impersonated-token.ts';
import { type ClusterConnection, kubeconfigConnection } from './kubernetes/connection.ts';

/** What finding a cluster needs from outside. */
export interface FindDeps {
  clock: Clock;
  random: () => number;
  /** This process's Google identity, for clusters of Google. */
  login: RenewableToken;
  /** Where Google's APIs are; default: where they are for everybody. */
  endpoints?: GoogleEndpoints;
  /** Files with the contexts of clusters that are named `kubeconfig`, as in KUBECONFIG; default: that. */
  kubeconfig?: string | undefined;
}

/**
 * clusterFinder finds the API server of a cluster: in the kubeconfig, or that of a GKE cluster, in the way that the deployment has for
 * it. Nothing is sent before the first use.
 */
export function clusterFinder(
  config: Pick<Config, 'access' | 'accessByCluster'>,
  deps: FindDeps,
): (cluster: string, signal: AbortSignal) => Promise<ClusterConnection> {
  const rest = { ...deps, agent: keepAliveAgents(), timeoutMs: 10_000 };
  const { endpoints = {} } = deps;

  return (cluster, firstSignal) => {
    const local = kubeconfigContext(cluster);
    if (local !== undefined) return kubeconfigConnection(local.context, deps.kubeconfig);
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
    return findGke(firstSignal);
  };
}
