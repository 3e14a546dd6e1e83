import { errorMessage, isRetryable } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import type { WatchDeps } from './deps.ts';
import type { PodUpdates } from './pod-updates.ts';

/** Few Pods are ever without their label, so each may be asked for. */
const pollEveryMs = 5_000;

type PollDeps = Pick<WatchDeps, 'pods' | 'clock' | 'log'>;

/** Pods that no watch shows any more: because they are gone, or because somebody has taken the scope's label off them. */
export class PodPolls {
  readonly #deps: PollDeps;
  readonly #signal: AbortSignal;
  /** By uid. */
  readonly #stops = new Map<string, AbortController>();
  readonly #polls = new Set<Promise<void>>();

  /** `signal` ends all polling. */
  constructor(deps: PollDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Keeps a Pod's updates going, from `last` on, until it is gone or {@link stop}; one that is polled already goes on. */
  start(last: Pod, updates: PodUpdates): void {
    const { uid } = last.metadata;
    if (this.#stops.has(uid)) return;
    const stop = new AbortController();
    this.#stops.set(uid, stop);
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const poll = pollPod(last, updates, this.#deps, signal).finally(() => {
      this.#stops.delete(uid);
      this.#polls.delete(poll);
    });
    this.#polls.add(poll);
  }

  /** Nobody needs to hear of this Pod any more. */
  stop(uid: string): void {
    this.#stops.get(uid)?.abort();
  }

  /** Resolves when no poll goes on. Never rejects. */
  async ended(): Promise<void> {
    await Promise.all(this.#polls);
  }
}

/** Never rejects. */
async function pollPod(
  last: Pod,
  updates: PodUpdates,
  { pods, clock, log }: PollDeps,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, uid } = last.metadata;
  let newest = last;
  while (!signal.aborted) {
    try {
      const found = await pods.read(namespace, name, signal);
      if (found?.metadata.uid !== uid) return updates.markGone(newest);
      newest = found;
      updates.update(found);
    } catch (error) {
      if (signal.aborted) return;
      const mayHeal = isRetryable(error);
      log(mayHeal ? 'WARNING' : 'ERROR', 'a Pod could not be read', {
        pod: name,
        namespace,
        error: errorMessage(error),
      });
    }
    await clock.sleep(pollEveryMs, signal).catch(() => undefined);
  }
}
