import { type AttemptRecord, attemptOf, type OnFinishAction } from '../../../shared/attempt-record.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { announcedState, type Outcome, writeOutcome } from '../../../shared/outcome.ts';
import { containerEnd, hasEnded } from '../../../shared/pod-progress.ts';
import { stateEvent } from '../../../shared/state-event.ts';
import type { WatchDeps } from '../deps.ts';

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

/** storeOutcome writes outcome.json if there is none; false when another Turn's stands there already. */
export async function storeOutcome(
  outcome: Outcome,
  record: AttemptRecord,
  deps: WatchDeps,
  signal: AbortSignal,
) {
  const name = attemptObjects(attemptOf(record)).outcome;
  const options = { contentType: 'application/json', signal };
  return (await deps.store.create(name, writeOutcome(outcome), options)).created;
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
  if (pod && shouldGo(outcome, record, pod)) {
    const { namespace, name, uid } = pod.metadata;
    await deps.pods.remove(namespace, name, { uid, signal });
  }
  await deps.store.remove(openMarker(record.scope, attempt), { signal });
}
