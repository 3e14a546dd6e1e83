import { z } from 'zod';
import { attemptFields } from './attempt-fields.ts';
import { clusterActions } from './cluster-operation.ts';
import { parseDocument } from './document.ts';
import { plannedRetrySchema } from './retries.ts';

/** States of a Run: Airflow's names, and ours. */
export const states = [
  'queued',
  'running',
  'success',
  'failed',
  'skipped',
  'up_for_retry',
  'cancelled',
  'rejected',
] as const;
export type State = (typeof states)[number];

/** States that an outcome can have. */
export const finalStates = ['success', 'failed', 'skipped', 'cancelled', 'rejected'] as const;
export type FinalState = (typeof finalStates)[number];

/** Whose matter a failure is; platform.md C.4. `none`: not a failure. */
export const outcomeClasses = [
  'none',
  'user',
  'config',
  'capacity',
  'infrastructure',
  'cancelled',
  'lost',
] as const;
export type OutcomeClass = (typeof outcomeClasses)[number];

const time = z.string().nullable();

const containerOutcome = z.object({
  name: z.string(),
  exit_code: z.number().int().nullable(),
  reason: z.string().nullable(),
  started_at: time,
  ended_at: time,
  /** Object name of the composed log; null when the container's log was not followed. */
  log: z.string().nullable(),
  log_bytes: z.number().int(),
  /** Places at which lines are missing, each marked in the log. */
  log_gaps: z.number().int(),
});
/** How one container ended, and where its log is. */
export type ContainerOutcome = z.output<typeof containerOutcome>;

const podEvent = z.object({
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number().int(),
  /** The container that it is about; null: the whole Pod. */
  container: z.string().nullable(),
  first_at: time,
  last_at: time,
});

/** `outcome.json`, version 1: how an attempt ended. Times are RFC 3339 or null when the step was never reached. */
export const outcomeSchema = z.object({
  version: z.literal(1),
  ...attemptFields,
  state: z.enum(finalStates),
  /** Stable code; docs/outcomes.md. */
  reason: z.string(),
  class: z.enum(outcomeClasses),
  exit_code: z.number().int().nullable(),
  /** One sentence for a person. */
  summary: z.string(),
  /** What was seen; may be empty. */
  detail: z.string(),
  /** What to do next; empty on success. */
  action: z.string(),
  queued_at: time,
  scheduled_at: time,
  started_at: time,
  ended_at: time,
  pod: z
    .object({
      cluster: z.string(),
      namespace: z.string(),
      name: z.string(),
      uid: z.string(),
      node: z.string().nullable(),
    })
    .nullable(),
  containers: z.array(containerOutcome),
  /** Only of a cluster operation: what it did with which cluster, and Google's name of the operation, if one was started. */
  gke_cluster: z
    .object({ action: z.enum(clusterActions), name: z.string(), operation: z.string().nullable() })
    .optional(),
  xcom: z.object({ object: z.string(), size: z.number().int(), sha256: z.string() }).nullable(),
  /** Only when another attempt follows: its number, and not before when. The run is then up_for_retry. */
  retry: plannedRetrySchema.optional(),
  /** Ids of the events this outcome is announced by. */
  events: z.array(z.string()),
  /** What else is to be known, and is no failure; absent: nothing. */
  notes: z.array(z.string()).optional(),
  /** Of a failure: the end of the log that tells most; the whole one is kept beside it. */
  last_lines: z.object({ container: z.string(), lines: z.array(z.string()) }).optional(),
  /** Of a failure: the last events of the Pod, the oldest first. */
  pod_events: z.array(podEvent).optional(),
  /** Of a failure: object with the Pod's last status and its manifest, without values of environment variables. */
  pod_final: z.string().optional(),
  /** Only when rejected: everything that is wrong with the task. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Outcome = z.output<typeof outcomeSchema>;

/** An outcome is read by everybody who lists runs, so it stays small. */
export const maxOutcomeBytes = 64 * 1_024;

/** announcedState is the state that an outcome brings its run into, and that its event tells. */
export function announcedState(outcome: Pick<Outcome, 'state' | 'retry'>): State {
  return outcome.retry === undefined ? outcome.state : 'up_for_retry';
}

/** parseOutcome reads an outcome.json; throws `invalid_document`. */
export function parseOutcome(text: string): Outcome {
  return parseDocument(outcomeSchema, text, 'outcome.json');
}

/** writeOutcome makes the one line of JSON that is stored. */
export function writeOutcome(outcome: Outcome): string {
  return `${JSON.stringify(outcome)}\n`;
}
