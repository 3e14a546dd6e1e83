const firstMs = 10_000;
const longestMs = 300_000;
/** A container that ran this long is forgiven its earlier ends. */
const forgivenMs = 600_000;

/**
 * The kubelet's pauses between restarts of a container: none before the first, then 10 s, doubled each time up to
 * 5 minutes, and from the beginning again after 10 minutes of running.
 */
export class RestartBackoff {
  #restarts = 0;

  /** The pause in milliseconds before the next restart, after a start that ran for `ranMs`. */
  next(ranMs: number): number {
    if (ranMs >= forgivenMs) this.#restarts = 0;
    const pause = this.#restarts === 0 ? 0 : Math.min(longestMs, firstMs * 2 ** (this.#restarts - 1));
    this.#restarts += 1;
    return pause;
  }
}
