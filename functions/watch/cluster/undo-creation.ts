import { attemptOf } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import { attemptLabel, attemptLabelKey, type SentOperation } from '../../../shared/cluster-operation.ts';
import { errorMessage } from '../../../shared/errors.ts';
import type { OperationDeps } from '../deps.ts';
import { pollMs } from './judge-operation.ts';

/** A creation takes minutes to stop, and then the deletion takes minutes. */
const undoMs = 20 * 60_000;

type UndoDeps = Pick<OperationDeps, 'operations' | 'clock' | 'settings'>;

/** How far it has come: `note` ends it, in words for a person; otherwise another look is needed. */
interface Step {
  note?: string;
  /** What stands in the way. */
  trouble?: string;
}

/**
 * undoCreation stops a creation and, where the task wants it, deletes what is there of the cluster: only the one that this very attempt has
 * made. Done before the outcome, so that a retry finds the name free. Gives up 20 minutes after `sinceMs`. Returns a note for the outcome.
 */
export async function undoCreation(
  claim: ClusterClaim,
  sent: SentOperation,
  sinceMs: number,
  deps: UndoDeps,
  signal: AbortSignal,
): Promise<string> {
  let trouble = '';
  for (let count = 0; ; count++) {
    try {
      const step = await takeStep(claim, sent, deps, signal);
      if (step.note !== undefined) return step.note;
      trouble = step.trouble ?? '';
    } catch (error) {
      if (signal.aborted) throw error;
      trouble = errorMessage(error);
    }
    if (deps.clock.now() >= sinceMs + undoMs) {
      const why = trouble === '' ? '' : ` ${trouble}`;
      return `${claim.gke_cluster.name} could not be cleared away within ${undoMs / 60_000} minutes: see what is left of it.${why}`;
    }
    await deps.clock.sleep(pollMs(count), signal);
  }
}

async function takeStep(
  { gke_cluster, record }: ClusterClaim,
  sent: SentOperation,
  { operations, settings }: UndoDeps,
  signal: AbortSignal,
): Promise<Step> {
  const { name, delete_on_failure } = gke_cluster;
  const known = sent.operation;
  const operation = known === null ? undefined : await operations.readOperation(name, known, signal);
  if (operation !== undefined && operation.status !== 'DONE') {
    if (operation.status === 'ABORTING') return {};
    // Refused, it is waited for: only then GKE takes a deletion.
    const isTaken = await operations.cancelOperation(name, operation.name, signal);
    return isTaken ? {} : { trouble: `GKE does not cancel ${operation.name}.` };
  }
  const cluster = await operations.read(name, signal);
  if (cluster === undefined) return { note: 'Nothing is left of the cluster.' };
  if (cluster.labels[attemptLabelKey] !== attemptLabel(attemptOf(record), settings.bucket))
    return { note: `${name} is not this attempt's, and stays.` };
  if (!delete_on_failure)
    return { note: `${name} stays as it is (${cluster.status}), as delete_cluster_on_failure says.` };
  if (cluster.status === 'STOPPING') return {};
  const removed = await operations.remove(name, signal);
  if (removed.kind !== 'refused') return {};
  return removed.status === 403
    ? { note: `${name} may not be deleted: ${removed.message}` }
    : { trouble: removed.message };
}
