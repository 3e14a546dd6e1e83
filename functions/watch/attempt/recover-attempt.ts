import { attemptObjects, attemptPrefix } from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import type { ObjectInfo, ObjectStore } from '../../../shared/ports/store.ts';
import type { Attempt } from '../../../shared/run.ts';

/** What earlier Turns have written of an attempt. */
export interface RecoveredAttempt {
  outcome: Outcome | undefined;
  /** True when the base container's start has been announced. */
  running: boolean;
  /** True when a Turn has seen the Pod. */
  podSeen: boolean;
  /** All objects below `logs/`, in order of their names. */
  logObjects: ObjectInfo[];
}

/** recoverAttempt reads, with one listing (and outcome.json when there is one), what exists of an attempt. */
export async function recoverAttempt(
  store: Pick<ObjectStore, 'read' | 'list'>,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<RecoveredAttempt> {
  const names = attemptObjects(attempt);
  const infos: ObjectInfo[] = [];
  for await (const info of store.list(attemptPrefix(attempt), { signal })) infos.push(info);
  const has = (name: string): boolean => infos.some(info => info.name === name);
  const outcome = has(names.outcome) ? await store.read(names.outcome, signal) : undefined;
  const logObjects = infos.filter(info => info.name.startsWith(names.logs));
  return {
    outcome: outcome && parseOutcome(outcome.body.toString('utf8')),
    running: has(names.running),
    podSeen: has(names.pod) || has(names.running) || logObjects.length > 0,
    logObjects,
  };
}
