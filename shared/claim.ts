import { z } from 'zod';
import { attemptRecordSchema, runRecordSchema } from './attempt-record.ts';
import { clusterActions } from './cluster-operation.ts';
import { parseDocument } from './document.ts';

const warnings = z.array(z.object({ path: z.string(), message: z.string() })).optional();

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
  warnings,
});
export type Claim = z.output<typeof claimSchema>;

/** parseClaim reads a launch.json; throws `invalid_document`. */
export function parseClaim(text: string): Claim {
  return parseDocument(claimSchema, text, 'launch.json');
}

/** `launch.json` of a cluster operation. The body of a creation is not in it: it is rendered anew by whoever continues. */
export const clusterClaimSchema = z.object({
  version: z.literal(1),
  message_id: z.string(),
  published_at: z.string().optional(),
  claimed_at: z.string(),
  record: runRecordSchema,
  gke_cluster: z.object({
    action: z.enum(clusterActions),
    /** `projects/P/locations/L/clusters/C`. */
    name: z.string(),
    /** Whether a creation that does not succeed is undone. */
    delete_on_failure: z.boolean(),
    /** Whether its link becomes the result. */
    push_xcom: z.boolean(),
  }),
  task: z.unknown(),
  warnings,
});
export type ClusterClaim = z.output<typeof clusterClaimSchema>;

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

/** The claim of a message that was rejected, or cancelled before it was claimed; it holds the place of its attempt. */
export type RejectedClaim = z.output<typeof rejectedClaimSchema>;

const anyClaimSchema = z.union([claimSchema, clusterClaimSchema, rejectedClaimSchema]);
export type AnyClaim = z.output<typeof anyClaimSchema>;

/** parseAnyClaim reads a launch.json of any kind; throws `invalid_document`. */
export function parseAnyClaim(text: string): AnyClaim {
  return parseDocument(anyClaimSchema, text, 'launch.json');
}

/** isClusterClaim tells the claim of a cluster operation from that of a Pod. */
export function isClusterClaim(claim: AnyClaim): claim is ClusterClaim {
  return 'gke_cluster' in claim;
}

/** keptLogs names the containers whose logs are kept; undefined where there is none, or it is not known. */
export function keptLogs(claim: Claim | ClusterClaim | undefined): string[] | undefined {
  return claim === undefined || isClusterClaim(claim) ? undefined : claim.record.log_containers;
}
