import { attemptOf, type RunRecord } from '../../../shared/attempt-record.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { formatRun } from '../../../shared/run.ts';
import type { WorkRecord } from '../../../shared/work-log.ts';

/**
 * attemptFacts is what the log tells of an attempt that has ended: how, how long each of its steps took in milliseconds (absent when it
 * was never reached; Kubernetes tells whole seconds), and how much was kept. `nowMs` is when all of it was stored and announced.
 */
export function attemptFacts(outcome: Outcome, record: RunRecord, nowMs: number): WorkRecord {
  const { queued_at, scheduled_at, started_at, ended_at, containers } = outcome;
  const sum = (count: (container: (typeof containers)[number]) => number): number =>
    containers.reduce((total, container) => total + count(container), 0);
  return {
    run: formatRun(attemptOf(record)),
    try_number: record.try_number,
    state: outcome.state,
    reason: outcome.reason,
    class: outcome.class,
    exit_code: outcome.exit_code,
    retry_at: outcome.retry?.at,
    scheduled_ms: between(queued_at, scheduled_at),
    started_ms: between(scheduled_at, started_at),
    ran_ms: between(started_at, ended_at),
    finished_ms: ended_at === null ? undefined : Math.max(0, nowMs - Date.parse(ended_at)),
    log_bytes: sum(({ log_bytes }) => log_bytes),
    log_gaps: sum(({ log_gaps }) => log_gaps),
    xcom_bytes: outcome.xcom?.size ?? 0,
  };
}

/** Never below nothing, though the clocks of two machines differ. */
function between(from: string | null, to: string | null): number | undefined {
  return from === null || to === null ? undefined : Math.max(0, Date.parse(to) - Date.parse(from));
}
