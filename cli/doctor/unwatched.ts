import type { MarkerFacts, SweepFacts } from './facts.ts';

/** A lease whose heartbeat, each 5 s, is older than this is nobody's. */
const staleLeaseMs = 30_000;

/** How long an attempt may be without a Turn: the sweep comes each minute and heals within two. */
export const longestWaitMs = 5 * 60_000;

/** unwatchedMarkers are the markers older than `ageMs` in whose scope no Turn is at work, the oldest first. */
export function unwatchedMarkers({ nowMs, leases, markers }: SweepFacts, ageMs: number): MarkerFacts[] {
  const watched = new Set(
    leases.filter(({ updatedMs }) => nowMs - updatedMs < staleLeaseMs).map(({ scope }) => scope),
  );
  return markers
    .filter(({ scope, updatedMs }) => !watched.has(scope) && nowMs - updatedMs > ageMs)
    .toSorted((a, b) => a.updatedMs - b.updatedMs);
}
