import { attemptOf, type RunRecord } from '../../../shared/attempt-record.ts';
import { openMarker } from '../../../shared/object-names.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { planRetry } from '../../../shared/retries.ts';
import { stateEventId } from '../../../shared/state-event.ts';
import type { WatchDeps } from '../deps.ts';

/**
 * planNext puts the next attempt, if there is to be one, into an outcome that is about to be stored. Its marker is written first, so
 * that an outcome that promises an attempt is never without one.
 */
export async function planNext(
  outcome: Outcome,
  record: RunRecord,
  deps: Pick<WatchDeps, 'store' | 'clock'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const retry = planRetry(record.retries, outcome, deps.clock.now());
  if (retry === undefined) return outcome;
  const attempt = attemptOf(record);
  const next = { ...attempt, tryNumber: retry.try_number };
  const json = { contentType: 'application/json', signal };
  await deps.store.create(openMarker(record.scope, next), JSON.stringify({ retry_at: retry.at }), json);
  return { ...outcome, retry, events: [stateEventId(attempt, 'up_for_retry')] };
}
