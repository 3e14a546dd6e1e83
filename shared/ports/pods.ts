import type { Pod, PodManifest } from '../kubernetes/pod.ts';
import type { PodEvent } from '../kubernetes/pod-event.ts';

/** What became of a POST. A time-out or a lost answer is not here: it is thrown as `kubernetes_unavailable`. */
export type CreateResult =
  | { kind: 'created'; pod: Pod }
  /** 409: a Pod of this name exists; perhaps ours. */
  | { kind: 'exists' }
  /** The API server understood and refused (400, 403, 404, 422): trying again changes nothing, but for a full quota. */
  | {
      kind: 'refused';
      status: number;
      reason: string;
      message: string;
      causes: { field: string; message: string }[];
    };

/** A change in a watch. `BOOKMARK` only carries a newer resourceVersion. */
export type PodChange =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; pod: Pod }
  | { type: 'BOOKMARK'; resourceVersion: string };

/** Which log to read, and from where. Lines always carry the container runtime's timestamp (`timestamps=true`). */
export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  /** Keep the stream open until the container ends. */
  follow: boolean;
  /** RFC 3339; the API server cuts it to the whole second, so the first lines may be older. */
  sinceTime?: string;
}

/** A Pod that a cluster's events tell of. */
export interface PodHeardOf {
  uid: string;
  /** RFC 3339: of the last event. */
  at: string;
}

/** The Pods of one cluster. Errors: `kubernetes_unavailable` (retryable), `kubernetes_refused`, `aborted`. */
export interface Pods {
  /** Posts a Pod once; never retries by itself, because a POST whose answer was lost may have happened. */
  create(namespace: string, manifest: PodManifest, signal: AbortSignal): Promise<CreateResult>;
  read(namespace: string, name: string, signal: AbortSignal): Promise<Pod | undefined>;
  /** The Pod with all that the API server tells of it, as JSON; undefined when there is none of this name. */
  readWhole(namespace: string, name: string, signal: AbortSignal): Promise<unknown>;
  /** What has happened to the Pod with this uid, the oldest first. An event lives for an hour, and outlives its Pod. */
  listEvents(namespace: string, uid: string, signal: AbortSignal): Promise<PodEvent[]>;
  /**
   * The last Pod of this name that has had an event, whether it is there or not; undefined when no event tells of one. Every Pod that was
   * bound to a node has had one, and keeps it for an hour.
   */
  heardOf(namespace: string, name: string, signal: AbortSignal): Promise<PodHeardOf | undefined>;
  /** A consistent list (not from a cache) and the resourceVersion to watch from. */
  list(
    namespace: string,
    labelSelector: string,
    signal: AbortSignal,
  ): Promise<{ pods: Pod[]; resourceVersion: string }>;
  /**
   * Changes from a resourceVersion on. Ends normally when the server ends it; throws `watch_expired` on 410 (list
   * again), `kubernetes_unavailable` when the connection is cut or silent for too long.
   */
  watch(
    namespace: string,
    labelSelector: string,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncIterable<PodChange>;
  /** Deletes the Pod with this uid, and no other of the same name. `absent`: already gone or replaced. */
  remove(
    namespace: string,
    name: string,
    options: { uid: string; gracePeriodSeconds?: number; signal: AbortSignal },
  ): Promise<'deleted' | 'absent'>;
  /**
   * Opens a container's log. The stream throws `kubernetes_unavailable` when it is cut. Opening throws
   * `log_not_ready` while the container has not started, and `not_found` when Pod or log are gone.
   */
  openLog(request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
