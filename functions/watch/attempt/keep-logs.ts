import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { containerEnd, hasLog, isTerminal } from '../../../shared/pod-progress.ts';
import type { StopSignals, WatchDeps } from '../deps.ts';
import { pumpLog } from '../logs/pump.ts';
import type { ContainerEnd } from '../logs/pump-options.ts';
import type { PodUpdates } from '../pod-updates.ts';
import type { KeptLog } from './build-outcome.ts';
import type { RecoveredAttempt } from './recover-attempt.ts';

/** Which logs to keep, and until when. */
export interface KeepLogsOptions {
  record: AttemptRecord;
  updates: PodUpdates;
  /** Resolves when the attempt is over whatever its containers do (a deadline passed). */
  over: Promise<void>;
  recovered: RecoveredAttempt;
  deps: WatchDeps;
  stop: StopSignals;
}

/**
 * keepLogs brings the logs of all containers that the task wants kept, all at once; those that never ran are left out. When
 * one of them fails the others end too, so that all are taken up again soon; at a handover each writes down what it has.
 */
export async function keepLogs(options: KeepLogsOptions): Promise<KeptLog[]> {
  const { signal, handover } = options.stop;
  const abandon = new AbortController();
  const stop = { signal: AbortSignal.any([signal, abandon.signal]), handover };
  let failure: { error: unknown } | undefined;
  const logs = options.record.log_containers.map(container =>
    keepLog(container, { ...options, stop }).catch(error => {
      failure ??= { error };
      if (!handover.aborted) abandon.abort(error);
      return undefined;
    }),
  );
  const kept = await Promise.all(logs);
  if (failure) throw failure.error;
  return kept.filter(log => log !== undefined);
}

async function keepLog(container: string, options: KeepLogsOptions): Promise<KeptLog | undefined> {
  const { record, updates, over, recovered, deps, stop } = options;
  const finished = new AbortController();
  const until = AbortSignal.any([stop.signal, stop.handover, finished.signal]);
  try {
    const begun = updates.until(pod => hasLog(pod, container) || isTerminal(pod), until);
    begun.catch(() => undefined);
    await Promise.race([begun, over]);
    const { pod } = updates;
    // Of a Pod that is gone without a word, what earlier Turns have stored is still made whole.
    const prefix = attemptObjects(attemptOf(record)).segments(container);
    const hasSegments = recovered.logObjects.some(({ name }) => name.startsWith(prefix));
    if (!hasLog(pod, container) && !hasSegments) return undefined;
    const pumped = await pumpLog({
      attempt: attemptOf(record),
      namespace: pod.metadata.namespace,
      pod: pod.metadata.name,
      container,
      stored: recovered.logObjects,
      pods: deps.pods,
      store: deps.store,
      clock: deps.clock,
      random: deps.random,
      ended: endOf(container, updates, over, finished.signal),
      signal: stop.signal,
      handover: stop.handover,
    });
    return { container, ...pumped };
  } finally {
    finished.abort();
  }
}

/** Resolves when the container's end is known, never rejects. */
async function endOf(
  container: string,
  updates: PodUpdates,
  over: Promise<void>,
  finished: AbortSignal,
): Promise<ContainerEnd> {
  const ended = updates
    .until(pod => containerEnd(pod, container) !== undefined || isTerminal(pod), finished)
    .catch(() => undefined);
  await Promise.race([ended, over]);
  if (updates.gone) return 'gone';
  return containerEnd(updates.pod, container) || isTerminal(updates.pod) ? 'terminated' : 'untold';
}
