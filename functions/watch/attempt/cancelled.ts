import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { type Diagnosis, diagnosis } from '../../../shared/diagnosis/reasons.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import type { WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';

/**
 * unlessCancelled explains the end of a Pod that was deleted, or has vanished, by the cancellation of its attempt, if there is one;
 * any other end stays as it was explained. docs/adr/0008-cancelling.md
 */
export async function unlessCancelled(
  why: Diagnosis,
  record: AttemptRecord,
  { pod, gone }: Pick<PodUpdates, 'pod' | 'gone'>,
  deps: Pick<WatchDeps, 'store'>,
  signal: AbortSignal,
): Promise<Diagnosis> {
  if (!gone && pod.metadata.deletionTimestamp === undefined) return why;
  const asked = await deps.store.read(attemptObjects(attemptOf(record)).cancel, signal);
  if (asked === undefined) return why;
  const summary = 'The run was cancelled.';
  return { ...diagnosis('cancelled', { summary, exitCode: why.exitCode }), state: 'cancelled' };
}
