import { z } from 'zod';
import type { EndpointChoice } from '../../cluster-access.ts';

/** Where a cluster's API server is. */
export interface ClusterEndpoint {
  /** `https://host`, without a slash at its end. */
  server: string;
  /** PEM of the cluster's own authority; absent when the certificate is one that every machine trusts. */
  ca?: Buffer;
}

/** What of `clusters.get` is looked at. https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters */
export const clusterResource = z.object({
  endpoint: z.string().optional(),
  privateClusterConfig: z
    .object({ privateEndpoint: z.string().optional(), publicEndpoint: z.string().optional() })
    .optional(),
  masterAuth: z.object({ clusterCaCertificate: z.string().optional() }).optional(),
  controlPlaneEndpointsConfig: z
    .object({
      dnsEndpointConfig: z
        .object({ endpoint: z.string().optional(), allowExternalTraffic: z.boolean().optional() })
        .optional(),
      ipEndpointsConfig: z
        .object({
          enabled: z.boolean().optional(),
          enablePublicEndpoint: z.boolean().optional(),
          privateEndpoint: z.string().optional(),
          publicEndpoint: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});
export type ClusterResource = z.output<typeof clusterResource>;

/** chooseEndpoint takes the chosen endpoint of a cluster; undefined when it has none of that kind that is open. */
export function chooseEndpoint(
  cluster: ClusterResource,
  choice: EndpointChoice,
): ClusterEndpoint | undefined {
  switch (choice) {
    case 'dns':
      return dnsEndpoint(cluster);
    case 'internal':
      return atAddress(cluster, privateAddress(cluster));
    case 'public':
      return atAddress(cluster, publicAddress(cluster));
    case 'auto':
      return dnsEndpoint(cluster) ?? atAddress(cluster, privateAddress(cluster) ?? publicAddress(cluster));
  }
}

function dnsEndpoint({ controlPlaneEndpointsConfig }: ClusterResource): ClusterEndpoint | undefined {
  const dns = controlPlaneEndpointsConfig?.dnsEndpointConfig;
  // every cluster has a DNS name; without this flag it answers nobody but Google's own services
  return dns?.endpoint && dns.allowExternalTraffic === true
    ? { server: `https://${dns.endpoint}` }
    : undefined;
}

function privateAddress(cluster: ClusterResource): string | undefined {
  const { controlPlaneEndpointsConfig, privateClusterConfig } = cluster;
  return (
    controlPlaneEndpointsConfig?.ipEndpointsConfig?.privateEndpoint ||
    privateClusterConfig?.privateEndpoint ||
    undefined
  );
}

/** `endpoint` is the private address where the public one is off. */
function publicAddress(cluster: ClusterResource): string | undefined {
  const { controlPlaneEndpointsConfig, privateClusterConfig, endpoint } = cluster;
  const ip = controlPlaneEndpointsConfig?.ipEndpointsConfig;
  if (ip?.enablePublicEndpoint === false) return undefined;
  return ip?.publicEndpoint || privateClusterConfig?.publicEndpoint || endpoint || undefined;
}

function atAddress(cluster: ClusterResource, address: string | undefined): ClusterEndpoint | undefined {
  const ca = cluster.masterAuth?.clusterCaCertificate;
  const isOff = cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled === false;
  if (isOff || !address || !ca) return undefined;
  return { server: `https://${address}`, ca: Buffer.from(ca, 'base64') };
}
