import { createHash } from 'node:crypto';
import { attemptToFields } from '../../../shared/attempt-fields.ts';
import { attemptOf } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import type { SentOperation } from '../../../shared/cluster-operation.ts';
import type { Diagnosis } from '../../../shared/diagnosis/reasons.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { stateEventId } from '../../../shared/state-event.ts';
import type { OperationDeps } from '../deps.ts';
import type { OperationView } from './judge-operation.ts';

/** What an outcome of a cluster operation is made of. */
export interface OperationEnd {
  claim: ClusterClaim;
  sent: SentOperation;
  why: Diagnosis;
  xcom: Outcome['xcom'];
  /** RFC 3339. */
  endedAt: string;
  notes: readonly string[];
}

/** operationOutcome puts the outcome of a cluster operation together; pure. */
export function operationOutcome({ claim, sent, why, xcom, endedAt, notes }: OperationEnd): Outcome {
  const { record, gke_cluster } = claim;
  const attempt = attemptOf(record);
  return {
    version: 1,
    ...attemptToFields(attempt),
    state: why.state,
    reason: why.reason,
    class: why.class,
    exit_code: null,
    summary: why.summary,
    detail: why.detail,
    action: why.action,
    queued_at: record.queued_at,
    scheduled_at: null,
    started_at: sent.kind === 'started' ? sent.at : null,
    ended_at: endedAt,
    pod: null,
    containers: [],
    gke_cluster: { action: gke_cluster.action, name: gke_cluster.name, operation: sent.operation },
    xcom,
    events: [stateEventId(attempt, why.state)],
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  };
}

/**
 * storeLink stores the result that Airflow's operators have: the link of a cluster that is there, or of the operation that has deleted
 * one; null when there is none, or none is wanted.
 */
export async function storeLink(
  { claim, operation, cluster }: OperationView & { claim: ClusterClaim },
  { store }: Pick<OperationDeps, 'store'>,
  signal: AbortSignal,
): Promise<Outcome['xcom']> {
  const link = claim.gke_cluster.action === 'create' ? cluster?.selfLink : operation?.selfLink;
  if (!claim.gke_cluster.push_xcom || !link) return null;
  const bytes = Buffer.from(JSON.stringify(link));
  const object = attemptObjects(attemptOf(claim.record)).xcom;
  await store.create(object, bytes, { contentType: 'application/json', signal });
  return { object, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
