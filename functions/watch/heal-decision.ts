import { type Claim, type ClusterClaim, isClusterClaim } from '../../shared/claim.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { openMarker } from '../../shared/object-names.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { scopeLabel } from '../../shared/pod-labels.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import type { PlannedRetry } from '../../shared/retries.ts';
import type { Attempt } from '../../shared/run.ts';
import { isDue, nextDueMs } from './is-due.ts';

/** Younger markers belong to a launch that may still be on its way. */
const healAfterMs = 60_000;
/** A marker without a claim is of a message that Pub/Sub no longer has (retention: 7 days by default). */
const staleMarkerMs = 8 * 24 * 3_600_000;

/** All that a decision about a marker is made from, as far as it had to be read. */
export interface HealFacts {
  attempt: Attempt;
  marker: Pick<ObjectInfo, 'name' | 'updatedAt'>;
  nowMs: number;
  /** That of the scope. */
  cluster: string;
  /** Undefined when there is none, or one of a rejected task, which names no Pod. */
  claim: Claim | ClusterClaim | undefined;
  /** The attempt's Pod, looked for before what is written (I2). */
  pod: Pod | undefined;
  outcome: Outcome | undefined;
  /** What is written tells that there has been a Pod. */
  podSeen: boolean;
  /** The Pod, looked for once more because it was seen: only then its absence proves that it is gone. */
  podAfterSight: Pod | undefined;
  /** Outcome of the attempt before, for one that nobody has claimed. */
  outcomeBefore: Outcome | undefined;
}

/**
 * What is done about a marker, of a Pod or of an operation; `why` is a sentence for a person, `untilMs` when it is looked at again at the
 * earliest.
 */
export type PlainHealing =
  | { kind: 'nothing'; why: string; untilMs?: number }
  /** Not its time yet. */
  | { kind: 'wait for retry'; retry: PlannedRetry }
  | { kind: 'start retry'; why: string }
  | { kind: 'launch again'; claim: Claim | ClusterClaim }
  | { kind: 'remove marker'; why: string };

/** What is done about the marker of a Pod. */
export type Healing =
  | PlainHealing
  | { kind: 'end as lost'; claim: Claim }
  /** No watch shows a Pod without the label of its scope. */
  | { kind: 'follow unlabelled'; pod: Pod }
  /** What follows an outcome; without a claim only the marker goes. */
  | { kind: 'finish'; outcome: Outcome; claim: Claim | undefined; pod: Pod | undefined };

/** youngUntilMs tells until when a marker is left to the launch that has written it; undefined when that time is over. */
export function youngUntilMs({ attempt, marker, nowMs }: Pick<HealFacts, 'attempt' | 'marker' | 'nowMs'>) {
  const untilMs = Date.parse(marker.updatedAt) + healAfterMs;
  // A retry waits for its time, and is no launch on its way.
  return attempt.tryNumber === 1 && nowMs < untilMs ? untilMs : undefined;
}

/** claimHere is the claim; 'elsewhere' when it leads to another scope or cluster: then nothing more has to be read. */
export function claimHere({
  attempt,
  marker,
  cluster,
  claim,
}: Pick<HealFacts, 'attempt' | 'marker' | 'cluster' | 'claim'>): Claim | undefined | 'elsewhere' {
  if (claim === undefined) return undefined;
  if (openMarker(claim.record.scope, attempt) !== marker.name || isClusterClaim(claim)) return 'elsewhere';
  return claim.pod.cluster === cluster ? claim : 'elsewhere';
}

/** decideHealing decides what is done about a marker that no follower looks after. Pure. */
export function decideHealing(facts: HealFacts): Healing {
  const { pod, outcome } = facts;
  const claim = claimHere(facts);
  if (claim === 'elsewhere') return decideElsewhere(facts);
  if (outcome) return { kind: 'finish', outcome, claim, pod };
  if (!claim) return decideUnclaimed(facts);
  if (pod && pod.metadata.labels?.[scopeLabel] !== claim.record.scope)
    return { kind: 'follow unlabelled', pod };
  if (pod || facts.podAfterSight) return { kind: 'nothing', why: 'its Pod is there: the watch follows it' };
  if (facts.podSeen) return { kind: 'end as lost', claim };
  return decideUnfinished(claim, facts);
}

/** decideForeign decides about the marker of a claim that stands in another scope; undefined when it stands in this one. */
export function decideForeign({
  attempt,
  marker,
  claim,
}: Pick<HealFacts, 'attempt' | 'marker' | 'claim'>): PlainHealing | undefined {
  if (claim === undefined || openMarker(claim.record.scope, attempt) === marker.name) return undefined;
  // Left by a message that found the claim of another cluster or number of shards: that one's marker stands in its own scope.
  return { kind: 'remove marker', why: 'a marker is removed whose attempt is of another scope' };
}

function decideElsewhere(facts: HealFacts): PlainHealing {
  // From here a Pod on another cluster looks as if it were not there.
  const why = 'its Pod is on another cluster than that of its scope';
  return decideForeign(facts) ?? { kind: 'nothing', why };
}

/** What a decision about a marker needs that nobody has claimed, or whose launch was never finished. */
type MarkerFacts = Pick<HealFacts, 'attempt' | 'marker' | 'nowMs'>;

/** decideUnclaimed decides about the marker of an attempt that nobody has claimed. */
export function decideUnclaimed(facts: MarkerFacts & Pick<HealFacts, 'outcomeBefore'>): PlainHealing {
  if (facts.attempt.tryNumber > 1) return decideRetry(facts);
  const untilMs = Date.parse(facts.marker.updatedAt) + staleMarkerMs;
  if (facts.nowMs >= untilMs) return { kind: 'remove marker', why: 'a stale marker is removed' };
  const why = 'nobody has claimed it: its message may still come';
  return { kind: 'nothing', why, untilMs };
}

/** decideUnfinished decides about an attempt that was claimed, and for which nothing was started. */
export function decideUnfinished(
  claim: Claim | ClusterClaim,
  { attempt, marker, nowMs }: MarkerFacts,
): PlainHealing {
  const ageMs = nowMs - Date.parse(marker.updatedAt);
  if (!isDue(ageMs)) {
    const why = 'its launch was never finished; its task was published again before';
    return { kind: 'nothing', why, untilMs: nowMs - ageMs + nextDueMs(ageMs) };
  }
  if (attempt.tryNumber === 1) return { kind: 'launch again', claim };
  return {
    kind: 'start retry',
    why: 'the task is published again, because its launch was never finished',
  };
}

/** The marker of a second or later attempt that nobody has claimed: it was planned when the attempt before failed. */
function decideRetry({
  attempt,
  nowMs,
  outcomeBefore,
}: Pick<HealFacts, 'attempt' | 'nowMs' | 'outcomeBefore'>): PlainHealing {
  // The marker precedes the outcome: whoever writes it may be about to write the other.
  if (outcomeBefore === undefined) return { kind: 'nothing', why: 'the attempt before has no outcome yet' };
  const { retry } = outcomeBefore;
  if (retry?.try_number !== attempt.tryNumber) {
    return { kind: 'remove marker', why: 'a marker is removed, because no retry is planned' };
  }
  const atMs = Date.parse(retry.at);
  const overdueMs = nowMs - atMs;
  if (overdueMs < 0) return { kind: 'wait for retry', retry };
  if (overdueMs >= 60_000 && !isDue(overdueMs)) {
    const why = 'the retry was asked for before';
    return { kind: 'nothing', why, untilMs: atMs + nextDueMs(overdueMs) };
  }
  return { kind: 'start retry', why: 'a retry that is due is published' };
}
