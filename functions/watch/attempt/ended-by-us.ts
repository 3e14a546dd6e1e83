import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { type Evidence, explainDeadline } from '../../../shared/diagnosis/diagnose.ts';
import { type Diagnosis, diagnosis } from '../../../shared/diagnosis/reasons.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import type { WatchDeps } from '../deps.ts';
import { readStop } from './stop-pod.ts';

/**
 * endedByUs explains the end of a Pod that was deleted, or has vanished, by what has asked for it: a cancellation of its attempt,
 * or a deadline of it. Undefined for every other end. docs/adr/0008-cancelling.md, docs/adr/0011-stopping-at-a-deadline.md
 */
export async function endedByUs(
  { record, pod, gone, exitCode }: Pick<Evidence, 'record' | 'pod' | 'gone'> & { exitCode: number | null },
  deps: Pick<WatchDeps, 'store'>,
  signal: AbortSignal,
): Promise<Diagnosis | undefined> {
  if (!gone && pod.metadata.deletionTimestamp === undefined) return undefined;
  if (await isCancelled(record, deps, signal)) {
    return diagnosis('cancelled', { summary: 'The run was cancelled.', exitCode });
  }
  const stop = await readStop(record, deps, signal);
  return stop && explainDeadline(stop.cause, record, pod);
}

async function isCancelled(
  record: AttemptRecord,
  deps: Pick<WatchDeps, 'store'>,
  signal: AbortSignal,
): Promise<boolean> {
  return (await deps.store.read(attemptObjects(attemptOf(record)).cancel, signal)) !== undefined;
}
