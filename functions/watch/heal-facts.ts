import { isPodOf } from '../../shared/attempt-record.ts';
import { type Claim, type ClusterClaim, parseAnyClaim } from '../../shared/claim.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../shared/outcome.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/ports/store.ts';
import type { Attempt } from '../../shared/run.ts';
import { recoverAttempt } from './attempt/recover-attempt.ts';
import { claimHere, type HealFacts } from './heal-decision.ts';

/** What the facts about markers are read from; all of it is only read. */
export interface FactDeps {
  store: Pick<ObjectStore, 'read' | 'list'>;
  /** Of the scope's cluster. */
  pods: Pick<Pods, 'read'>;
  clock: { now(): number };
  settings: { cluster: string };
}

/** readHealFacts reads what a decision about a marker needs, and changes nothing. */
export async function readHealFacts(
  attempt: Attempt,
  marker: ObjectInfo,
  deps: FactDeps,
  signal: AbortSignal,
): Promise<HealFacts> {
  const found = await readClaim(attempt, deps.store, signal);
  const facts = {
    attempt,
    marker,
    nowMs: deps.clock.now(),
    cluster: deps.settings.cluster,
    claim: found,
    pod: undefined,
    outcome: undefined,
    podSeen: false,
    podAfterSight: undefined,
    outcomeBefore: undefined,
  };
  const claim = claimHere(facts);
  if (claim === 'elsewhere') return facts;
  // The Pod first, then what is written: in this order "no Pod, nothing written" proves that there has been none (I2).
  const pod = claim && (await readPod(claim, attempt, deps, signal));
  const { outcome, podSeen } = await recoverAttempt(deps.store, attempt, signal);
  const read = { ...facts, pod, outcome, podSeen };
  if (outcome || pod) return read;
  // Posted and seen since the first look?
  if (claim && podSeen) return { ...read, podAfterSight: await readPod(claim, attempt, deps, signal) };
  if (claim) return read;
  return { ...read, outcomeBefore: await readOutcomeBefore(attempt, deps.store, signal) };
}

/** readClaim gives the claim; undefined when there is none, or one of a rejected task, which names no Pod. */
export async function readClaim(
  attempt: Attempt,
  store: FactDeps['store'],
  signal: AbortSignal,
): Promise<Claim | ClusterClaim | undefined> {
  const object = await store.read(attemptObjects(attempt).launch, signal);
  if (!object) return undefined;
  const claim = parseAnyClaim(object.body.toString('utf8'));
  return 'rejected' in claim ? undefined : claim;
}

/** readOutcomeBefore gives the outcome of the attempt before; undefined when it has none yet, or there was no attempt before. */
export async function readOutcomeBefore(
  attempt: Attempt,
  store: FactDeps['store'],
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  if (attempt.tryNumber === 1) return undefined;
  const before = attemptObjects({ ...attempt, tryNumber: attempt.tryNumber - 1 });
  const stored = await store.read(before.outcome, signal);
  return stored && parseOutcome(stored.body.toString('utf8'));
}

/** The attempt's Pod; another's that has its name does not count. */
async function readPod(
  { pod }: Claim,
  attempt: Attempt,
  deps: FactDeps,
  signal: AbortSignal,
): Promise<Pod | undefined> {
  const found = await deps.pods.read(pod.namespace, pod.name, signal);
  return found && isPodOf(found, attempt) ? found : undefined;
}
