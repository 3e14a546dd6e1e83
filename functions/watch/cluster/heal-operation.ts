import { type ClusterClaim, isClusterClaim } from '../../../shared/claim.ts';
import { attemptObjects, attemptPrefix } from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import type { ObjectInfo, ObjectStore } from '../../../shared/ports/store.ts';
import type { Attempt } from '../../../shared/run.ts';
import { announceOutcome } from '../attempt/finish-attempt.ts';
import type { OperationDeps } from '../deps.ts';
import { type HealContext, healPlainly } from '../heal.ts';
import {
  decideForeign,
  decideUnclaimed,
  decideUnfinished,
  type HealFacts,
  type PlainHealing,
} from '../heal-decision.ts';
import { readClaim, readOutcomeBefore } from '../heal-facts.ts';

/** All that a decision about the marker of an operation is made from. */
export interface OperationFacts
  extends Pick<HealFacts, 'attempt' | 'marker' | 'nowMs' | 'claim' | 'outcome'> {
  /** What is known of the request that was sent: the text of operation.json. */
  sent: string | undefined;
  /** Of an attempt that nobody has claimed. */
  outcomeBefore: Outcome | undefined;
}

/** What is done about the marker of an operation. */
type OperationHealing =
  | PlainHealing
  /** The Turn's watcher looks after what was sent, to its end. */
  | { kind: 'follow'; claim: ClusterClaim; sent: string; outcome: Outcome | undefined }
  /** What follows an outcome; without a claim only the marker goes. */
  | { kind: 'finish'; outcome: Outcome; claim: ClusterClaim | undefined };

/** readOperationFacts reads what a decision about the marker of an operation needs, and changes nothing. */
export async function readOperationFacts(
  attempt: Attempt,
  marker: ObjectInfo,
  { store, clock }: { store: Pick<ObjectStore, 'read' | 'list'>; clock: { now(): number } },
  signal: AbortSignal,
): Promise<OperationFacts> {
  const claim = await readClaim(attempt, store, signal);
  const names = attemptObjects(attempt);
  const objects = await Array.fromAsync(store.list(attemptPrefix(attempt), { signal }));
  const textOf = async (name: string): Promise<string | undefined> => {
    if (!objects.some(object => object.name === name)) return undefined;
    return (await store.read(name, signal))?.body.toString('utf8');
  };
  const outcome = await textOf(names.outcome);
  return {
    attempt,
    marker,
    nowMs: clock.now(),
    claim,
    sent: await textOf(names.operation),
    outcome: outcome === undefined ? undefined : parseOutcome(outcome),
    outcomeBefore: claim ? undefined : await readOutcomeBefore(attempt, store, signal),
  };
}

/** decideOperationHealing decides what is done about the marker of an operation. Pure. */
export function decideOperationHealing(facts: OperationFacts): OperationHealing {
  const { claim, sent, outcome } = facts;
  const foreign = decideForeign(facts);
  if (foreign) return foreign;
  if (claim && !isClusterClaim(claim)) {
    return { kind: 'nothing', why: 'its claim is that of a Pod, in the scope of the operations' };
  }
  if (claim && sent !== undefined) return { kind: 'follow', claim, sent, outcome };
  if (outcome) return { kind: 'finish', outcome, claim };
  return claim ? decideUnfinished(claim, facts) : decideUnclaimed(facts);
}

/**
 * healOperation mends what half-done steps have left of a cluster operation whose request was not sent, as far as is known. Returns what
 * was done, or undefined when nothing had to be.
 */
export async function healOperation(
  attempt: Attempt,
  marker: ObjectInfo,
  retries: HealContext['retries'],
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const healing = decideOperationHealing(await readOperationFacts(attempt, marker, deps, signal));
  switch (healing.kind) {
    case 'follow':
      // What was sent is followed, or has failed for a reason that the next Turn may not meet.
      return undefined;
    case 'finish': {
      const { outcome, claim } = healing;
      if (claim) await announceOutcome(outcome, claim.record, deps, signal);
      await deps.store.remove(marker.name, { signal });
      return 'what follows an outcome was not done to its end';
    }
    default:
      return healPlainly(healing, attempt, marker, retries, deps, signal);
  }
}
