import { attemptObjects } from './object-names.ts';
import type { ObjectStore } from './ports/store.ts';
import type { Attempt } from './run.ts';
import { type Clock, isoTime } from './time.ts';

/** What writing a sight needs. */
interface SightDeps {
  store: Pick<ObjectStore, 'create'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * recordPodSight writes `pod.json`, unless it is there: whoever finds a claim without a Pod learns from it that there has been one
 * (invariant I2). True when nobody had written it before.
 */
export async function recordPodSight(
  attempt: Attempt,
  { uid, namespace, name }: { uid: string; namespace: string; name: string },
  { store, clock }: SightDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const sight = { version: 1, uid, namespace, name, seen_at: isoTime(clock.now()) };
  const options = { contentType: 'application/json', signal };
  return (await store.create(attemptObjects(attempt).pod, `${JSON.stringify(sight)}\n`, options)).created;
}
