import type { Pod } from '../../shared/kubernetes/pod.ts';
import { abortedError } from '../../shared/time.ts';

/** The newest version of one Pod, and a way to wait for it to become something. Level-triggered: versions may be skipped. */
export class PodUpdates {
  #pod: Pod;
  #gone = false;
  readonly #waiters = new Set<() => void>();

  constructor(pod: Pod) {
    this.#pod = pod;
  }

  /** The last version seen; after {@link gone}, the version with which the Pod went. */
  get pod(): Pod {
    return this.#pod;
  }

  /** True when the API server has no such Pod any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** A newer version. */
  update(pod: Pod): void {
    this.#pod = pod;
    this.#notify();
  }

  /** The Pod is no more; `last` is its last version where the watch told one. */
  markGone(last?: Pod): void {
    if (last) this.#pod = last;
    this.#gone = true;
    this.#notify();
  }

  /** Waits until the predicate holds for the newest version or the Pod is gone; rejects when the signal fires. */
  until(predicate: (pod: Pod) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!this.#gone && !signal.aborted && !predicate(this.#pod)) return;
        this.#waiters.delete(check);
        signal.removeEventListener('abort', check);
        if (signal.aborted) reject(abortedError(signal));
        else resolve();
      };
      this.#waiters.add(check);
      signal.addEventListener('abort', check);
      check();
    });
  }

  #notify(): void {
    for (const check of [...this.#waiters]) check();
  }
}
