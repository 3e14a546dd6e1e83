import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { parseAttemptObject, runsPrefix } from '../../shared/object-names.ts';
import { systemClock } from '../../shared/time.ts';
import type { Deployment } from '../../test/cluster/harness.ts';
import type { Sent } from './load-send.ts';
import type { Moments } from './pod-moments.ts';

/** How long the steps of many tasks took. */
export interface LoadTimes {
  launchesPerSecond: number;
  /** One of each task. */
  publishToPodMs: number[];
  endToOutcomeMs: number[];
}

/** loadTimes puts together when tasks were sent, what was seen of their Pods, and when their outcomes were stored. */
export async function loadTimes(
  sent: Sent,
  moments: ReadonlyMap<string, Moments>,
  deployment: Deployment,
): Promise<LoadTimes> {
  const outcomes = await outcomeTimes(deployment);
  const publishToPodMs: number[] = [];
  const endToOutcomeMs: number[] = [];
  let lastCreated = 0;
  for (const [id, sentMs] of sent) {
    const { createdMs = Number.NaN, endedMs = Number.NaN } = moments.get(id) ?? {};
    publishToPodMs.push(createdMs - sentMs);
    endToOutcomeMs.push((outcomes.get(id) ?? Number.NaN) - endedMs);
    lastCreated = Math.max(lastCreated, createdMs);
  }
  const seconds = (lastCreated - Math.min(...sent.values())) / 1_000;
  return { launchesPerSecond: sent.size / seconds, publishToPodMs, endToOutcomeMs };
}

/** When the storage server made each task's outcome, by its own clock, which is this machine's. */
async function outcomeTimes({ bucket }: Deployment): Promise<Map<string, number>> {
  const retryDeps = { clock: systemClock, random: Math.random };
  const store = connectStore({ bucket: bucket.name, retryDeps });
  const found = new Map<string, number>();
  for await (const { name, updatedAt } of store.list(runsPrefix, { signal: AbortSignal.timeout(120_000) })) {
    const object = parseAttemptObject(name);
    if (object?.rest === 'outcome.json') found.set(object.attempt.taskId, Date.parse(updatedAt));
  }
  return found;
}
