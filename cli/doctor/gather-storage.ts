import { attemptObjects, parseAttemptObject } from '../../shared/object-names.ts';
import type { BucketInspector } from '../../shared/ports/inspect.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import type { StorageFacts, SweepFacts } from './facts.ts';
import type { GatherDeps } from './gather.ts';
import { type LearnOptions, learn } from './learn.ts';
import { objectPermissions } from './object-permissions.ts';
import { longestWaitMs, unwatchedMarkers } from './unwatched.ts';

/** Of so many attempts that nobody watches it is found out whether they have begun: the oldest. */
const lookedAt = 20;

/** gatherStorage learns about the bucket, and from its objects whether the sweep works. */
export async function gatherStorage(
  { inspectors: { bucket }, store, clock }: GatherDeps,
  options: LearnOptions,
): Promise<StorageFacts> {
  const [read, granted, bindings, clockAheadMs, sweep] = await Promise.all([
    learn(signal => bucket.read(signal), options),
    learn(signal => bucket.granted(objectPermissions, signal), options),
    learn(signal => bucket.bindings(signal), options),
    learn(signal => clockAhead(bucket, clock, signal), options),
    learn(signal => readSweep(bucket, store, clock, signal), options),
  ]);
  return { bucket: read, granted, bindings, clockAheadMs, sweep };
}

/** The bucket's time is cut to the second: half of one is what that costs on average. */
async function clockAhead(bucket: BucketInspector, clock: Clock, signal: AbortSignal): Promise<number> {
  const sent = clock.now();
  const theirs = await bucket.time(signal);
  return Math.round((sent + clock.now()) / 2 - (theirs + 500));
}

async function readSweep(
  bucket: BucketInspector,
  store: ObjectStore,
  clock: Clock,
  signal: AbortSignal,
): Promise<SweepFacts> {
  const ahead = await clockAhead(bucket, clock, signal);
  const markers: SweepFacts['markers'] = [];
  for await (const { name, updatedAt } of store.list('open/', { signal })) {
    const attempt = parseAttemptObject(name)?.attempt;
    const scope = name.split('/')[1] ?? '';
    if (attempt) markers.push({ attempt, scope, updatedMs: Date.parse(updatedAt), claimed: undefined });
  }
  // After the markers: a Turn that has begun meanwhile counts as one.
  const leases: SweepFacts['leases'] = [];
  for await (const { name, updatedAt } of store.list('leases/', { signal })) {
    const scope = /^leases\/(.+)\.json$/.exec(name)?.[1];
    if (scope !== undefined) leases.push({ scope, updatedMs: Date.parse(updatedAt) });
  }
  const facts = { nowMs: clock.now() - ahead, leases, markers };
  const oldest = unwatchedMarkers(facts, longestWaitMs).slice(0, lookedAt);
  await Promise.all(
    oldest.map(async marker => {
      const claim = attemptObjects(marker.attempt).launch;
      for await (const { name } of store.list(claim, { signal })) marker.claimed = name === claim;
      marker.claimed ??= false;
    }),
  );
  return facts;
}
