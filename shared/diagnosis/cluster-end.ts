import type { GkeCluster, GkeOperation } from '../ports/cluster-operations.ts';
import { type Diagnosis, diagnosis } from './reasons.ts';

/** What GKE writes when Compute Engine has no machines or no quota left, whatever the code. */
const noCapacity = /quota|stockout|RESOURCE_POOL_EXHAUSTED|does not have enough resources/i;

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto: PERMISSION_DENIED and UNAUTHENTICATED. */
const forbiddenCodes = [7, 16];
/** RESOURCE_EXHAUSTED. */
const exhausted = 8;
/** INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED: the same request fails again. */
const refusedCodes = [3, 5, 9, 11, 12];

/** explainOperationError explains an operation that has ended with an error. Pure. */
export function explainOperationError(
  action: 'create' | 'delete',
  { error, name }: Pick<GkeOperation, 'error' | 'name'>,
): Diagnosis {
  const { code = 0, message = '' } = error ?? {};
  const summary = `GKE could not ${action} the cluster.`;
  const text = { summary, detail: `${name}: ${message}` };
  if (forbiddenCodes.includes(code)) return diagnosis('cluster_forbidden', text);
  if (code === exhausted || noCapacity.test(message)) return diagnosis('cluster_no_capacity', text);
  return diagnosis(refusedCodes.includes(code) ? 'cluster_request_refused' : 'cluster_failed', text);
}

/**
 * explainCluster tells what a cluster means for a task that wants it to run; undefined while it is being made. `DEGRADED` serves, and is told by
 * GKE itself. Pure.
 */
export function explainCluster(cluster: GkeCluster | undefined, isOurs: boolean): Diagnosis | undefined {
  switch (cluster?.status) {
    case undefined:
      return diagnosis('cluster_lost', { summary: 'The cluster is not there any more.' });
    case 'RUNNING':
    case 'RECONCILING':
    case 'DEGRADED':
      return diagnosis('completed', {
        summary: isOurs ? 'The cluster is created.' : 'The cluster existed already.',
      });
    case 'STOPPING':
      return diagnosis('cluster_lost', { summary: 'The cluster is being deleted.' });
    case 'ERROR':
      return diagnosis('cluster_failed', {
        summary: 'The cluster is in the state ERROR.',
        detail: cluster.statusMessage,
      });
    default:
      return undefined;
  }
}
