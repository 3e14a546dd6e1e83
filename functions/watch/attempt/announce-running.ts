import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { hasEnded, startedAt } from '../../../shared/pod-progress.ts';
import type { Attempt } from '../../../shared/run.ts';
import { stateEvent } from '../../../shared/state-event.ts';
import type { TurnDeps, WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { overtaken } from './wait-for-end.ts';

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
  stop.abort(overtaken);
  await started.catch(() => undefined);
  signal.throwIfAborted();
  const at = startedAt(updates.pod, record.base_container);
  if (at === undefined) return;
  await recordRunning(attemptOf(record), at, 'The container has started.', deps, signal);
}

/** recordRunning publishes the state `running`, then records that it has; `at`: RFC 3339. */
export async function recordRunning(
  attempt: Attempt,
  at: string,
  summary: string,
  deps: Pick<TurnDeps, 'publisher' | 'store' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  const event = stateEvent({
    attempt,
    state: 'running',
    reason: '',
    class: 'none',
    exitCode: null,
    summary,
    at,
    bucket: deps.settings.bucket,
  });
  await deps.publisher.publish(deps.settings.eventsTopic, [event], signal);
  const body = `${JSON.stringify({ version: 1, started_at: at })}\n`;
  await deps.store.create(attemptObjects(attempt).running, body, { contentType: 'application/json', signal });
}
