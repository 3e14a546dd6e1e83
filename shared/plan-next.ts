import { attemptOf, type RunRecord } from './attempt-record.ts';
import { openMarker } from './object-names.ts';
import type { Outcome } from './outcome.ts';
import { planRetry } from './retries.ts';
import { stateEventId } from './state-event.ts';

/** An outcome that is about to be stored, and the marker of the attempt that it promises, if it promises one. */
export interface PlannedOutcome {
  outcome: Outcome;
  /** To be written before the outcome, so that an outcome that promises an attempt is never without one. */
  marker: { name: string; body: string } | undefined;
}

/** planNext puts the next attempt, if there is to be one, into an outcome; `nowMs` since the epoch. Pure. */
export function planNext(outcome: Outcome, record: RunRecord, nowMs: number): PlannedOutcome {
  const retry = planRetry(record.retries, outcome, nowMs);
  if (retry === undefined) return { outcome, marker: undefined };
  const attempt = attemptOf(record);
  const name = openMarker(record.scope, { ...attempt, tryNumber: retry.try_number });
  return {
    outcome: { ...outcome, retry, events: [stateEventId(attempt, 'up_for_retry')] },
    marker: { name, body: JSON.stringify({ retry_at: retry.at }) },
  };
}
