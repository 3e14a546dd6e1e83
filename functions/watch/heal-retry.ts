import { attemptObjects } from '../../shared/object-names.ts';
import { parseOutcome } from '../../shared/outcome.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import type { Attempt } from '../../shared/run.ts';
import type { TurnDeps } from './deps.ts';
import { type DueRetries, publishRetry } from './due-retries.ts';
import { isDue } from './is-due.ts';

/**
 * healRetry looks after the marker of a second or later attempt that nobody has claimed: it was planned when the attempt before
 * failed. Returns what was done, or undefined when nothing had to be.
 */
export async function healRetry(
  attempt: Attempt,
  marker: ObjectInfo,
  retries: Pick<DueRetries, 'add'>,
  deps: Pick<TurnDeps, 'store' | 'clock' | 'publisher' | 'settings'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const before = { ...attempt, tryNumber: attempt.tryNumber - 1 };
  const stored = await deps.store.read(attemptObjects(before).outcome, signal);
  // The marker precedes the outcome: whoever writes it may be about to write the other.
  if (stored === undefined) return undefined;
  const { retry } = parseOutcome(stored.body.toString('utf8'));
  if (retry?.try_number !== attempt.tryNumber) {
    await deps.store.remove(marker.name, { ifGeneration: marker.generation, signal });
    return 'a marker is removed, because no retry is planned';
  }
  const overdueMs = deps.clock.now() - Date.parse(retry.at);
  if (overdueMs < 0) {
    retries.add(attempt, retry);
    return undefined;
  }
  if (overdueMs >= 60_000 && !isDue(overdueMs)) return undefined;
  await publishRetry(attempt, attempt.tryNumber, deps, signal);
  return 'a retry that is due is published';
}
