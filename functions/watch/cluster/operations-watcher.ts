import { attemptOf } from '../../../shared/attempt-record.ts';
import { type ClusterClaim, isClusterClaim } from '../../../shared/claim.ts';
import { parseSentOperation, type SentOperation } from '../../../shared/cluster-operation.ts';
import { errorMessage, hasCode, isRetryable } from '../../../shared/errors.ts';
import { attemptObjects, openMarker, openPrefix, parseAttemptObject } from '../../../shared/object-names.ts';
import type { ObjectInfo } from '../../../shared/ports/store.ts';
import { retryDelayMs } from '../../../shared/retry.ts';
import { formatRun } from '../../../shared/run.ts';
import { attemptFacts } from '../attempt/attempt-facts.ts';
import type { OperationDeps, StopSignals } from '../deps.ts';
import { readClaim } from '../heal-facts.ts';
import { Idle } from '../idle.ts';
import type { Retried } from '../scope-watcher.ts';
import type { Watcher } from '../turn.ts';
import { followOperation } from './follow-operation.ts';

const followAgain = { attempts: Number.POSITIVE_INFINITY, baseDelayMs: 1_000, maxDelayMs: 30_000 };

/** An operation whose ticket found the lease held begins to be followed within this. */
const lookEveryMs = 10_000;

/** Follows the cluster operations of a deployment: those that have a marker in `open/` and whose request was sent. */
export class OperationsWatcher implements Watcher {
  readonly #scope: string;
  readonly #deps: OperationDeps;
  readonly #stop: StopSignals;
  readonly #retried: Retried;
  readonly #ended: AbortSignal;
  /** By marker. */
  readonly #following = new Map<string, Promise<void>>();
  /** Markers that need nothing more from this Turn. */
  readonly #settled = new Set<string>();
  #looking: Promise<void> = Promise.resolve();
  readonly #idle = new Idle(() => this.#following.size === 0);
  #outcomes = 0;

  constructor(scope: string, deps: OperationDeps, stop: StopSignals, retried: Retried) {
    this.#scope = scope;
    this.#deps = deps;
    this.#stop = stop;
    this.#retried = retried;
    this.#ended = AbortSignal.any([stop.signal, stop.handover]);
  }

  get outcomes(): number {
    return this.#outcomes;
  }

  isFollowed(marker: string): boolean {
    return this.#following.has(marker);
  }

  async start(): Promise<ObjectInfo[]> {
    const markers = await this.#look(this.#ended);
    this.#looking = this.#lookRegularly();
    return markers;
  }

  async findMore(signal: AbortSignal): Promise<boolean> {
    await this.#look(signal);
    return this.#following.size > 0;
  }

  idle(signal: AbortSignal): Promise<void> {
    return this.#idle.reached(signal);
  }

  async stopped(): Promise<void> {
    await Promise.all([...this.#following.values(), this.#looking]);
  }

  /** Lists the markers and begins to follow those that are new. */
  async #look(signal: AbortSignal): Promise<ObjectInfo[]> {
    const markers = await Array.fromAsync(this.#deps.store.list(openPrefix(this.#scope), { signal }));
    for (const { name } of markers) {
      const attempt = parseAttemptObject(name)?.attempt;
      if (attempt === undefined || this.#following.has(name) || this.#settled.has(name)) continue;
      const claim = await readClaim(attempt, this.#deps.store, signal).catch(error => {
        // A claim that is damaged is told by the healing, and keeps no other operation from being followed.
        if (!hasCode(error, 'invalid_document')) throw error;
      });
      if (!claim || !isClusterClaim(claim)) continue;
      const sent = await this.#deps.store.read(attemptObjects(attempt).operation, signal);
      if (
        sent !== undefined &&
        openMarker(claim.record.scope, attempt) === name &&
        !this.#following.has(name)
      )
        this.#follow(name, claim, sent.body.toString('utf8'));
    }
    return markers;
  }

  async #lookRegularly(): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#ended.aborted) {
      try {
        await clock.sleep(lookEveryMs, this.#ended);
        await this.#look(this.#ended);
      } catch (error) {
        if (!this.#ended.aborted)
          log('WARNING', 'the markers of a scope could not be looked at', {
            scope: this.#scope,
            error: errorMessage(error),
          });
      }
    }
  }

  #follow(marker: string, claim: ClusterClaim, sent: string): void {
    const follower = this.#followToEnd(claim, sent).finally(() => {
      this.#settled.add(marker);
      this.#following.delete(marker);
      this.#idle.check();
    });
    this.#following.set(marker, follower);
  }

  /** Never rejects: an outage is waited out, anything else is left to the next Turn. */
  async #followToEnd(claim: ClusterClaim, text: string): Promise<void> {
    const { clock, random, log } = this.#deps;
    const { record, gke_cluster } = claim;
    const attempt = attemptOf(record);
    const about = { run: formatRun(attempt), try_number: attempt.tryNumber, cluster: gke_cluster.name };
    const began = clock.now();
    for (let failures = 0; !this.#ended.aborted; failures++) {
      try {
        const sent: SentOperation = parseSentOperation(text);
        const outcome = await followOperation(claim, sent, this.#deps, this.#stop);
        this.#outcomes += 1;
        if (outcome.retry) this.#retried(attempt, outcome.retry);
        log(outcome.state === 'success' ? 'INFO' : 'WARNING', `attempt ended: ${outcome.state}`, {
          ...attemptFacts(outcome, record, clock.now()),
          cluster: gke_cluster.name,
          followed_ms: clock.now() - began,
          retries: failures,
        });
        return;
      } catch (error) {
        if (this.#ended.aborted) return;
        const mayHeal = isRetryable(error) || hasCode(error, 'lease_lost');
        log(mayHeal ? 'WARNING' : 'ERROR', 'following an operation failed', {
          ...about,
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
