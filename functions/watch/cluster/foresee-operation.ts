import { parseSentOperation } from '../../../shared/cluster-operation.ts';
import { errorMessage, isAbort } from '../../../shared/errors.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import type { Clock } from '../../../shared/time.ts';
import { type Foreseen, type OpenMarker, type Told, toldEnd, toldPlainly } from '../foreseen.ts';
import { youngUntilMs } from '../heal-decision.ts';
import { isUnknown } from './follow-operation.ts';
import { decideOperationHealing, readOperationFacts } from './heal-operation.ts';

/**
 * foreseeOperation tells what the Turn of the operations would do about a marker, from what is written alone: GKE is not asked, so how an
 * operation stands is not told.
 */
export async function foreseeOperation(
  { scope, attempt, marker }: OpenMarker,
  deps: { store: Pick<ObjectStore, 'read' | 'list'>; clock: Clock },
  signal: AbortSignal,
): Promise<Foreseen> {
  const of = { scope, attempt };
  try {
    const facts = await readOperationFacts(attempt, marker, deps, signal);
    const healing = decideOperationHealing(facts);
    if (healing.kind === 'follow') return { ...of, ...toldFollowed(healing) };
    const untilMs = youngUntilMs(facts);
    if (untilMs !== undefined) {
      return { ...of, action: 'nothing', why: 'its launch may still be on its way', atMs: untilMs };
    }
    if (healing.kind === 'finish') return { ...of, ...toldEnd(healing.outcome, healing.claim) };
    return { ...of, ...toldPlainly(healing, facts.nowMs) };
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw error;
    return { ...of, action: 'unknown', why: errorMessage(error) };
  }
}

function toldFollowed({
  claim,
  sent,
  outcome,
}: Extract<ReturnType<typeof decideOperationHealing>, { kind: 'follow' }>): Told {
  const { name } = claim.gke_cluster;
  if (outcome === undefined) {
    return { action: 'watch_operation', why: `the Turn follows its operation on ${name}` };
  }
  if (isUnknown(outcome, claim, parseSentOperation(sent))) {
    return {
      action: 'watch_operation',
      why: `the Turn undoes ${name}, asked for after its end (${outcome.state})`,
    };
  }
  return toldEnd(outcome, claim);
}
