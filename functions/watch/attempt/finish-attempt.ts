import {
  type AttemptRecord,
  attemptOf,
  type OnFinishAction,
  type RunRecord,
} from '../../../shared/attempt-record.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { announcedState, type Outcome, parseOutcome, writeOutcome } from '../../../shared/outcome.ts';
import type { PlannedOutcome } from '../../../shared/plan-next.ts';
import { containerEnd, hasEnded } from '../../../shared/pod-progress.ts';
import { stateEvent } from '../../../shared/state-event.ts';
import type { TurnDeps, WatchDeps } from '../deps.ts';

/**
 * shouldDelete tells whether KubernetesPodOperator's on_finish_action deletes a Pod that is in this state.
 * Source: kpo.md 1.7; `delete_succeeded_pod` looks at the base container, because the phase comes seconds later.
 */
export function shouldDelete(action: OnFinishAction, pod: Pod, baseContainer: string): boolean {
  switch (action) {
    case 'delete_pod':
      return true;
    case 'delete_succeeded_pod':
      return pod.status.phase === 'Succeeded' || containerEnd(pod, baseContainer)?.exitCode === 0;
    case 'delete_active_pod':
      return !hasEnded(pod);
    case 'keep_pod':
      return false;
  }
}

/** shouldGo tells whether the Pod of an attempt that has this outcome is deleted. */
export function shouldGo(outcome: Outcome, record: AttemptRecord, pod: Pod): boolean {
  // A Pod that goes on although its run is cancelled was meant to stay.
  if (outcome.state === 'cancelled' && record.on_kill_action === 'keep_pod') return false;
  return shouldDelete(record.on_finish_action, pod, record.base_container);
}

/** storeOutcome writes outcome.json, after the marker of the attempt that it promises. Gives the one that stands: another Turn's perhaps. */
export async function storeOutcome(
  { outcome, marker }: PlannedOutcome,
  record: RunRecord,
  { store }: Pick<WatchDeps, 'store'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const json = { contentType: 'application/json', signal };
  if (marker) await store.create(marker.name, marker.body, json);
  const name = attemptObjects(attemptOf(record)).outcome;
  const { created } = await store.create(name, writeOutcome(outcome), json);
  const stored = created ? undefined : await store.read(name, signal);
  return stored ? parseOutcome(stored.body.toString('utf8')) : outcome;
}

/** announceOutcome publishes the state that an outcome brings its run into. */
export async function announceOutcome(
  outcome: Outcome,
  record: RunRecord,
  deps: Pick<TurnDeps, 'publisher' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  const attempt = attemptOf(record);
  const event = stateEvent({
    attempt,
    state: announcedState(outcome),
    reason: outcome.reason,
    class: outcome.class,
    exitCode: outcome.exit_code,
    summary: outcome.summary,
    at: outcome.ended_at ?? record.queued_at,
    bucket: deps.settings.bucket,
  });
  await deps.publisher.publish(deps.settings.eventsTopic, [event], signal);
}

/**
 * finishAttempt does what follows a stored outcome, in this order, so that a crash in between is healed by doing all of
 * it again: announce, delete the Pod by policy (only the one with this uid), remove the marker.
 */
export async function finishAttempt(
  outcome: Outcome,
  record: AttemptRecord,
  pod: Pod | undefined,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  await announceOutcome(outcome, record, deps, signal);
  if (pod && shouldGo(outcome, record, pod)) {
    const { namespace, name, uid } = pod.metadata;
    await deps.pods.remove(namespace, name, { uid, signal });
  }
  await deps.store.remove(openMarker(record.scope, attemptOf(record)), { signal });
}
