import { attemptOf, isPodOf } from '../../shared/attempt-record.ts';
import type { Claim } from '../../shared/claim.ts';
import { attemptObjects, attemptPrefix } from '../../shared/object-names.ts';
import type { StartDeps } from './deps.ts';

/** What is known of a claimed attempt whose launch may have got anywhere. */
export type Trace =
  /** No Pod of this attempt has come and gone before `provenAt` (monotonic milliseconds). */
  | { kind: 'nothing'; provenAt: number }
  /** The attempt's Pod exists. */
  | { kind: 'ours' }
  /** A Pod of this name exists that is not the attempt's. */
  | { kind: 'taken' }
  /** There is no Pod, and the attempt has its outcome. */
  | { kind: 'ended' }
  /** There is no Pod and no outcome, but a Turn has seen the Pod. */
  | { kind: 'seen' };

/**
 * verifyAbsence reads the Pod first, and then what Turns have written. In this order, because a Turn writes at its first
 * sight of a Pod and an outcome precedes the deletion: "no Pod, then nothing written" proves that none has come and gone
 * (invariant I2).
 */
export async function verifyAbsence(claim: Claim, deps: StartDeps, signal: AbortSignal): Promise<Trace> {
  const attempt = attemptOf(claim.record);
  const provenAt = deps.clock.monotonicMs();
  const pod = await deps.pods.read(claim.pod.namespace, claim.pod.name, signal);
  if (pod !== undefined) return { kind: isPodOf(pod, attempt) ? 'ours' : 'taken' };
  const { launch, cancel, outcome } = attemptObjects(attempt);
  const written: string[] = [];
  for await (const { name } of deps.store.list(attemptPrefix(attempt), { signal })) written.push(name);
  if (written.includes(outcome)) return { kind: 'ended' };
  return written.some(name => name !== launch && name !== cancel)
    ? { kind: 'seen' }
    : { kind: 'nothing', provenAt };
}
