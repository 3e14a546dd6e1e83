import { string } from './words.ts';

/** Which cluster and namespace a Pod runs in. */
export const accessFields = {
  kubernetes_conn_id: string.optional(),
  project_id: string.optional(),
  location: string.optional(),
  cluster_name: string.optional(),
  cluster_context: string.optional(),
  config_file: string.optional(),
  namespace: string.optional(),
};
