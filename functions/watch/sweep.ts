import { attemptOf } from '../../shared/attempt-record.ts';
import { errorMessage } from '../../shared/errors.ts';
import { parseAttemptObject } from '../../shared/object-names.ts';
import { formatRun } from '../../shared/run.ts';
import type { WatchMessage } from '../../shared/watch-message.ts';
import type { FunctionDeps } from './deps.ts';
import { findUnmarked, listOwnPods, settleUnmarked, type UnmarkedPod } from './unmarked-pods.ts';

/** A scope is a label's value, so nothing in it is ever encoded. */
const scopePattern = /^open\/([\w.-]{1,63})\//;

/** scopeOfMarker is the scope of a marker's folder; undefined for what lies below open/ and is no marker. */
export function scopeOfMarker(name: string): string | undefined {
  return scopePattern.exec(name)?.[1];
}

/** What a sweep has to do. */
export interface SweepPlan {
  /** Scopes with open markers: a Turn of each is woken, and heals what it finds under its lease. */
  scopes: string[];
  /** Pods without a marker that are not as they should be. */
  pods: UnmarkedPod[];
}

/** planSweep looks at all markers and at all Pods of the deployment, and changes nothing. */
export async function planSweep(deps: FunctionDeps, signal: AbortSignal): Promise<SweepPlan> {
  // In this order: a marker is written before its Pod, so a Pod that is listed here had one, and has one still if it is open.
  const { pods, unseen } = await listOwnPods(deps, signal);
  for (const place of unseen)
    deps.log('WARNING', 'the Pods of a namespace could not be listed for the sweep', { ...place });
  const scopes = new Set<string>();
  const markers = new Set<string>();
  for await (const { name } of deps.store.list('open/', { signal })) {
    const scope = scopeOfMarker(name);
    if (scope === undefined || !parseAttemptObject(name)) continue;
    scopes.add(scope);
    markers.add(name);
  }
  return { scopes: [...scopes], pods: await findUnmarked(pods, markers, deps, signal) };
}

/**
 * sweep wakes a Turn for every scope that has an open marker, whatever number of shards is configured now, and looks after Pods
 * that have none. Returns the scopes. One Pod that cannot be settled does not keep the others from it.
 */
export async function sweep(deps: FunctionDeps, signal: AbortSignal): Promise<string[]> {
  const plan = await planSweep(deps, signal);
  const scopes = new Set(plan.scopes);
  for (const unmarked of plan.pods) {
    try {
      await settleUnmarked(unmarked, deps, signal);
      if (unmarked.verdict === 'adopt') scopes.add(unmarked.record.scope);
    } catch (error) {
      if (signal.aborted) throw error;
      const run = formatRun(attemptOf(unmarked.record));
      deps.log('ERROR', 'a Pod could not be settled', { run, error: errorMessage(error) });
    }
  }
  const tickets = [...scopes].map((scope): WatchMessage => ({ kind: 'ticket', scope }));
  if (tickets.length > 0) {
    const messages = tickets.map(ticket => ({ data: JSON.stringify(ticket) }));
    await deps.publisher.publish(deps.settings.watchTopic, messages, signal);
  }
  return [...scopes];
}
