import { errorMessage, hasCode, isRetryable, TaskpodError } from '../../shared/errors.ts';
import { openPrefix } from '../../shared/object-names.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import type { WatchMessage } from '../../shared/watch-message.ts';
import type { StopSignals, TurnDeps, WatchDeps } from './deps.ts';
import { DueRetries } from './due-retries.ts';
import { type HealContext, healMarkers } from './heal.ts';
import { acquireLease, type Lease } from './lease.ts';
import { type Retried, ScopeWatcher } from './scope-watcher.ts';

/** After a handover begins, what is received may still be written for this long. */
const handoverMs = 6_000;
/** Then the lease is given back and the next Turn is woken within this; SIGTERM leaves 9 s in all. */
const lastWordsMs = 2_500;
const healEveryMs = 60_000;
/** Pause before the last look at a scope is repeated, when an outage came in between. */
const lookAgainMs = 1_000;

/** How a Turn ended: `taken` and `busy` as in lease.ts; `done`: nothing left; `handed_over`: the next ticket is published. */
export type TurnEnd = { kind: 'taken' | 'busy' | 'done' | 'handed_over'; outcomes: number };

/** Follows what a scope holds. */
export interface Watcher {
  /** Attempts brought to an outcome so far. */
  readonly outcomes: number;
  /** Whether the attempt of this marker is being followed. */
  isFollowed(marker: string): boolean;
  /** Starts following; resolves with the scope's open markers. `failed` hears of what cannot heal by itself. */
  start(failed: (error: unknown) => void): Promise<ObjectInfo[]>;
  /** A consistent look; true when there is anything to follow now. */
  findMore(signal: AbortSignal): Promise<boolean>;
  /** Resolves when nothing is followed any more, or the signal fires. */
  idle(signal: AbortSignal): Promise<void>;
  /** Waits for all that is followed to have stopped, after a stop signal. */
  stopped(): Promise<void>;
}

/** What a Turn does with its kind of scope. */
export interface ScopeWork<W extends Watcher> {
  watch(stop: StopSignals, retried: Retried): W;
  /** Mends what half-done steps have left; see heal.ts. */
  heal(
    markers: readonly ObjectInfo[],
    context: { watcher: W; retries: DueRetries },
    signal: AbortSignal,
  ): Promise<void>;
}

/** A Turn that holds its lease. */
interface Turn {
  scope: string;
  deps: TurnDeps;
  lease: Lease;
  watcher: Watcher;
  retries: DueRetries;
  heal: (markers: readonly ObjectInfo[], signal: AbortSignal) => Promise<void>;
  /** Ends everything at once. */
  hard: AbortController;
  /** Fires at the handover too. */
  ended: AbortSignal;
  /** What goes on beside the watching, until `hard` fires. */
  background: Promise<void>[];
  /** The last look at the scope is being taken. */
  isLeaving: boolean;
}

/** runTurn watches the Pods of a scope; see {@link runTurnOf}. */
export function runTurn(
  claim: { scope: string; messageId: string },
  deps: WatchDeps,
  shutdown: AbortSignal,
): Promise<TurnEnd> {
  const work: ScopeWork<ScopeWatcher> = {
    watch: (stop, retried) => new ScopeWatcher(claim.scope, deps, stop, retried),
    heal: (markers, { watcher, retries }, signal) => {
      const context: HealContext = {
        isFollowed: marker => watcher.isFollowed(marker),
        followUnlabelled: pod => watcher.followUnlabelled(pod),
        retries,
      };
      return healMarkers(markers, context, deps, signal);
    },
  };
  return runTurnOf(claim, work, deps, shutdown);
}

/**
 * runTurnOf watches a scope until nothing is left of it, its time is up or `shutdown` fires. Throws `lease_lost` when
 * another Turn has taken over, and what the cluster or the store refuse.
 */
export async function runTurnOf<W extends Watcher>(
  claim: { scope: string; messageId: string },
  work: ScopeWork<W>,
  deps: TurnDeps,
  shutdown: AbortSignal,
): Promise<TurnEnd> {
  if (deps.turnsHere.seesTo(claim.scope, claim.messageId)) return { kind: 'taken', outcomes: 0 };
  const answer = await acquireLease({ ...claim, turn: deps.newId() }, deps, shutdown);
  if (answer.kind !== 'acquired') return { kind: answer.kind, outcomes: 0 };
  const { lease } = answer;
  const hard = new AbortController();
  const timeUp = new AbortController();
  const handover = AbortSignal.any([shutdown, timeUp.signal]);
  const ended = AbortSignal.any([hard.signal, handover]);
  const retries = new DueRetries(deps, deps.clock.now() + deps.settings.turnSeconds * 1_000, ended);
  const stop = { signal: hard.signal, handover };
  const watcher = work.watch(stop, (run, retry) => retries.add(run, retry));
  const background = [
    lease.keep(hard.signal).catch(error => hard.abort(error)),
    sleepThen(deps.clock, deps.settings.turnSeconds * 1_000, hard.signal, () => timeUp.abort()),
  ];
  const heal: Turn['heal'] = (markers, signal) => work.heal(markers, { watcher, retries }, signal);
  const { scope } = claim;
  const isLeaving = false;
  const turn: Turn = { scope, deps, lease, watcher, retries, heal, hard, ended, background, isLeaving };
  const gone = deps.turnsHere.add({ ...claim, stays: () => !turn.isLeaving && !ended.aborted });
  try {
    const end = await watchToTheEnd(turn);
    if (end === 'stopped') await handOver(turn);
    return { kind: end === 'released' ? 'done' : 'handed_over', outcomes: watcher.outcomes };
  } catch (error) {
    // What has ended the Turn is the reason, and not what failed because of it.
    throw hard.signal.aborted ? hard.signal.reason : error;
  } finally {
    gone();
    hard.abort(new TaskpodError('aborted', 'the Turn has ended'));
    await Promise.all([...background, watcher.stopped(), retries.settled()]);
  }
}

/** Until the scope is empty and its lease released, or the Turn is stopped. */
async function watchToTheEnd(turn: Turn): Promise<'released' | 'stopped'> {
  const { watcher, retries, heal, hard, ended, background } = turn;
  try {
    const open = await watcher.start(error => hard.abort(error));
    await heal(open, ended);
    background.push(healRegularly(turn));
    while (!ended.aborted) {
      await watcher.idle(ended);
      if (retries.isWaiting) await retries.settled();
      else if (!ended.aborted && (await leave(turn))) return 'released';
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  }
  return 'stopped';
}

/** Gives the lease back if a last look finds nothing to do; an outage in between only delays it. */
async function leave(turn: Turn): Promise<boolean> {
  const { scope, lease, watcher, deps, ended } = turn;
  // From here on a ticket asks the bucket, where it finds `closing` and waits for the answer.
  turn.isLeaving = true;
  try {
    await lease.setClosing(true, ended);
    if (!(await watcher.findMore(ended))) {
      await lease.release(ended);
      return true;
    }
    await lease.setClosing(false, ended);
    turn.isLeaving = false;
  } catch (error) {
    if (ended.aborted || !isRetryable(error)) throw error;
    deps.log('WARNING', 'the last look at a scope failed', { scope, error: errorMessage(error) });
    // Where this fails too, the next heartbeat says so.
    await lease.setClosing(false, ended).catch(() => undefined);
    await sleepThen(deps.clock, lookAgainMs, ended, () => undefined);
    turn.isLeaving = false;
  }
  return false;
}

/** Writes down what is received, gives the lease back and wakes the next Turn. */
async function handOver({ scope, watcher, lease, deps, hard }: Turn): Promise<void> {
  if (hard.signal.aborted) throw hard.signal.reason;
  await within(deps.clock, handoverMs, async late => {
    late.addEventListener('abort', () => hard.abort(late.reason));
    await watcher.stopped();
  });
  if (hasCode(hard.signal.reason, 'lease_lost')) throw hard.signal.reason;
  await within(deps.clock, lastWordsMs, async late => {
    await lease.release(late);
    const ticket: WatchMessage = { kind: 'ticket', scope };
    await deps.publisher.publish(deps.settings.watchTopic, [{ data: JSON.stringify(ticket) }], late);
  });
}

/** The sweep of a scope that is busy: a minute is the pause, and what fails is tried again after the next one. */
async function healRegularly({ scope, heal, deps, ended }: Turn): Promise<void> {
  while (!ended.aborted) {
    await sleepThen(deps.clock, healEveryMs, ended, () => undefined);
    if (ended.aborted) return;
    try {
      const open = await Array.fromAsync(deps.store.list(openPrefix(scope), { signal: ended }));
      await heal(open, ended);
    } catch (error) {
      if (!ended.aborted) deps.log('ERROR', 'healing a scope failed', { scope, error: errorMessage(error) });
    }
  }
}

/** Gives work a signal that fires when its time is up. */
async function within(clock: Clock, ms: number, work: (late: AbortSignal) => Promise<void>): Promise<void> {
  const late = new AbortController();
  const done = new AbortController();
  const timer = sleepThen(clock, ms, done.signal, () =>
    late.abort(new TaskpodError('deadline_exceeded', 'the handover took too long', { retryable: true })),
  );
  try {
    await work(late.signal);
  } finally {
    done.abort();
    await timer;
  }
}

async function sleepThen(clock: Clock, ms: number, signal: AbortSignal, then: () => void): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    // Only the signal ends a sleep early.
    return;
  }
  then();
}
