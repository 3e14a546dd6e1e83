import type { OperationDeps } from '../deps.ts';
import { healEach } from '../heal.ts';
import { runTurnOf, type ScopeWork, type TurnEnd } from '../turn.ts';
import { healOperation } from './heal-operation.ts';
import { OperationsWatcher } from './operations-watcher.ts';

/** watchOperations runs a Turn of the scope of the cluster operations; see runTurnOf. */
export function watchOperations(
  claim: { scope: string; messageId: string },
  deps: OperationDeps,
  shutdown: AbortSignal,
): Promise<TurnEnd> {
  const work: ScopeWork<OperationsWatcher> = {
    watch: (stop, retried) => new OperationsWatcher(claim.scope, deps, stop, retried),
    heal: (markers, { watcher, retries }, signal) => {
      const isFollowed = (marker: string): boolean => watcher.isFollowed(marker);
      return healEach(markers, { isFollowed }, deps, signal, (attempt, marker) =>
        healOperation(attempt, marker, retries, deps, signal),
      );
    },
  };
  return runTurnOf(claim, work, deps, shutdown);
}
