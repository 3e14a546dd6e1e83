import { attemptLabel, attemptLabelKey } from '../../../shared/cluster-operation.ts';
import type { Attempt } from '../../../shared/run.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import type { PreparedOperation } from './prepare-operation.ts';

/** What is sent to `https://container.googleapis.com`. */
export interface OperationHttpRequest {
  method: 'POST' | 'DELETE';
  path: string;
  /** Of a creation: JSON. */
  body?: { cluster: Record<string, unknown> };
}

/** operationRequest is the request of a cluster operation. Pure; what a creation's label is for tells shared/cluster-operation.ts. */
export function operationRequest(
  { operator, cluster, body }: Pick<PreparedOperation, 'operator' | 'cluster' | 'body'>,
  attempt: Attempt,
  bucket: string,
): OperationHttpRequest {
  if (operator === 'gke_delete_cluster') return { method: 'DELETE', path: `/v1/${cluster}` };
  const path = `/v1/${cluster.split('/').slice(0, 5).join('/')}`;
  return { method: 'POST', path, body: { cluster: labelledBody(body, attemptLabel(attempt, bucket)) } };
}

/** labelledBody is a cluster with the label that tells whose it is; Google's JSON takes both spellings of a field, but not both at once. */
export function labelledBody(body: Record<string, unknown>, label: string): Record<string, unknown> {
  const field = Object.hasOwn(body, 'resource_labels') ? 'resource_labels' : 'resourceLabels';
  const labels = body[field];
  return { ...body, [field]: { ...(isRecord(labels) ? labels : {}), [attemptLabelKey]: label } };
}
