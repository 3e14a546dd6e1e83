import { different, ignored, type Parameter, same } from './parameter.ts';

/** What GKECreateClusterOperator and GKEDeleteClusterOperator have besides. */
export const gkeClusterOperators = {
  body: same('The cluster to create, as the REST API has it; GKE checks what is in it.'),
  delete_cluster_on_failure: different(
    'Whether a cluster that this task has begun to create is deleted when the creation fails or is cancelled.',
    'After every failure, and not only after PermissionDenied; only a cluster that this very attempt has made.',
  ),
  api_version: ignored('The API is v1. Remove it.'),
  cleanup_timeout_seconds: ignored(
    'The deletion of a failed cluster is waited for at most 20 minutes. Remove it.',
  ),
} satisfies Record<string, Parameter>;
