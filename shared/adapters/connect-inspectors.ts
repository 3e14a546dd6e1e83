import type { Inspectors } from '../ports/inspect.ts';
import type { Clock } from '../time.ts';
import { clusterFinder } from './find-cluster.ts';
import { googleLogin } from './google-token.ts';
import { connectClusterInspector } from './kubernetes/inspector.ts';
import { connectPubsubInspector } from './pubsub/inspector.ts';
import { connectBucketInspector } from './storage/inspector.ts';

/** How to reach a deployment. */
export interface InspectorsOptions {
  bucket: string;
  /** Other servers than Google's, without credentials. */
  storageHost: string | undefined;
  pubsubHost: string | undefined;
  /** File with the clusters that are named `kubeconfig`; undefined: KUBECONFIG. */
  kubeconfig: string | undefined;
  userAgent: string;
  retryDeps: { clock: Clock; random: () => number };
}

/** connectInspectors looks at a deployment with one login for all of Google. Nothing is sent before the first call. */
export function connectInspectors(options: InspectorsOptions): Inspectors {
  const { bucket, storageHost, pubsubHost, kubeconfig, userAgent, retryDeps } = options;
  const login = googleLogin();
  const { token } = login;
  // Whoever asks goes by whatever endpoint is open, as itself.
  const access = { endpoint: 'auto', impersonationChain: [] } as const;
  const find = clusterFinder({ access, accessByCluster: new Map() }, { ...retryDeps, login, kubeconfig });
  return {
    pubsub: connectPubsubInspector({ retryDeps, token, emulatorHost: pubsubHost }),
    bucket: connectBucketInspector({ bucket, retryDeps, login, emulatorHost: storageHost }),
    async cluster(name, signal) {
      return connectClusterInspector({ connection: await find(name, signal), userAgent, ...retryDeps });
    },
  };
}
