import { different, ignored, type Parameter, same } from './parameter.ts';

const identity =
  'The cluster is reached with the identity of the functions: grant it what it needs (docs/clusters.md). Remove it.';
const endpoint =
  'The endpoint of a cluster is the deployment’s choice (docs/clusters.md); true that it does not agree with is a warning.';

/** What GKEStartPodOperator has besides. */
export const gkeStartPodOperator = {
  project_id: different(
    'Project of the cluster that `cluster_name` names.',
    'None given: the project of the default cluster.',
  ),
  location: same('Region or zone of the cluster that `cluster_name` names.'),
  cluster_name: different('GKE cluster to run in.', 'It must be one of the clusters of the deployment.'),
  gcp_conn_id: ignored(identity),
  impersonation_chain: different(
    'Service account, or chain of them, that the cluster is spoken to as.',
    'It must be the one that the deployment has for the cluster (docs/clusters.md); none given: that one.',
  ),
  use_internal_ip: different('The cluster is reached by its private address.', endpoint),
  use_dns_endpoint: different('The cluster is reached by its DNS endpoint.', endpoint),
} satisfies Record<string, Parameter>;
