import { hasCode, isRetryable } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import { retryDelayMs } from '../../shared/retry.ts';
import type { Clock } from '../../shared/time.ts';

/** Back-off of a watch that cannot be opened: an API server's restart takes seconds, so the bound is low. */
const reopen = { attempts: Number.POSITIVE_INFINITY, baseDelayMs: 200, maxDelayMs: 2_000 };

/** So many failures in a row are no restart of an API server any more. */
const failuresOfAnOutage = 10;

/** Who hears of a namespace's Pods. */
export interface PodListener {
  /** The Pod is there in this version; versions may be skipped or repeated. */
  seen(pod: Pod): void;
  /** The Pod is no more; `last` is its last version where the watch told it. */
  gone(uid: string, last?: Pod): void;
  /** The first list of this namespace has been told. */
  synced(): void;
  /** The API server has failed again and again, last with this; told once for each outage. */
  failing(error: unknown): void;
}

/** What a feed needs. */
export interface PodFeedOptions {
  pods: Pick<Pods, 'list' | 'watch'>;
  clock: Clock;
  random: () => number;
  namespace: string;
  labelSelector: string;
  listener: PodListener;
  signal: AbortSignal;
}

/**
 * feedPods tells a listener of all Pods of a namespace by one list and one watch, until the signal fires. Outages are
 * ridden out with back-off; a watch that expired is followed by a new list, which also tells of Pods that went in between.
 * Throws what cannot heal by itself (`kubernetes_refused`).
 */
export async function feedPods(options: PodFeedOptions): Promise<void> {
  const { pods, clock, random, namespace, labelSelector, listener, signal } = options;
  const known = new Map<string, Pod>();
  let resourceVersion: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        const list = await pods.list(namespace, labelSelector, signal);
        resourceVersion = list.resourceVersion;
        tellList(list.pods, known, listener);
      }
      for await (const change of pods.watch(namespace, labelSelector, resourceVersion, signal)) {
        failures = 0;
        if (change.type === 'BOOKMARK') {
          resourceVersion = change.resourceVersion;
          continue;
        }
        const { pod } = change;
        resourceVersion = pod.metadata.resourceVersion;
        if (change.type === 'DELETED') {
          known.delete(pod.metadata.uid);
          listener.gone(pod.metadata.uid, pod);
        } else {
          known.set(pod.metadata.uid, pod);
          listener.seen(pod);
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (hasCode(error, 'watch_expired')) resourceVersion = undefined;
      else if (!isRetryable(error)) throw error;
      else if (failures + 1 === failuresOfAnOutage) listener.failing(error);
    }
    // Also after a proper end: a server that ends every watch at once must not be asked in a hot loop.
    failures += 1;
    await clock.sleep(retryDelayMs(failures + 1, reopen, random), signal).catch(() => undefined);
  }
}

function tellList(pods: readonly Pod[], known: Map<string, Pod>, listener: PodListener): void {
  const uids = new Set(pods.map(pod => pod.metadata.uid));
  for (const [uid, last] of known) {
    if (uids.has(uid)) continue;
    known.delete(uid);
    listener.gone(uid, last);
  }
  for (const pod of pods) {
    known.set(pod.metadata.uid, pod);
    listener.seen(pod);
  }
  listener.synced();
}
