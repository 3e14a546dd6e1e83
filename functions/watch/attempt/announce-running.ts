import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { hasEnded, startedAt } from '../../../shared/pod-progress.ts';
import { stateEvent } from '../../../shared/state-event.ts';
import type { WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';

/**
 * announceRunning publishes the state `running` once the base container has started, then records that it has: in this
 * order, so that a crash in between repeats the event (with the same id) and never loses it (invariant I6). Returns
 * without either when the attempt is over before its container started.
 */
export async function announceRunning(
  record: AttemptRecord,
  updates: PodUpdates,
  over: Promise<void>,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const started = updates.until(
    pod =>
      startedAt(pod, record.base_container) !== undefined || hasEnded(pod, deps.settings.ignoredContainers),
    either,
  );
  await Promise.race([started, over]);
  stop.abort();
  await started.catch(() => undefined);
  signal.throwIfAborted();
  const at = startedAt(updates.pod, record.base_container);
  if (at === undefined) return;
  const attempt = attemptOf(record);
  const event = stateEvent({
    attempt,
    state: 'running',
    reason: '',
    class: 'none',
    exitCode: null,
    summary: 'The container has started.',
    at,
    bucket: deps.settings.bucket,
  });
  await deps.publisher.publish(deps.settings.eventsTopic, [event], signal);
  const body = `${JSON.stringify({ version: 1, started_at: at })}\n`;
  await deps.store.create(attemptObjects(attempt).running, body, { contentType: 'application/json', signal });
}
