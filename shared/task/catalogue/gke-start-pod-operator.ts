import { different, ignored, type Parameter, same } from './parameter.ts';

const identity =
  'The cluster is reached with the identity of the functions: grant it what it needs (docs/clusters.md). Remove it.';
const endpoint =
  'The DNS endpoint of a cluster is taken where it is open, else its private address, else its public one. Remove it.';

/** What GKEStartPodOperator has besides. */
export const gkeStartPodOperator = {
  project_id: different(
    'Project of the cluster that `cluster_name` names.',
    'None given: the project of the default cluster.',
  ),
  location: same('Region or zone of the cluster that `cluster_name` names.'),
  cluster_name: different('GKE cluster to run in.', 'It must be one of the clusters of the deployment.'),
  gcp_conn_id: ignored(identity),
  impersonation_chain: ignored(identity),
  use_internal_ip: ignored(endpoint, false),
  use_dns_endpoint: ignored(endpoint, false),
} satisfies Record<string, Parameter>;
