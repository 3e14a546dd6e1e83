import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AttemptFields } from './attempt-fields.ts';
import { isoTime } from './time.ts';

/** What a rule for retries can name: an exit code, a failure class or a reason code. */
const failureNames = z.array(z.union([z.number().int(), z.string()]));

/** Which failures of an attempt are tried again, and how often still; stands in the attempt's record. */
export const retriesSchema = z.object({
  /** User retries that are left: Airflow's `retries`. */
  left: z.number().int(),
  /** Retries that are left for failures of the infrastructure; they cost no user retry. */
  infrastructure_left: z.number().int(),
  delay_seconds: z.number().int(),
  exponential_backoff: z.boolean(),
  /** Longest delay; null: a day. */
  max_delay_seconds: z.number().int().nullable(),
  /** Only these failures use user retries; null: all. */
  retry_on: failureNames.nullable(),
  /** These failures are never tried again. */
  no_retry_on: failureNames,
});
export type Retries = z.output<typeof retriesSchema>;

/** The next attempt of a run whose last one has failed. */
export const plannedRetrySchema = z.object({
  try_number: z.number().int(),
  /** RFC 3339: not before this time. */
  at: z.string(),
  /** Whose retries it is counted to. */
  budget: z.enum(['user', 'infrastructure']),
});
export type PlannedRetry = z.output<typeof plannedRetrySchema>;

/** What is known of an attempt that has ended; a part of its outcome. */
export interface EndedAttempt extends AttemptFields {
  state: string;
  class: string;
  reason: string;
  exit_code: number | null;
}

/** Airflow's MAX_RETRY_DELAY. */
const maxDelaySeconds = 24 * 3_600;

/** A failed node is replaced within a minute or two; the delays of the second and third retry cover that. */
const infrastructureDelaySeconds = 10;
const maxInfrastructureDelaySeconds = 300;

/**
 * planRetry decides whether a failed attempt is followed by another, and when. Pure. A failure of the infrastructure uses its own
 * budget first; every other failure, and those beyond that budget, use the user's retries, as in Airflow. What was rejected, skipped
 * or cancelled is over.
 */
export function planRetry(
  retries: Retries | undefined,
  ended: EndedAttempt,
  nowMs: number,
): PlannedRetry | undefined {
  if (retries === undefined || ended.state !== 'failed' || ended.class === 'cancelled') return undefined;
  if (isNamed(retries.no_retry_on, ended)) return undefined;
  const next = (budget: PlannedRetry['budget'], delaySeconds: number): PlannedRetry => ({
    try_number: ended.try_number + 1,
    at: isoTime(nowMs + delaySeconds * 1_000),
    budget,
  });
  if (ended.class === 'infrastructure' && retries.infrastructure_left > 0) {
    const delay = infrastructureDelaySeconds * 2 ** Math.min(ended.try_number - 1, 10);
    return next('infrastructure', Math.min(delay, maxInfrastructureDelaySeconds));
  }
  if (retries.left <= 0 || (retries.retry_on !== null && !isNamed(retries.retry_on, ended))) return undefined;
  return next('user', userDelaySeconds(retries, ended));
}

/** spendRetry is what the next attempt has left: one retry less of the budget that it was counted to. */
export function spendRetry(retries: Retries, budget: PlannedRetry['budget']): Retries {
  return budget === 'user'
    ? { ...retries, left: retries.left - 1 }
    : { ...retries, infrastructure_left: retries.infrastructure_left - 1 };
}

/**
 * The delay doubles with each try, and up to as much again is added that is fixed for an attempt but differs between them, so that a
 * hundred tasks that failed together do not come back together. Source: TaskInstance.next_retry_datetime in Airflow.
 */
function userDelaySeconds(retries: Retries, ended: EndedAttempt): number {
  const longest = Math.min(retries.max_delay_seconds ?? maxDelaySeconds, maxDelaySeconds);
  if (!retries.exponential_backoff) return Math.min(retries.delay_seconds, longest);
  const least = Math.max(1, retries.delay_seconds) * 2 ** Math.min(ended.try_number - 1, 30);
  return Math.min(Math.ceil(least * (1 + spread(ended))), longest);
}

/** A number in [0, 1) that is a function of the attempt. */
function spread(ended: EndedAttempt): number {
  const map = String(ended.map_index ?? '');
  const parts = [ended.dag_id, ended.run_id, ended.task_id, map, String(ended.try_number)];
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0) / 2 ** 32;
}

function isNamed(names: readonly (number | string)[], ended: EndedAttempt): boolean {
  return names.some(name => name === ended.exit_code || name === ended.class || name === ended.reason);
}
