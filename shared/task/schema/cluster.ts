import { flag, jsonObject } from './words.ts';

/** What makes a cluster; where it is stands in the access fields. */
export const clusterFields = {
  body: jsonObject.optional(),
  delete_cluster_on_failure: flag.optional(),
};
