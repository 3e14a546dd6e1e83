import { z } from 'zod';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { type EndCause, runDeadlines } from '../../../shared/diagnosis/diagnose.ts';
import { parseDocument } from '../../../shared/document.ts';
import { hasCode } from '../../../shared/errors.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { hasEnded } from '../../../shared/pod-progress.ts';
import { isoTime } from '../../../shared/time.ts';
import type { WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { unansweredAtMs } from './unanswered.ts';
import { changeOrTime } from './wait-for-end.ts';

/** `stop.json`, version 1: the deadline at which the Pod of an attempt was told to end. */
const stopSchema = z.object({
  version: z.literal(1),
  cause: z.enum(runDeadlines),
  /** RFC 3339. */
  decided_at: z.string(),
});
type Stop = z.output<typeof stopSchema>;

/** A deletion that the API server has taken is told by the watch well within this. */
const toldWithinMs = 30_000;

/** isToBeStopped tells whether an attempt's deadline has passed while something of it runs, and whether that is to be ended. */
export function isToBeStopped(
  cause: EndCause,
  { record, updates }: { record: AttemptRecord; updates: PodUpdates },
): cause is Stop['cause'] {
  if (
    !runDeadlines.some(deadline => deadline === cause) ||
    record.on_kill_action === 'keep_pod' ||
    updates.gone
  )
    return false;
  const { initContainerStatuses = [], containerStatuses = [] } = updates.pod.status;
  return [...initContainerStatuses, ...containerStatuses].some(({ state }) => state?.running !== undefined);
}

/**
 * stopPod ends a Pod that runs beyond a deadline as `taskpod cancel` does: it is deleted with the grace period of its spec, and its
 * end is waited for, so that what it prints until then is kept. The deadline is written down first: whoever finds the Pod deleted, or
 * gone, knows why. Done again, it goes on. Resolves when nothing of the task runs any more, or its node does not answer, or we may not
 * delete Pods.
 */
export async function stopPod(
  cause: Stop['cause'],
  { record, updates }: { record: AttemptRecord; updates: PodUpdates },
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const { clock, store, pods, settings } = deps;
  const stop: Stop = { version: 1, cause, decided_at: isoTime(clock.now()) };
  const json = { contentType: 'application/json', signal };
  await store.create(attemptObjects(attemptOf(record)).stop, `${JSON.stringify(stop)}\n`, json);
  const { namespace, name, uid } = updates.pod.metadata;
  try {
    await pods.remove(namespace, name, { uid, signal });
  } catch (error) {
    // It goes on then. Its attempt has an end all the same, and the deletion that follows it says what is missing.
    if (hasCode(error, 'kubernetes_refused')) return;
    throw error;
  }
  const toldAtMs = clock.now() + toldWithinMs;
  while (!updates.gone && !hasEnded(updates.pod, settings.ignoredContainers)) {
    const untilMs = unansweredAtMs(updates.pod) ?? toldAtMs;
    if (clock.now() >= untilMs) return;
    await changeOrTime(updates, untilMs, clock, signal);
  }
}

/** readStop tells at which deadline an attempt's Pod was told to end; undefined when it was not. */
export async function readStop(
  record: AttemptRecord,
  deps: Pick<WatchDeps, 'store'>,
  signal: AbortSignal,
): Promise<Stop | undefined> {
  const stored = await deps.store.read(attemptObjects(attemptOf(record)).stop, signal);
  return stored && parseDocument(stopSchema, stored.body.toString('utf8'), 'stop.json');
}
