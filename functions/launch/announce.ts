import { attemptOf, type RunRecord } from '../../shared/attempt-record.ts';
import { announcedState, type Outcome } from '../../shared/outcome.ts';
import type { Attempt } from '../../shared/run.ts';
import { stateEvent } from '../../shared/state-event.ts';
import type { WatchMessage } from '../../shared/watch-message.ts';
import type { LaunchDeps } from './deps.ts';

/** publishTicket wakes a Turn for a scope. */
export async function publishTicket(scope: string, deps: LaunchDeps, signal: AbortSignal): Promise<void> {
  const ticket: WatchMessage = { kind: 'ticket', scope };
  await deps.publisher.publish(deps.settings.watchTopic, [{ data: JSON.stringify(ticket) }], signal);
}

/** announceQueued wakes a Turn for an attempt whose Pod or operation exists, and tells that it is queued. */
export async function announceQueued(
  record: RunRecord,
  deps: LaunchDeps,
  signal: AbortSignal,
  summary = 'The Pod is posted.',
): Promise<void> {
  const event = stateEvent({
    attempt: attemptOf(record),
    state: 'queued',
    reason: '',
    class: 'none',
    exitCode: null,
    summary,
    at: record.queued_at,
    bucket: deps.settings.bucket,
  });
  await Promise.all([
    publishTicket(record.scope, deps, signal),
    deps.publisher.publish(deps.settings.eventsTopic, [event], signal),
  ]);
}

/** What an event needs to know of an end. */
export type End = Pick<Outcome, 'state' | 'reason' | 'class' | 'exit_code' | 'summary' | 'retry'>;

/** announceEnd tells how an attempt has ended; the same words and time give the same event again. */
export async function announceEnd(
  attempt: Attempt,
  end: End,
  at: string,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<void> {
  const event = stateEvent({
    attempt,
    state: announcedState(end),
    reason: end.reason,
    class: end.class,
    exitCode: end.exit_code,
    summary: end.summary,
    at,
    bucket: deps.settings.bucket,
  });
  await deps.publisher.publish(deps.settings.eventsTopic, [event], signal);
}
