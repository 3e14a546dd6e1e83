import { errorMessage, TaskpodError } from '../../shared/errors.ts';
import { openPrefix } from '../../shared/object-names.ts';
import { scopeSelector } from '../../shared/pod-labels.ts';
import type { WatchMessage } from '../../shared/watch-message.ts';
import type { WatchDeps } from './deps.ts';
import { healMarkers } from './heal.ts';
import { acquireLease, type Lease } from './lease.ts';
import { ScopeWatcher } from './scope-watcher.ts';

/** After a handover begins, what is received may still be written for this long; SIGTERM leaves 10 s. */
const handoverMs = 7_000;
const healEveryMs = 60_000;

/** How a Turn ended: `taken` and `busy` as in lease.ts; `done`: nothing left; `handed_over`: the next ticket is published. */
export type TurnEnd = { kind: 'taken' | 'busy' | 'done' | 'handed_over'; outcomes: number };

/**
 * runTurn watches a scope until nothing is left of it, its time is up or `shutdown` fires. Throws `lease_lost` when
 * another Turn has taken over, and what the cluster or the store refuse.
 */
export async function runTurn(
  claim: { scope: string; messageId: string },
  deps: WatchDeps,
  shutdown: AbortSignal,
): Promise<TurnEnd> {
  const answer = await acquireLease({ ...claim, turn: deps.newId() }, deps, shutdown);
  if (answer.kind !== 'acquired') return { kind: answer.kind, outcomes: 0 };
  const { lease } = answer;

  const hard = new AbortController();
  const timeUp = new AbortController();
  const handover = AbortSignal.any([shutdown, timeUp.signal]);
  const watcher = new ScopeWatcher(claim.scope, deps, { signal: hard.signal, handover });
  const ended = AbortSignal.any([hard.signal, handover]);
  const background = [
    lease.keep(hard.signal).catch(error => hard.abort(error)),
    sleepThen(deps, deps.settings.turnSeconds * 1_000, hard.signal, () => timeUp.abort()),
  ];
  try {
    const open = await watcher.start(hard.signal, error => hard.abort(error));
    await healMarkers(open, watcher.followedMarkers(), deps, ended);
    background.push(healRegularly(claim.scope, watcher, deps, ended));
    const left = await watchToTheEnd(claim.scope, watcher, lease, deps, ended);
    if (left === 'released') return { kind: 'done', outcomes: watcher.outcomes };
    if (hard.signal.aborted) throw hard.signal.reason;
    await handOver(claim.scope, watcher, lease, deps, hard);
    return { kind: 'handed_over', outcomes: watcher.outcomes };
  } finally {
    hard.abort(new TaskpodError('aborted', 'the Turn has ended'));
    await Promise.all([...background, watcher.stopped()]);
  }
}

/** Until the scope is empty and its lease released, or the signal fires. */
async function watchToTheEnd(
  scope: string,
  watcher: ScopeWatcher,
  lease: Lease,
  deps: WatchDeps,
  ended: AbortSignal,
): Promise<'released' | 'stopped'> {
  while (!ended.aborted) {
    await watcher.idle(ended);
    if (ended.aborted) break;
    try {
      await lease.setClosing(true, ended);
      if (!(await findMore(scope, watcher, deps, ended))) {
        await lease.release(ended);
        return 'released';
      }
      await lease.setClosing(false, ended);
    } catch (error) {
      if (!ended.aborted) throw error;
    }
  }
  return 'stopped';
}

/** The consistent look after `closing` is written: a Pod whose ticket found the lease held is seen here at the latest. */
async function findMore(
  scope: string,
  watcher: ScopeWatcher,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const lists = deps.settings.namespaces.map(namespace =>
    deps.pods.list(namespace, scopeSelector(scope), signal),
  );
  const pods = (await Promise.all(lists)).flatMap(list => list.pods);
  return pods.filter(pod => watcher.seen(pod)).length > 0;
}

/** Writes down what is received, gives the lease back and wakes the next Turn. */
async function handOver(
  scope: string,
  watcher: ScopeWatcher,
  lease: Lease,
  deps: WatchDeps,
  hard: AbortController,
): Promise<void> {
  const patience = new AbortController();
  const limit = sleepThen(deps, handoverMs, patience.signal, () =>
    hard.abort(new TaskpodError('deadline_exceeded', 'the handover took too long')),
  );
  await watcher.stopped();
  patience.abort();
  await limit;
  const last = AbortSignal.timeout(handoverMs);
  await lease.release(last);
  const ticket: WatchMessage = { kind: 'ticket', scope };
  await deps.publisher.publish(deps.settings.watchTopic, [{ data: JSON.stringify(ticket) }], last);
}

/** The sweep of a scope that is busy: a minute is the pause, and what fails is tried again after the next one. */
async function healRegularly(
  scope: string,
  watcher: ScopeWatcher,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleepThen(deps, healEveryMs, signal, () => undefined);
    if (signal.aborted) return;
    try {
      const open = await Array.fromAsync(deps.store.list(openPrefix(scope), { signal }));
      await healMarkers(open, watcher.followedMarkers(), deps, signal);
    } catch (error) {
      if (!signal.aborted) deps.log('ERROR', 'healing a scope failed', { scope, error: errorMessage(error) });
    }
  }
}

async function sleepThen(deps: WatchDeps, ms: number, signal: AbortSignal, then: () => void): Promise<void> {
  try {
    await deps.clock.sleep(ms, signal);
  } catch {
    // Only the signal ends a sleep early.
    return;
  }
  then();
}
