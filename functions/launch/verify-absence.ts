import { attemptOf, isPodOf } from '../../shared/attempt-record.ts';
import type { Claim } from '../../shared/claim.ts';
import { attemptObjects, attemptPrefix } from '../../shared/object-names.ts';
import { recordPodSight } from '../../shared/pod-sight.ts';
import type { StartDeps } from './deps.ts';

/** What is known of a claimed attempt whose launch may have got anywhere. */
export type Trace =
  /**
   * No Pod of this attempt has come and gone before `provenAt`; `unheardAt`: when the events were listed that tell of none (both
   * monotonic milliseconds).
   */
  | { kind: 'nothing'; provenAt: number; unheardAt: number }
  /** The same, and somebody wants the attempt to end: no Pod is to be made. */
  | { kind: 'cancelled' }
  /** The attempt's Pod exists. */
  | { kind: 'ours' }
  /** A Pod of this name exists that is not the attempt's. */
  | { kind: 'taken' }
  /** There is no Pod, and the attempt has its outcome. */
  | { kind: 'ended' }
  /** There is no Pod and no outcome, but there has been a Pod. */
  | { kind: 'seen' };

/** The clocks of the cluster and of the functions may be so far apart. */
const maxSkewMs = 300_000;

/** How long events that were listed may be relied upon by the same delivery; docs/adr/0021. */
const maxUnheardAgeMs = 10_000;

/**
 * verifyAbsence reads the Pod first, and then what Turns have written. In this order, because a Turn writes at its first
 * sight of a Pod and an outcome precedes the deletion: "no Pod, then nothing written" proves that none has come and gone
 * (invariant I2). But for one that somebody else deletes before a Turn has seen it: of that the cluster's events tell, and what they tell
 * is written down for the Turn (docs/adr/0021). `unheardBefore`: when this delivery has listed them last. They are not listed again soon: an
 * API server that is busy takes long over them, and would be kept busy by it.
 */
export async function verifyAbsence(
  claim: Claim,
  deps: StartDeps,
  signal: AbortSignal,
  unheardBefore?: number,
): Promise<Trace> {
  const attempt = attemptOf(claim.record);
  const provenAt = deps.clock.monotonicMs();
  const pod = await deps.pods.read(claim.pod.namespace, claim.pod.name, signal);
  if (pod !== undefined) return { kind: isPodOf(pod, attempt) ? 'ours' : 'taken' };
  const { launch, cancel, outcome } = attemptObjects(attempt);
  const written: string[] = [];
  for await (const { name } of deps.store.list(attemptPrefix(attempt), { signal })) written.push(name);
  if (written.includes(outcome)) return { kind: 'ended' };
  if (written.some(name => name !== launch && name !== cancel)) return { kind: 'seen' };
  const isCancelled = written.includes(cancel);
  const now = deps.clock.monotonicMs();
  if (unheardBefore !== undefined && now - unheardBefore < maxUnheardAgeMs)
    return isCancelled ? { kind: 'cancelled' } : { kind: 'nothing', provenAt, unheardAt: unheardBefore };
  if (await recordUnseen(claim, deps, signal)) return { kind: 'seen' };
  return isCancelled ? { kind: 'cancelled' } : { kind: 'nothing', provenAt, unheardAt: now };
}

/** Records the sight of a Pod that only the cluster's events know; false when they know of none. */
async function recordUnseen(claim: Claim, deps: StartDeps, signal: AbortSignal): Promise<boolean> {
  const { namespace, name } = claim.pod;
  const heard = await deps.pods.heardOf(namespace, name, signal);
  // The name is this attempt's alone, but a run may have been here before, and its bucket emptied since.
  if (heard === undefined || Date.parse(heard.at) < Date.parse(claim.claimed_at) - maxSkewMs) return false;
  await recordPodSight(attemptOf(claim.record), { uid: heard.uid, namespace, name }, deps, signal);
  return true;
}
