import { attemptOf } from '../../shared/attempt-record.ts';
import {
  type AnyClaim,
  type Claim,
  type ClusterClaim,
  parseAnyClaim,
  type RejectedClaim,
} from '../../shared/claim.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { scopeName, shardOf } from '../../shared/names.ts';
import { attemptObjects, openMarker } from '../../shared/object-names.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import type { Retries } from '../../shared/retries.ts';
import type { Attempt } from '../../shared/run.ts';
import { isoTime } from '../../shared/time.ts';
import { attemptPodName, makeRecord } from './attempt-plan.ts';
import type { LaunchDeps } from './deps.ts';
import type { PreparedTask } from './prepare/prepare-task.ts';

/** Warnings beyond this number are counted in the log alone. */
const maxWarnings = 20;

/** What a message wants to claim. */
export interface ClaimRequest {
  message: MessageIdentity;
  /** The task as it was published. */
  published: unknown;
  prepared: PreparedTask;
  /** Default: the first. */
  tryNumber?: number;
  /** What an earlier attempt has left; default: what the task says. */
  retries?: Retries | undefined;
}

/** Who holds the attempt now: this delivery since `startedAt` (monotonic milliseconds), or the claim that was found. */
export type Claimed<C> =
  | { kind: 'made'; claim: C; startedAt: number }
  | { kind: 'found'; claim: Claim | ClusterClaim }
  /** The marker is there now, though nothing is open. */
  | { kind: 'rejected'; claim: RejectedClaim; marker: string };

/** claimAttempt takes an attempt of a run for this message's Pod; see {@link takeClaim}. */
export function claimAttempt(
  request: ClaimRequest,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<Claimed<Claim>> {
  return takeClaim(makeClaim(request, deps), deps, signal);
}

/** takeClaim writes marker, then claim, both create-only, and reads nothing unless the claim is there already (invariant I2). */
export async function takeClaim<C extends Claim | ClusterClaim>(
  claim: C,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<Claimed<C>> {
  const attempt = attemptOf(claim.record);
  const marker = openMarker(claim.record.scope, attempt);
  const json = { contentType: 'application/json', signal };
  await deps.store.create(marker, JSON.stringify({ message_id: claim.message_id }), json);
  const startedAt = deps.clock.monotonicMs();
  const { launch } = attemptObjects(attempt);
  const { created } = await deps.store.create(launch, `${JSON.stringify(claim)}\n`, json);
  if (created) return { kind: 'made', claim, startedAt };
  const found = await readClaim(attempt, deps.store, signal);
  return 'rejected' in found ? { kind: 'rejected', claim: found, marker } : { kind: 'found', claim: found };
}

/** readClaim reads the claim of an attempt that is known to have one. */
export async function readClaim(
  attempt: Attempt,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<AnyClaim> {
  const { launch } = attemptObjects(attempt);
  const object = await store.read(launch, signal);
  if (object === undefined) {
    throw new TaskpodError('storage_unavailable', `${launch} was there and is gone`, { retryable: true });
  }
  return parseAnyClaim(object.body.toString('utf8'));
}

/** claimingMessage is the fields by which a claim names its message. */
export function claimingMessage({ messageId, publishTime }: MessageIdentity) {
  return { message_id: messageId, ...(publishTime === undefined ? {} : { published_at: publishTime }) };
}

function makeClaim(request: ClaimRequest, deps: LaunchDeps): Claim {
  const { message, published, prepared, tryNumber = 1, retries } = request;
  const { settings, clock } = deps;
  const { bucket, shards, infrastructureRetries } = settings;
  const { task, pod, run, cluster, namespace, warnings } = prepared;
  const attempt = { ...run, tryNumber };
  const scope = scopeName(cluster, bucket, shardOf(run, shards));
  const nowMs = clock.now();
  const name = attemptPodName(pod, attempt, bucket);
  return {
    version: 1,
    ...claimingMessage(message),
    claimed_at: isoTime(nowMs),
    record: makeRecord({ task, pod, attempt, scope, nowMs, retries, infrastructureRetries }),
    pod: { cluster, namespace, name },
    task: published,
    ...(warnings.length === 0 ? {} : { warnings: warnings.slice(0, maxWarnings) }),
  };
}
