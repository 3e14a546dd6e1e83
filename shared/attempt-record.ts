import { z } from 'zod';
import { attemptFields, attemptFromFields } from './attempt-fields.ts';
import { parseDocument } from './document.ts';
import type { Pod } from './kubernetes/pod.ts';
import { runAnnotation } from './pod-labels.ts';
import { retriesSchema } from './retries.ts';
import { type Attempt, sameRun } from './run.ts';

/** When a finished Pod is deleted; KubernetesPodOperator's on_finish_action. */
export const onFinishActions = [
  'delete_pod',
  'delete_succeeded_pod',
  'delete_active_pod',
  'keep_pod',
] as const;
export type OnFinishAction = (typeof onFinishActions)[number];

/** What becomes of the Pod of a cancelled attempt; KubernetesPodOperator's on_kill_action. */
export const onKillActions = ['delete_pod', 'keep_pod'] as const;

/** How the XCom value leaves the Pod. */
export const xcomTransports = ['sidecar', 'termination_message'] as const;

/** What is known of every attempt, whatever it does. */
const runRecordFields = {
  version: z.literal(1),
  ...attemptFields,
  /** Name of the scope that watches it. */
  scope: z.string(),
  /** RFC 3339: when launch claimed the attempt. */
  queued_at: z.string(),
  /** Seconds that the base container, or the operation, may run; absent: as long as its server lets it. */
  execution_timeout_seconds: z.number().int().optional(),
  /** Seconds from the claim to the end, and RFC 3339: until when; absent: no limit. */
  total_timeout_seconds: z.number().int().optional(),
  total_deadline_at: z.string().optional(),
  /** Absent: a failure is the end. */
  retries: retriesSchema.optional(),
};

/** The record of an attempt that has no Pod. */
export const runRecordSchema = z.object(runRecordFields);
export type RunRecord = z.output<typeof runRecordSchema>;

/**
 * All that a Turn needs to know of an attempt; stands in the Pod's annotation `taskpod.dev/run` and in `launch.json`,
 * so that a Turn that has never heard of the attempt can follow it. Holds no value of the user's environment.
 */
export const attemptRecordSchema = z.object({
  ...runRecordFields,
  /** RFC 3339: until when the Pod must have been bound to a node. */
  schedule_deadline_at: z.string(),
  /** Seconds from being scheduled to the base container's start. */
  startup_timeout_seconds: z.number().int(),
  schedule_timeout_seconds: z.number().int(),
  /** Name of the container whose exit code decides. */
  base_container: z.string(),
  /** Names of the containers, init containers included, whose logs are kept, in the Pod's order. */
  log_containers: z.array(z.string()),
  /** Null: no XCom wanted. */
  xcom: z.enum(xcomTransports).nullable(),
  on_finish_action: z.enum(onFinishActions),
  /** False: of a failure, the Pod's manifest is not kept. */
  log_pod_spec_on_failure: z.boolean().optional(),
  /** Exit codes of the base container that mean "skipped"; absent: none. */
  skip_on_exit_code: z.array(z.number().int()).optional(),
  /** Absent: delete_pod. */
  on_kill_action: z.enum(onKillActions).optional(),
});
export type AttemptRecord = z.output<typeof attemptRecordSchema>;

/** attemptOf gives the attempt that a record is about. */
export function attemptOf(record: RunRecord): Attempt {
  return attemptFromFields(record);
}

/** readAttemptRecord takes the record out of a Pod; undefined when the Pod has none (not ours). Throws `invalid_document`. */
export function readAttemptRecord(pod: Pod): AttemptRecord | undefined {
  const text = pod.metadata.annotations?.[runAnnotation];
  if (text === undefined) return undefined;
  return parseDocument(attemptRecordSchema, text, `annotation ${runAnnotation} of Pod ${pod.metadata.name}`);
}

/** isPodOf tells whether a Pod is that of this attempt; a Pod of the same name may be somebody else's. */
export function isPodOf(pod: Pod, attempt: Attempt): boolean {
  try {
    const record = readAttemptRecord(pod);
    return (
      record !== undefined && sameRun(attemptOf(record), attempt) && record.try_number === attempt.tryNumber
    );
  } catch {
    // An annotation that is not a record is not ours.
    return false;
  }
}
