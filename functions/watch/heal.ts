import { z } from 'zod';
import { attemptToFields } from '../../shared/attempt-fields.ts';
import type { Claim, ClusterClaim } from '../../shared/claim.ts';
import { parseDocument } from '../../shared/document.ts';
import { errorMessage } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { attemptObjects, parseAttemptObject } from '../../shared/object-names.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import { type Attempt, formatRun } from '../../shared/run.ts';
import { finishAttempt } from './attempt/finish-attempt.ts';
import { followAttempt } from './attempt/follow-attempt.ts';
import type { TurnDeps, WatchDeps } from './deps.ts';
import { type DueRetries, publishRetry } from './due-retries.ts';
import { decideHealing, type PlainHealing, youngUntilMs } from './heal-decision.ts';
import { readHealFacts } from './heal-facts.ts';
import { PodUpdates } from './pod-updates.ts';

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
export function healMarkers(
  markers: readonly ObjectInfo[],
  context: HealContext,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  return healEach(markers, context, deps, signal, (attempt, marker) =>
    healAttempt(attempt, marker, context, deps, signal),
  );
}

/** healEach goes through the markers that nobody follows and no launch may be on its way for; `heal` tells what it has done. */
export async function healEach(
  markers: readonly ObjectInfo[],
  { isFollowed }: Pick<HealContext, 'isFollowed'>,
  deps: Pick<TurnDeps, 'clock' | 'log'>,
  signal: AbortSignal,
  heal: (attempt: Attempt, marker: ObjectInfo) => Promise<string | undefined>,
): Promise<void> {
  for (const marker of markers) {
    const parsed = parseAttemptObject(marker.name);
    if (!parsed || isFollowed(marker.name)) continue;
    const { attempt } = parsed;
    if (youngUntilMs({ attempt, marker, nowMs: deps.clock.now() }) !== undefined) continue;
    if (signal.aborted) return;
    const run = formatRun(attempt);
    try {
      const done = await heal(attempt, marker);
      if (done) deps.log('NOTICE', `healed: ${done}`, { run, try_number: attempt.tryNumber });
    } catch (error) {
      if (signal.aborted) return;
      deps.log('ERROR', 'healing an attempt failed', { run, error: errorMessage(error) });
    }
  }
}

/** Does what is decided. Returns what was done, or undefined when nothing had to be. */
async function healAttempt(
  attempt: Attempt,
  marker: ObjectInfo,
  { retries, followUnlabelled }: HealContext,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const healing = decideHealing(await readHealFacts(attempt, marker, deps, signal));
  switch (healing.kind) {
    case 'follow unlabelled':
      followUnlabelled(healing.pod);
      return 'a Pod is followed that has lost the label of its scope';
    case 'finish': {
      const { outcome, claim, pod } = healing;
      if (claim) await finishAttempt(outcome, claim.record, pod, deps, signal);
      else await deps.store.remove(marker.name, { signal });
      return 'what follows an outcome was not done to its end';
    }
    case 'end as lost':
      await followLostPod(healing.claim, attempt, deps, signal);
      return 'the Pod was lost';
    default:
      return healPlainly(healing, attempt, marker, retries, deps, signal);
  }
}

/** healPlainly does what is done alike about the marker of a Pod and of an operation. Returns what was done, or undefined. */
export async function healPlainly(
  healing: PlainHealing,
  attempt: Attempt,
  marker: ObjectInfo,
  retries: HealContext['retries'],
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  switch (healing.kind) {
    case 'nothing':
      return undefined;
    case 'wait for retry':
      retries.add(attempt, healing.retry);
      return undefined;
    case 'remove marker':
      await deps.store.remove(marker.name, { ifGeneration: marker.generation, signal });
      return healing.why;
    case 'start retry':
      await publishRetry(attempt, attempt.tryNumber, deps, signal);
      return healing.why;
    case 'launch again':
      await launchAgain(healing.claim, attempt, deps, signal);
      return 'the task is published again, because its launch was never finished';
  }
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

/** Watch may not create anything: the task goes through launch again, which finds the claim and continues it. */
async function launchAgain(
  claim: Claim | ClusterClaim,
  attempt: Attempt,
  deps: Pick<TurnDeps, 'publisher' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  const { dag_id, run_id } = attemptToFields(attempt);
  const task = z.record(z.string(), z.unknown()).parse(claim.task);
  const data = JSON.stringify({ ...task, dag_id, run_id });
  await deps.publisher.publish(deps.settings.tasksTopic, [{ data }], signal);
}
