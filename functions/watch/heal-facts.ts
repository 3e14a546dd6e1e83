import { z } from 'zod';
import { isPodOf } from '../../shared/attempt-record.ts';
import { type Claim, claimSchema, rejectedClaimSchema } from '../../shared/claim.ts';
import { parseDocument } from '../../shared/document.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { parseOutcome } from '../../shared/outcome.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/ports/store.ts';
import type { Attempt } from '../../shared/run.ts';
import { recoverAttempt } from './attempt/recover-attempt.ts';
import { type HealFacts, isElsewhere } from './heal-decision.ts';

/** What the facts about markers are read from; all of it is only read. */
export interface FactDeps {
  store: Pick<ObjectStore, 'read' | 'list'>;
  /** Of the scope's cluster. */
  pods: Pick<Pods, 'read'>;
  clock: { now(): number };
  settings: { cluster: string };
}

const anyClaim = z.union([claimSchema, rejectedClaimSchema]);

/** readHealFacts reads what a decision about a marker needs, and changes nothing. */
export async function readHealFacts(
  attempt: Attempt,
  marker: ObjectInfo,
  deps: FactDeps,
  signal: AbortSignal,
): Promise<HealFacts> {
  const claim = await readClaim(attempt, deps, signal);
  const facts = {
    attempt,
    marker,
    nowMs: deps.clock.now(),
    cluster: deps.settings.cluster,
    claim,
    pod: undefined,
    outcome: undefined,
    podSeen: false,
    podAfterSight: undefined,
    outcomeBefore: undefined,
  };
  if (isElsewhere(facts)) return facts;
  // The Pod first, then what is written: in this order "no Pod, nothing written" proves that there has been none (I2).
  const pod = claim && (await readPod(claim, attempt, deps, signal));
  const { outcome, podSeen } = await recoverAttempt(deps.store, attempt, signal);
  const read = { ...facts, pod, outcome, podSeen };
  if (outcome || pod) return read;
  // Posted and seen since the first look?
  if (claim && podSeen) return { ...read, podAfterSight: await readPod(claim, attempt, deps, signal) };
  if (claim || attempt.tryNumber === 1) return read;
  const before = attemptObjects({ ...attempt, tryNumber: attempt.tryNumber - 1 });
  const stored = await deps.store.read(before.outcome, signal);
  return { ...read, outcomeBefore: stored && parseOutcome(stored.body.toString('utf8')) };
}

async function readClaim(attempt: Attempt, deps: FactDeps, signal: AbortSignal): Promise<Claim | undefined> {
  const object = await deps.store.read(attemptObjects(attempt).launch, signal);
  if (!object) return undefined;
  const claim = parseDocument(anyClaim, object.body.toString('utf8'), 'launch.json');
  return 'rejected' in claim ? undefined : claim;
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
