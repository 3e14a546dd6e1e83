import type { EndpointChoice } from '../../cluster-access.ts';
import { TaskpodError } from '../../errors.ts';
import { type GoogleApi, googleOutageAction, parseAnswer } from '../google-failure.ts';
import { callRest, type RestDeps } from '../google-rest.ts';
import { type ClusterEndpoint, chooseEndpoint, clusterResource } from './endpoint.ts';

/** What {@link readCluster} needs beside the name. */
export interface ReadClusterOptions extends RestDeps {
  /** Which of the cluster's endpoints. */
  endpoint: EndpointChoice;
  /** Default `https://container.googleapis.com`. */
  baseUrl?: string | undefined;
  signal: AbortSignal;
}

/**
 * readCluster asks GKE where a cluster (`projects/P/locations/L/clusters/C`) is reached by the chosen endpoint. Throws
 * `cluster_unavailable`: retryable when GKE does not answer, else when it refuses or there is no such cluster or endpoint.
 */
export async function readCluster(name: string, options: ReadClusterOptions): Promise<ClusterEndpoint> {
  const { baseUrl = 'https://container.googleapis.com', endpoint: choice, signal } = options;
  const api = gkeWords(name);
  const call = { api, what: `read ${name}`, method: 'GET', url: `${baseUrl}/v1/${name}`, signal } as const;
  const cluster = await callRest(call, options, text => parseAnswer(api, clusterResource, text));
  const endpoint = chooseEndpoint(cluster, choice);
  if (endpoint !== undefined) return endpoint;
  const { lacks, action } = missingEndpoint(name, choice);
  throw new TaskpodError('cluster_unavailable', `${name} has no ${lacks}`, { action });
}

function missingEndpoint(name: string, choice: EndpointChoice): { lacks: string; action: string } {
  const cluster = name.split('/').at(-1);
  const openDns = `open its DNS endpoint: gcloud container clusters update ${cluster} --enable-dns-access`;
  const other = 'or set TASKPOD_CLUSTER_ENDPOINT to one that it has.';
  switch (choice) {
    case 'auto':
      return { lacks: 'endpoint that can be used', action: `O${openDns.slice(1)}` };
    case 'dns':
      return { lacks: 'DNS endpoint that is open', action: `O${openDns.slice(1)}, ${other}` };
    case 'internal':
      return { lacks: 'private address', action: `O${openDns.slice(1)}, ${other}` };
    case 'public':
      return { lacks: 'public address', action: `O${openDns.slice(1)}, ${other}` };
  }
}

function gkeWords(name: string): GoogleApi {
  const project = name.split('/')[1];
  return {
    name: 'GKE',
    unavailable: 'cluster_unavailable',
    refused: 'cluster_unavailable',
    permissionAction: `Give this identity container.clusters.get on ${name}.`,
    disabledAction: `Enable the API: gcloud services enable container.googleapis.com --project ${project}`,
    missingAction: `Correct TASKPOD_CLUSTER or TASKPOD_CLUSTERS: there is no ${name}.`,
    outageAction: googleOutageAction,
  };
}
