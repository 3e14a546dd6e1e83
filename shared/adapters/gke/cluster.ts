import { z } from 'zod';
import { TaskpodError } from '../../errors.ts';
import { type GoogleApi, googleOutageAction, parseAnswer } from '../google-failure.ts';
import { callRest, type RestDeps } from '../google-rest.ts';

/** Where a cluster's API server is. */
export interface ClusterEndpoint {
  /** `https://host`, without a slash at its end. */
  server: string;
  /** PEM of the cluster's own authority; absent when the certificate is one that every machine trusts. */
  ca?: Buffer;
}

/** What of `clusters.get` is looked at. https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters */
const clusterResource = z.object({
  endpoint: z.string().optional(),
  privateClusterConfig: z.object({ privateEndpoint: z.string().optional() }).optional(),
  masterAuth: z.object({ clusterCaCertificate: z.string().optional() }).optional(),
  controlPlaneEndpointsConfig: z
    .object({
      dnsEndpointConfig: z
        .object({ endpoint: z.string().optional(), allowExternalTraffic: z.boolean().optional() })
        .optional(),
      ipEndpointsConfig: z
        .object({ enabled: z.boolean().optional(), privateEndpoint: z.string().optional() })
        .optional(),
    })
    .optional(),
});

/** What {@link readCluster} needs beside the name. */
export interface ReadClusterOptions extends RestDeps {
  /** Default `https://container.googleapis.com`. */
  baseUrl?: string;
  signal: AbortSignal;
}

/**
 * readCluster asks GKE where a cluster (`projects/P/locations/L/clusters/C`) is reached: by its DNS endpoint when that
 * is open to us, else by its private, else by its public address. Throws `cluster_unavailable`, retryable when GKE does not answer.
 */
export async function readCluster(name: string, options: ReadClusterOptions): Promise<ClusterEndpoint> {
  const { baseUrl = 'https://container.googleapis.com', signal } = options;
  const api = gkeWords(name);
  const call = { api, what: `read ${name}`, method: 'GET', url: `${baseUrl}/v1/${name}`, signal } as const;
  const cluster = await callRest(call, options, text => parseAnswer(api, clusterResource, text));
  const endpoint = chooseEndpoint(cluster);
  if (endpoint !== undefined) return endpoint;
  throw new TaskpodError('cluster_unavailable', `${name} has no endpoint that can be used`, {
    action: `Open its DNS endpoint: gcloud container clusters update ${name.split('/').at(-1)} --enable-dns-access`,
  });
}

function chooseEndpoint(cluster: z.output<typeof clusterResource>): ClusterEndpoint | undefined {
  const { dnsEndpointConfig: dns, ipEndpointsConfig: ip } = cluster.controlPlaneEndpointsConfig ?? {};
  // every cluster has a DNS name; without this flag it answers nobody but Google's own services
  if (dns?.endpoint && dns.allowExternalTraffic === true) return { server: `https://${dns.endpoint}` };
  const address = ip?.privateEndpoint || cluster.privateClusterConfig?.privateEndpoint || cluster.endpoint;
  const ca = cluster.masterAuth?.clusterCaCertificate;
  if (ip?.enabled === false || !address || !ca) return undefined;
  return { server: `https://${address}`, ca: Buffer.from(ca, 'base64') };
}

function gkeWords(name: string): GoogleApi {
  return {
    name: 'GKE',
    unavailable: 'cluster_unavailable',
    refused: 'cluster_unavailable',
    permissionAction: `Give this identity container.clusters.get on ${name}.`,
    missingAction: `Correct TASKPOD_CLUSTER or TASKPOD_CLUSTERS: there is no ${name}.`,
    outageAction: googleOutageAction,
  };
}
