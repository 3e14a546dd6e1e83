import { attemptObjects, attemptPrefix, openMarker } from '../../../shared/object-names.ts';
import { parseOutcome } from '../../../shared/outcome.ts';
import type { ObjectInfo } from '../../../shared/ports/store.ts';
import type { Attempt } from '../../../shared/run.ts';
import { announceOutcome } from '../attempt/finish-attempt.ts';
import type { OperationDeps } from '../deps.ts';
import { type HealContext, launchAgain, readClaim, removeForeign, staleMarkerMs } from '../heal.ts';
import { healRetry } from '../heal-retry.ts';
import { isDue } from '../is-due.ts';

/**
 * healOperation mends what half-done steps have left of a cluster operation whose request was not sent, as far as is known. Returns what
 * was done, or undefined when nothing had to be.
 */
export async function healOperation(
  attempt: Attempt,
  marker: ObjectInfo,
  { ageMs, retries }: { ageMs: number; retries: HealContext['retries'] },
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const claim = await readClaim(attempt, deps, signal);
  if (claim && openMarker(claim.record.scope, attempt) !== marker.name)
    return removeForeign(marker, deps, signal);
  const names = attemptObjects(attempt);
  const objects = await Array.fromAsync(deps.store.list(attemptPrefix(attempt), { signal }));
  const has = (name: string): boolean => objects.some(object => object.name === name);
  // What was sent is followed, and has failed for a reason that the next Turn may not meet.
  if (has(names.operation)) return undefined;
  const stored = has(names.outcome) ? await deps.store.read(names.outcome, signal) : undefined;
  if (stored !== undefined) {
    if (claim) await announceOutcome(parseOutcome(stored.body.toString('utf8')), claim.record, deps, signal);
    await deps.store.remove(marker.name, { signal });
    return 'what follows an outcome was not done to its end';
  }
  if (!claim && attempt.tryNumber > 1) return healRetry(attempt, marker, retries, deps, signal);
  if (!claim) {
    if (ageMs < staleMarkerMs) return undefined;
    await deps.store.remove(marker.name, { ifGeneration: marker.generation, signal });
    return 'a stale marker is removed';
  }
  if (!isDue(ageMs)) return undefined;
  await launchAgain(claim, attempt, deps, signal);
  return 'the task is published again, because its launch was never finished';
}
