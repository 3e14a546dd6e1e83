import { z } from 'zod';

/** GKE still answers to the older spellings with a zone or region; https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.zones.clusters */
const gkePattern = /^projects\/([^/\s]+)\/(?:locations|zones)\/([^/\s]+)\/clusters\/([^/\s]+)$/;
const kubeconfigPattern = /^kubeconfig(:.*\S)?$/;

/**
 * The name of a cluster: a GKE resource name, `kubeconfig` (the current context of KUBECONFIG) or `kubeconfig:CONTEXT`.
 * Gives the one spelling under which claims, outcomes and scopes know it.
 */
export const clusterNameSchema = z
  .string()
  .regex(
    new RegExp(`${kubeconfigPattern.source}|${gkePattern.source}`),
    'must be "kubeconfig", kubeconfig:CONTEXT or projects/PROJECT/locations/LOCATION/clusters/CLUSTER',
  )
  .transform(text => text.replace(gkePattern, 'projects/$1/locations/$2/clusters/$3'));

/** kubeconfigContext takes the name of a kubeconfig's cluster apart (context undefined: the current one); undefined for a GKE cluster. */
export function kubeconfigContext(cluster: string): { context: string | undefined } | undefined {
  const match = kubeconfigPattern.exec(cluster);
  return match ? { context: match[1]?.slice(1) } : undefined;
}
