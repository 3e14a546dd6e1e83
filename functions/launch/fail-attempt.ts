import { attemptToFields } from '../../shared/attempt-fields.ts';
import { attemptOf } from '../../shared/attempt-record.ts';
import type { Claim } from '../../shared/claim.ts';
import { diagnosis } from '../../shared/diagnosis/reasons.ts';
import { openMarker } from '../../shared/object-names.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { planNext } from '../../shared/plan-next.ts';
import { stateEventId } from '../../shared/state-event.ts';
import { isoTime } from '../../shared/time.ts';
import { publishTicket } from './announce.ts';
import type { LaunchDeps } from './deps.ts';
import { storeAndAnnounce } from './reject.ts';

/**
 * failForQuota ends a claimed attempt for whose Pod there was no room until its schedule deadline. Unlike a refusal it says nothing
 * against the task, so it has failed as one that got no node has, and uses a retry where there is one: a Turn is woken that waits for
 * its time. `detail` is the API server's word.
 */
export async function failForQuota(
  { record }: Claim,
  detail: string,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<void> {
  const attempt = attemptOf(record);
  const { state, reason, exitCode, ...told } = diagnosis('quota_exceeded', {
    summary: `The namespace’s quota was exceeded for more than ${record.schedule_timeout_seconds}s.`,
    detail,
  });
  const nowMs = deps.clock.now();
  const failed: Outcome = {
    version: 1,
    ...attemptToFields(attempt),
    state,
    reason,
    exit_code: exitCode,
    ...told,
    queued_at: record.queued_at,
    scheduled_at: null,
    started_at: null,
    ended_at: isoTime(nowMs),
    pod: null,
    containers: [],
    xcom: null,
    events: [stateEventId(attempt, state)],
  };
  const { outcome, marker } = planNext(failed, record, nowMs);
  const json = { contentType: 'application/json', signal };
  if (marker) await deps.store.create(marker.name, marker.body, json);
  await storeAndAnnounce(attempt, outcome, deps, signal);
  await deps.store.remove(openMarker(record.scope, attempt), { signal });
  if (marker) await publishTicket(record.scope, deps, signal);
}
