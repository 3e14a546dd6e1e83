import { setTimeout as sleep } from 'node:timers/promises';
import { feedPods } from '../../functions/watch/pod-feed.ts';
import { kubeconfigConnection } from '../../shared/adapters/kubernetes/connection.ts';
import { connectPods } from '../../shared/adapters/kubernetes/pods.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { systemClock } from '../../shared/time.ts';

const retryDeps = { clock: systemClock, random: Math.random };

/** connectBench gives the cluster's Pods as this process sees them, under a user agent of its own. */
export async function connectBench() {
  return connectPods({ connection: await kubeconfigConnection(), userAgent: 'taskpod-bench', ...retryDeps });
}

/** When a version of a Pod arrived in this process. */
export interface Sighting {
  pod: Pod;
  /** Milliseconds of `performance.now()`. */
  atMs: number;
  /** Milliseconds since the epoch, to compare with what another process of this machine has noted. */
  wallMs: number;
}

/** A watch of a namespace, independent of the functions, that keeps when each Pod first was in a certain state. */
export class PodTimes {
  readonly #first = new Map<string, Sighting>();
  readonly #stop = new AbortController();
  #feed: Promise<void> | undefined;

  /** Starts watching; resolves when the watch is about to be open. */
  async start(
    pods: Awaited<ReturnType<typeof connectBench>>,
    namespace: string,
    isReached: (pod: Pod) => boolean,
  ): Promise<void> {
    const synced = Promise.withResolvers<void>();
    const seen = (pod: Pod): void => {
      const { name } = pod.metadata;
      if (this.#first.has(name) || !isReached(pod)) return;
      this.#first.set(name, { pod, atMs: performance.now(), wallMs: Date.now() });
    };
    this.#feed = feedPods({
      pods,
      ...retryDeps,
      namespace,
      labelSelector: 'app.kubernetes.io/managed-by=taskpod',
      listener: { seen, gone: () => undefined, synced: () => synced.resolve(), failing: () => undefined },
      signal: this.#stop.signal,
    });
    await Promise.race([synced.promise, this.#feed]);
  }

  /** When the Pod first was in the state; waits for it. */
  async of(name: string, withinMs: number): Promise<Sighting> {
    for (const end = performance.now() + withinMs; performance.now() < end; await sleep(5)) {
      const found = this.#first.get(name);
      if (found) return found;
    }
    throw new Error(`Pod ${name} did not come to that state within ${withinMs / 1_000} s`);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#feed;
  }
}
