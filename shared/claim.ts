import { z } from 'zod';
import { attemptRecordSchema } from './attempt-record.ts';
import { parseDocument } from './document.ts';

/**
 * `launch.json`, version 1: the claim. Written create-only before the Pod is posted; whoever finds it continues it.
 * `task` is the task as it was published.
 */
export const claimSchema = z.object({
  version: z.literal(1),
  /** Pub/Sub message id of the message that was first. */
  message_id: z.string(),
  /** When that message was published, RFC 3339: how a dead letter, whose id is another, finds its claim. */
  published_at: z.string().optional(),
  claimed_at: z.string(),
  record: attemptRecordSchema,
  pod: z.object({ cluster: z.string(), namespace: z.string(), name: z.string() }),
  task: z.unknown(),
  /** What the task says without effect; absent when there is nothing. */
  warnings: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Claim = z.output<typeof claimSchema>;

/** parseClaim reads a launch.json; throws `invalid_document`. */
export function parseClaim(text: string): Claim {
  return parseDocument(claimSchema, text, 'launch.json');
}

/**
 * `launch.json` of an attempt that never has a Pod, because its task was rejected or its run was cancelled before: it takes the
 * attempt's place, so that nothing else is launched under it; why stands in its outcome.json.
 */
export const rejectedClaimSchema = z.object({
  version: z.literal(1),
  message_id: z.string(),
  published_at: z.string().optional(),
  claimed_at: z.string(),
  rejected: z.literal(true),
  cancelled: z.literal(true).optional(),
});
