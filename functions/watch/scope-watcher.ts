import { type AttemptRecord, attemptOf, readAttemptRecord } from '../../shared/attempt-record.ts';
import { errorMessage, hasCode, isRetryable, TaskpodError } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { openMarker, openPrefix } from '../../shared/object-names.ts';
import { scopeSelector } from '../../shared/pod-labels.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import type { PlannedRetry } from '../../shared/retries.ts';
import { retryDelayMs } from '../../shared/retry.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import { attemptFacts } from './attempt/attempt-facts.ts';
import { followAttempt } from './attempt/follow-attempt.ts';
import type { StopSignals, WatchDeps } from './deps.ts';
import { Idle } from './idle.ts';
import { feedPods } from './pod-feed.ts';
import { PodPolls } from './pod-polls.ts';
import { PodUpdates } from './pod-updates.ts';

const followAgain = { attempts: Number.POSITIVE_INFINITY, baseDelayMs: 1_000, maxDelayMs: 30_000 };

/** Hears of a run whose next attempt is planned. */
export type Retried = (run: RunKey, retry: PlannedRetry) => void;

/**
 * Watches all Pods of one scope: one list and one watch per namespace, and one follower per unfinished Pod. A Pod
 * without a marker in `open/` is finished and kept by its policy; it is left alone.
 */
export class ScopeWatcher {
  readonly #scope: string;
  readonly #deps: WatchDeps;
  readonly #stop: StopSignals;
  readonly #retried: Retried;
  /** Fires when the Turn ends, in whatever way. */
  readonly #ended: AbortSignal;
  /** Pods being followed, by uid. */
  readonly #following = new Map<string, PodUpdates>();
  /** Object names of the markers of their attempts. */
  readonly #followedMarkers = new Set<string>();
  readonly #polls: PodPolls;
  /** Uids of Pods that need nothing more from this Turn. */
  readonly #settled = new Set<string>();
  /** Pods that are known before the markers are; who of them is finished these tell. */
  #undecided: Map<string, Pod> | undefined = new Map();
  readonly #followers = new Set<Promise<void>>();
  readonly #feeds: Promise<void>[] = [];
  /** Namespaces whose Pods we may not watch. */
  readonly #refused = new Set<string>();
  readonly #idle = new Idle(() => this.#following.size === 0);
  #outcomes = 0;

  /** `retried` hears of every attempt that another one follows. */
  constructor(scope: string, deps: WatchDeps, stop: StopSignals, retried: Retried = () => undefined) {
    this.#scope = scope;
    this.#retried = retried;
    this.#deps = deps;
    this.#stop = stop;
    this.#ended = AbortSignal.any([stop.signal, stop.handover]);
    this.#polls = new PodPolls(deps, this.#ended);
  }

  /** Attempts brought to an outcome so far. */
  get outcomes(): number {
    return this.#outcomes;
  }

  /** The namespaces that are watched: those of the deployment that do not refuse it. */
  get #namespaces(): string[] {
    return this.#deps.settings.namespaces.filter(namespace => !this.#refused.has(namespace));
  }

  /** Whether the attempt of this marker is being followed. */
  isFollowed(marker: string): boolean {
    return this.#followedMarkers.has(marker);
  }

  /**
   * Starts watching; resolves with the scope's open markers when every Pod that exists is known. Feeds end with the stop
   * signals; `failed` hears of what cannot heal by itself. A namespace that refuses us is left out, until the next Turn.
   */
  async start(failed: (error: unknown) => void): Promise<ObjectInfo[]> {
    const { pods, clock, random, settings } = this.#deps;
    const signal = this.#ended;
    const synced = settings.namespaces.map(namespace => {
      const first = Promise.withResolvers<void>();
      const listener = {
        seen: (pod: Pod) => this.#seen(pod),
        gone: (uid: string, last?: Pod) => this.#gone(uid, last),
        synced: () => first.resolve(),
        failing: (error: unknown) => this.#tellOutage(namespace, error),
      };
      const labelSelector = scopeSelector(this.#scope);
      const feed = feedPods({ pods, clock, random, namespace, labelSelector, listener, signal });
      const ended = feed.catch(error => {
        if (!this.#leaveOut(namespace, error)) failed(error);
      });
      this.#feeds.push(ended.finally(() => first.resolve()));
      return first.promise;
    });
    await Promise.all(synced);
    // A marker is written before its Pod, so one of these Pods without one has been finished. Of Pods that come now the list tells nothing.
    const before = new Set(this.#undecided?.keys());
    const markers = await Array.fromAsync(this.#deps.store.list(openPrefix(this.#scope), { signal }));
    const open = new Set(markers.map(({ name }) => name));
    const undecided = this.#undecided ?? new Map<string, Pod>();
    this.#undecided = undefined;
    for (const [uid, pod] of undecided) {
      if (!before.has(uid) || open.has(this.#markerOf(pod) ?? '')) this.#seen(pod);
      else this.#settled.add(uid);
    }
    return markers;
  }

  /**
   * The consistent look after `closing` is written: a Pod whose ticket found the lease held is seen here at the latest. The feed may
   * know newer versions of these Pods, so only unknown ones count.
   */
  async findMore(signal: AbortSignal): Promise<boolean> {
    const selector = scopeSelector(this.#scope);
    const lists = this.#namespaces.map(namespace =>
      this.#deps.pods.list(namespace, selector, signal).catch(error => {
        if (!this.#leaveOut(namespace, error)) throw error;
        return { pods: [] };
      }),
    );
    for (const { pods } of await Promise.all(lists))
      for (const pod of pods) if (!this.#following.has(pod.metadata.uid)) this.#seen(pod);
    return this.#following.size > 0;
  }

  /** Follows a Pod that the watch does not show, because it has lost the label of its scope. */
  followUnlabelled(pod: Pod): void {
    this.#seen(pod);
    const updates = this.#following.get(pod.metadata.uid);
    if (updates) this.#polls.start(pod, updates);
  }

  /** Resolves when nothing is followed any more, or the signal fires. */
  idle(signal: AbortSignal): Promise<void> {
    return this.#idle.reached(signal);
  }

  /** Waits for all followers and feeds to have ended, after a stop signal. */
  async stopped(): Promise<void> {
    await Promise.all([...this.#followers, ...this.#feeds, this.#polls.ended()]);
  }

  /** Takes a namespace that refuses us out; false when the error is no refusal, or nothing would be left to watch. */
  #leaveOut(namespace: string, error: unknown): boolean {
    if (!hasCode(error, 'kubernetes_refused')) return false;
    if (this.#refused.has(namespace)) return true;
    this.#refused.add(namespace);
    if (this.#namespaces.length === 0) return false;
    const why = { error: errorMessage(error), action: error.action };
    this.#deps.log('ERROR', 'a namespace may not be watched', { namespace, ...why });
    return true;
  }

  #tellOutage(namespace: string, error: unknown): void {
    const action = error instanceof TaskpodError ? error.action : undefined;
    const why = { error: errorMessage(error), action };
    this.#deps.log('WARNING', 'the Pods of a namespace cannot be watched now', { namespace, ...why });
  }

  #seen(pod: Pod): void {
    const { uid } = pod.metadata;
    if (this.#settled.has(uid)) return;
    const updates = this.#following.get(uid);
    if (updates) updates.update(pod);
    else if (this.#undecided) this.#undecided.set(uid, pod);
    else this.#follow(pod);
  }

  #gone(uid: string, last?: Pod): void {
    // Of a Pod that went before the markers were read, the healing learns from its marker.
    this.#undecided?.delete(uid);
    const updates = this.#following.get(uid);
    // One that goes has a deletion time, as a rule; without one, its label may have gone.
    if (updates && last?.metadata.deletionTimestamp === undefined)
      this.#polls.start(last ?? updates.pod, updates);
    else updates?.markGone(last);
  }

  #markerOf(pod: Pod): string | undefined {
    try {
      const record = readAttemptRecord(pod);
      return record && openMarker(this.#scope, attemptOf(record));
    } catch {
      return undefined;
    }
  }

  #follow(pod: Pod): void {
    const { uid } = pod.metadata;
    const updates = new PodUpdates(pod);
    const marker = this.#markerOf(pod);
    this.#following.set(uid, updates);
    if (marker !== undefined) this.#followedMarkers.add(marker);
    const follower = this.#followToEnd(updates).finally(() => {
      this.#settled.add(uid);
      this.#following.delete(uid);
      this.#polls.stop(uid);
      if (marker !== undefined) this.#followedMarkers.delete(marker);
      this.#followers.delete(follower);
      this.#idle.check();
    });
    this.#followers.add(follower);
  }

  /** Never rejects: a follower that fails for an outage is started again, anything else is left to the next Turn. */
  async #followToEnd(updates: PodUpdates): Promise<void> {
    const { clock, random, log } = this.#deps;
    const { signal, handover } = this.#stop;
    const pod = updates.pod.metadata;
    for (let failures = 0; !signal.aborted && !handover.aborted; failures++) {
      let record: AttemptRecord | undefined;
      try {
        record = readAttemptRecord(updates.pod);
        if (!record) {
          log('WARNING', 'a Pod with the scope’s label carries no run and is left alone', { pod: pod.name });
          return;
        }
        const began = clock.now();
        const outcome = await followAttempt(record, updates, this.#deps, this.#stop);
        this.#outcomes += 1;
        if (outcome.retry) this.#retried(attemptOf(record), outcome.retry);
        log(outcome.state === 'success' ? 'INFO' : 'WARNING', `attempt ended: ${outcome.state}`, {
          ...attemptFacts(outcome, record, clock.now()),
          pod: pod.name,
          namespace: pod.namespace,
          followed_ms: clock.now() - began,
          retries: failures,
        });
        return;
      } catch (error) {
        if (signal.aborted || handover.aborted) return;
        // A conflict with another Turn's writes says nothing about whose lease it is; the heartbeat does.
        const mayHeal = isRetryable(error) || hasCode(error, 'lease_lost');
        log(mayHeal ? 'WARNING' : 'ERROR', 'following a Pod failed', {
          run: record && formatRun(attemptOf(record)),
          pod: pod.name,
          namespace: pod.namespace,
          error: errorMessage(error),
        });
        if (!mayHeal) return;
        await clock
          .sleep(retryDelayMs(failures + 2, followAgain, random), this.#ended)
          .catch(() => undefined);
      }
    }
  }
}
