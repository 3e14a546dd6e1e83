import type { ClusterClaim } from '../../../shared/claim.ts';
import type { SentOperation } from '../../../shared/cluster-operation.ts';
import { explainCluster, explainOperationError } from '../../../shared/diagnosis/cluster-end.ts';
import { type Diagnosis, diagnosis } from '../../../shared/diagnosis/reasons.ts';
import type { GkeCluster, GkeOperation } from '../../../shared/ports/cluster-operations.ts';

/** What is known of a cluster operation at one moment. */
export interface OperationView {
  claim: Pick<ClusterClaim, 'gke_cluster' | 'record'>;
  sent: SentOperation;
  /** Somebody wants the attempt to end. */
  isCancelled: boolean;
  /** Undefined: GKE does not know it. */
  operation: GkeOperation | undefined;
  /** Undefined: there is none. Only looked at where {@link needsCluster} says so. */
  cluster: GkeCluster | undefined;
  /** Why GKE could not be asked; the two above then mean nothing. */
  trouble?: string | undefined;
}

/** needsCluster tells whether the operation alone does not say how things stand: it is over, or nobody knows it. */
export function needsCluster(
  { gke_cluster }: Pick<ClusterClaim, 'gke_cluster'>,
  { kind }: SentOperation,
  operation: GkeOperation | undefined,
): boolean {
  if (kind === 'absent') return false;
  if (gke_cluster.action === 'delete') return operation === undefined;
  return operation === undefined || (operation.status === 'DONE' && operation.error === undefined);
}

/**
 * judgeOperation decides whether a cluster operation is over, and how; undefined while it goes on. A creation ends when it is cancelled, a
 * deletion does not. Pure.
 */
export function judgeOperation(view: OperationView, nowMs: number): Diagnosis | undefined {
  const { claim, sent, isCancelled, trouble } = view;
  const isCreation = claim.gke_cluster.action === 'create';
  if (isCreation && isCancelled) return diagnosis('cancelled', { summary: 'The run was cancelled.' });
  const end = trouble === undefined ? (isCreation ? creationEnd(view) : deletionEnd(view)) : undefined;
  return end ?? timeout(claim.record, sent, trouble, nowMs);
}

function creationEnd({ sent, operation, cluster }: OperationView): Diagnosis | undefined {
  if (operation !== undefined && operation.status !== 'DONE') return undefined;
  if (operation?.error !== undefined) return explainOperationError('create', operation);
  return explainCluster(cluster, sent.kind === 'started');
}

function deletionEnd({ sent, operation, cluster }: OperationView): Diagnosis | undefined {
  if (sent.kind === 'absent') return diagnosis('completed', { summary: 'There was no such cluster.' });
  if (operation !== undefined && operation.status !== 'DONE') return undefined;
  if (operation?.error !== undefined) return explainOperationError('delete', operation);
  if (operation === undefined && cluster?.status === 'STOPPING') return undefined;
  if (operation === undefined && cluster !== undefined) {
    return diagnosis('cluster_failed', {
      summary: 'The cluster was not deleted.',
      detail: `GKE does not know the operation ${sent.operation} any more, and the cluster is ${cluster.status}.`,
    });
  }
  return diagnosis('completed', { summary: 'The cluster is deleted.' });
}

function timeout(
  record: ClusterClaim['record'],
  sent: SentOperation,
  detail: string | undefined,
  nowMs: number,
): Diagnosis | undefined {
  const { execution_timeout_seconds: seconds, total_timeout_seconds, total_deadline_at = '' } = record;
  if (seconds !== undefined && nowMs >= Date.parse(sent.at) + seconds * 1_000) {
    const summary = `The operation took longer than execution_timeout_seconds (${seconds}s).`;
    return diagnosis('execution_timeout', { summary, detail });
  }
  if (nowMs >= Date.parse(total_deadline_at)) {
    const summary = `The task took longer than total_timeout_seconds (${total_timeout_seconds}s), from its launch on.`;
    return diagnosis('total_timeout', { summary, detail });
  }
  return undefined;
}

/** pollMs is the pause before look number `count` (from 0) at an operation: 5 s at first, never more than 30 s. */
export function pollMs(count: number): number {
  return Math.min(30_000, Math.round(5_000 * 1.5 ** Math.min(count, 10)));
}
