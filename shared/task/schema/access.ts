import { byShape, flag, isAny, isText, string, strings } from './words.ts';

/** One service account, or a chain of them; see docs/clusters.md. */
const impersonation = byShape<string[]>(
  { is: isText, type: string.transform(name => [name]) },
  { is: isAny, type: strings },
);

/** Which cluster and namespace a Pod runs in. */
export const accessFields = {
  kubernetes_conn_id: string.optional(),
  project_id: string.optional(),
  location: string.optional(),
  cluster_name: string.optional(),
  cluster_context: string.optional(),
  impersonation_chain: impersonation.optional(),
  use_internal_ip: flag.optional(),
  use_dns_endpoint: flag.optional(),
  config_file: string.optional(),
  namespace: string.optional(),
};
