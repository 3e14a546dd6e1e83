import { attemptToFields } from '../../shared/attempt-fields.ts';
import { reasonCodes } from '../../shared/diagnosis/reasons.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { Attempt } from '../../shared/run.ts';
import { stateEventId } from '../../shared/state-event.ts';

/** cancelledOutcome is the outcome of an attempt that was cancelled before it did anything, or that goes on by itself. */
export function cancelledOutcome(
  attempt: Attempt,
  summary: string,
  queuedAt: string | null,
  endedAt: string,
): Outcome {
  return {
    version: 1,
    ...attemptToFields(attempt),
    state: 'cancelled',
    reason: 'cancelled',
    class: reasonCodes.cancelled.class,
    exit_code: null,
    summary,
    detail: '',
    action: reasonCodes.cancelled.action,
    queued_at: queuedAt,
    scheduled_at: null,
    started_at: null,
    ended_at: endedAt,
    pod: null,
    containers: [],
    xcom: null,
    events: [stateEventId(attempt, 'cancelled')],
  };
}
