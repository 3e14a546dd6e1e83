import { z } from 'zod';
import { attemptToFields } from '../../shared/attempt-fields.ts';
import { isPodOf } from '../../shared/attempt-record.ts';
import { type Claim, claimSchema, rejectedClaimSchema } from '../../shared/claim.ts';
import { parseDocument } from '../../shared/document.ts';
import { errorMessage } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker, parseAttemptObject } from '../../shared/object-names.ts';
import { scopeLabel } from '../../shared/pod-labels.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import { type Attempt, formatRun } from '../../shared/run.ts';
import { finishAttempt } from './attempt/finish-attempt.ts';
import { followAttempt } from './attempt/follow-attempt.ts';
import { recoverAttempt } from './attempt/recover-attempt.ts';
import type { WatchDeps } from './deps.ts';
import { type DueRetries, publishRetry } from './due-retries.ts';
import { healRetry } from './heal-retry.ts';
import { isDue } from './is-due.ts';
import { PodUpdates } from './pod-updates.ts';

/** Younger markers belong to a launch that may still be on its way. */
const healAfterMs = 60_000;
/** A marker without a claim is of a message that Pub/Sub no longer has (retention: 7 days by default). */
const staleMarkerMs = 8 * 24 * 3_600_000;

const anyClaim = z.union([claimSchema, rejectedClaimSchema]);

/** What a Turn looks after already. */
export interface HealContext {
  isFollowed: (marker: string) => boolean;
  /** Takes in a Pod that no watch shows. */
  followUnlabelled: (pod: Pod) => void;
  /** Takes in the retries whose time comes within the Turn. */
  retries: Pick<DueRetries, 'add'>;
}

/**
 * healMarkers mends what half-done steps have left: markers in `open/` that no follower looks after. Done under the
 * scope's lease. One marker that cannot be mended does not keep the others from it.
 */
export async function healMarkers(
  markers: readonly ObjectInfo[],
  context: HealContext,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const marker of markers) {
    const ageMs = deps.clock.now() - Date.parse(marker.updatedAt);
    const parsed = parseAttemptObject(marker.name);
    if (!parsed || context.isFollowed(marker.name)) continue;
    // A retry waits for its time, and is no launch on its way.
    if (ageMs < healAfterMs && parsed.attempt.tryNumber === 1) continue;
    if (signal.aborted) return;
    const run = formatRun(parsed.attempt);
    try {
      const done = await healAttempt(parsed.attempt, marker, { ...context, ageMs }, deps, signal);
      if (done) deps.log('NOTICE', `healed: ${done}`, { run, try_number: parsed.attempt.tryNumber });
    } catch (error) {
      if (signal.aborted) return;
      deps.log('ERROR', 'healing an attempt failed', { run, error: errorMessage(error) });
    }
  }
}

/** Returns what was done, or undefined when nothing had to be. */
async function healAttempt(
  attempt: Attempt,
  marker: ObjectInfo,
  { ageMs, retries, followUnlabelled }: HealContext & { ageMs: number },
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const claim = await readClaim(attempt, deps, signal);
  if (claim && openMarker(claim.record.scope, attempt) !== marker.name) {
    // Left by a message that found the claim of another cluster or number of shards: that one's marker stands in its own scope.
    await deps.store.remove(marker.name, { ifGeneration: marker.generation, signal });
    return 'a marker is removed whose attempt is of another scope';
  }
  // From here a Pod on another cluster looks as if it were not there.
  if (claim && claim.pod.cluster !== deps.settings.cluster) return undefined;
  // The Pod first, then what is written: in this order "no Pod, nothing written" proves that there has been none (I2).
  const pod = claim && (await readPod(claim, attempt, deps, signal));
  const written = await recoverAttempt(deps.store, attempt, signal);
  if (written.outcome) {
    if (claim) await finishAttempt(written.outcome, claim.record, pod, deps, signal);
    else await deps.store.remove(marker.name, { signal });
    return 'what follows an outcome was not done to its end';
  }
  if (!claim && attempt.tryNumber > 1) return healRetry(attempt, marker, retries, deps, signal);
  if (!claim) {
    if (ageMs < staleMarkerMs) return undefined;
    await deps.store.remove(marker.name, { ifGeneration: marker.generation, signal });
    return 'a stale marker is removed';
  }
  if (pod) {
    if (pod.metadata.labels?.[scopeLabel] === claim.record.scope) return undefined;
    followUnlabelled(pod);
    return 'a Pod is followed that has lost the label of its scope';
  }
  if (written.podSeen) {
    // Posted and seen since the first look? Only a look after the sight proves that the Pod is gone.
    if (await readPod(claim, attempt, deps, signal)) return undefined;
    await followLostPod(claim, attempt, deps, signal);
    return 'the Pod was lost';
  }
  if (!isDue(ageMs)) return undefined;
  await launchAgain(claim, attempt, deps, signal);
  return 'the task is published again, because its launch was never finished';
}

/** The claim; undefined when there is none, or one of a rejected task, which names no Pod. */
async function readClaim(attempt: Attempt, deps: WatchDeps, signal: AbortSignal): Promise<Claim | undefined> {
  const object = await deps.store.read(attemptObjects(attempt).launch, signal);
  if (!object) return undefined;
  const claim = parseDocument(anyClaim, object.body.toString('utf8'), 'launch.json');
  return 'rejected' in claim ? undefined : claim;
}

/** The attempt's Pod; another's that has its name does not count. */
async function readPod(
  { pod }: Claim,
  attempt: Attempt,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<Pod | undefined> {
  const found = await deps.pods.read(pod.namespace, pod.name, signal);
  return found && isPodOf(found, attempt) ? found : undefined;
}

/** A Pod that was seen and is gone without an outcome: its attempt is followed to its end as any other's (I2). */
async function followLostPod(
  claim: Claim,
  attempt: Attempt,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const sight = await deps.store.read(attemptObjects(attempt).pod, signal);
  const updates = new PodUpdates(lostPod(claim, sight?.body.toString('utf8')));
  updates.markGone();
  await followAttempt(claim.record, updates, deps, { signal, handover: signal });
}

function lostPod({ pod: { name, namespace }, record }: Claim, sight: string | undefined): Pod {
  const names = new Set([...record.log_containers, record.base_container]);
  return {
    metadata: {
      name,
      namespace,
      uid: uidIn(sight),
      resourceVersion: '',
      creationTimestamp: record.queued_at,
    },
    spec: { containers: [...names].map(container => ({ name: container })) },
    status: {},
  };
}

/** The uid only informs: a sight that cannot be read must not keep the attempt from its outcome. */
function uidIn(sight: string | undefined): string {
  try {
    return parseDocument(z.object({ uid: z.string() }), sight ?? '', 'pod.json').uid;
  } catch {
    return '';
  }
}

/** Watch may not create Pods: the task goes through launch again, which finds the claim and continues it. */
async function launchAgain(
  claim: Claim,
  attempt: Attempt,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  if (attempt.tryNumber > 1) return publishRetry(attempt, attempt.tryNumber, deps, signal);
  const { dag_id, run_id } = attemptToFields(attempt);
  const task = z.record(z.string(), z.unknown()).parse(claim.task);
  const data = JSON.stringify({ ...task, dag_id, run_id });
  await deps.publisher.publish(deps.settings.tasksTopic, [{ data }], signal);
}
