import { attemptObjects } from './object-names.ts';
import { maxOutcomeBytes, type Outcome, parseOutcome } from './outcome.ts';
import type { ObjectStore } from './ports/store.ts';
import type { Attempt } from './run.ts';

/**
 * readOutcome reads an attempt's outcome with one request, where a read takes two: for those who nearly always find none. Undefined when
 * there is none; throws `invalid_document`.
 */
export async function readOutcome(
  store: Pick<ObjectStore, 'read' | 'readKnown'>,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { outcome } = attemptObjects(attempt);
  const found = await store.readKnown(outcome, {
    knownGeneration: undefined,
    maxBytes: maxOutcomeBytes,
    signal,
  });
  if (found === undefined) return undefined;
  // Nobody writes one as large; whatever is there is no reason to go on as if there were none.
  const { body } = found.kind === 'content' ? found : ((await store.read(outcome, signal)) ?? {});
  return body && parseOutcome(body.toString('utf8'));
}
