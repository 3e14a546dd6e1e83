import { setTimeout as sleep } from 'node:timers/promises';
import { feedPods } from '../../functions/watch/pod-feed.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { managedSelector } from '../../shared/pod-labels.ts';
import { containerEnd, startedAt } from '../../shared/pod-progress.ts';
import { baseContainer } from '../../shared/pod-words.ts';
import { systemClock } from '../../shared/time.ts';
import type { connectBench } from './pod-times.ts';

/** When the news of one task's Pod arrived in this process; milliseconds since the epoch. */
export interface Moments {
  name: string;
  createdMs: number;
  startedMs?: number;
  endedMs?: number;
  goneMs?: number;
}

/** A watch of the Pods of tasks in a namespace, independent of the functions, that keeps when each came how far. */
export class PodMoments {
  readonly #moments = new Map<string, Moments>();
  readonly #stop = new AbortController();
  #feed: Promise<void> | undefined;
  #present = 0;
  #mostPresent = 0;

  /** Starts watching; resolves when the watch is about to be open. `labelSelector`: default, ours. */
  async start(
    pods: Awaited<ReturnType<typeof connectBench>>,
    namespace: string,
    labelSelector = managedSelector,
  ): Promise<void> {
    const synced = Promise.withResolvers<void>();
    this.#feed = feedPods({
      pods,
      clock: systemClock,
      random: Math.random,
      namespace,
      labelSelector,
      listener: {
        seen: pod => this.#seen(pod),
        gone: (_, last) => last && this.#gone(last),
        synced: () => synced.resolve(),
        failing: () => undefined,
      },
      signal: this.#stop.signal,
    });
    await Promise.race([synced.promise, this.#feed]);
  }

  /** By task id. */
  get all(): ReadonlyMap<string, Moments> {
    return this.#moments;
  }

  /** The largest number of Pods that were there at a time since this was last asked. */
  takeMostPresent(): number {
    const most = this.#mostPresent;
    this.#mostPresent = this.#present;
    return most;
  }

  /** Waits until so many Pods have come so far; `check` is asked meanwhile and may throw. */
  async until(
    moment: 'createdMs' | 'startedMs' | 'goneMs',
    { count, withinMs, check }: { count: number; withinMs: number; check: () => void },
  ): Promise<void> {
    const reached = (): number =>
      this.#moments
        .values()
        .filter(moments => moments[moment])
        .toArray().length;
    for (const end = performance.now() + withinMs; reached() < count; await sleep(50)) {
      check();
      if (performance.now() > end) {
        throw new Error(`${reached()} Pods of ${count} have a ${moment} after ${withinMs / 1_000} s`);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#feed;
  }

  #seen(pod: Pod): Moments {
    const taskId = pod.metadata.labels?.task_id ?? pod.metadata.name;
    const now = Date.now();
    const moments = this.#moments.get(taskId) ?? { name: pod.metadata.name, createdMs: now };
    if (!this.#moments.has(taskId)) {
      this.#moments.set(taskId, moments);
      this.#present += 1;
      this.#mostPresent = Math.max(this.#mostPresent, this.#present);
    }
    if (startedAt(pod, baseContainer) !== undefined) moments.startedMs ??= now;
    if (containerEnd(pod, baseContainer) !== undefined) moments.endedMs ??= now;
    return moments;
  }

  #gone(last: Pod): void {
    this.#seen(last).goneMs ??= Date.now();
    this.#present -= 1;
  }
}
