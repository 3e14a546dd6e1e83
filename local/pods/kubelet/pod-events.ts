import { randomBytes, randomUUID } from 'node:crypto';
import type { ResourceStore, StoredObject } from '../api/resource-store.ts';
import type { EmulatedPod } from '../pod.ts';
import { wholeSecond } from './whole-second.ts';

/** An event about a Pod, as `kubectl describe` shows it. */
export interface EventObject extends StoredObject {
  involvedObject: {
    kind: 'Pod';
    apiVersion: 'v1';
    namespace: string;
    name: string;
    uid: string;
    fieldPath?: string;
  };
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  source: { component: string; host?: string };
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
}

/** What happened to a Pod. */
export interface PodEvent {
  type: EventObject['type'];
  reason: string;
  message: string;
  /** `spec.containers{NAME}` or `spec.initContainers{NAME}` when it is about one container. */
  fieldPath?: string;
}

/** So many events are kept; the oldest go first. */
const keptEvents = 1_000;

/** Writes events; one that repeats is counted, not written again. */
export class PodEvents {
  readonly #store: ResourceStore<EventObject>;
  readonly #now: () => number;

  constructor(store: ResourceStore<EventObject>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  record(pod: EmulatedPod, event: PodEvent): void {
    const { namespace, name, uid } = pod.metadata;
    const now = wholeSecond(this.#now());
    const known = this.#store
      .list(namespace)
      .find(
        ({ involvedObject, reason, message }) =>
          involvedObject.uid === uid &&
          involvedObject.fieldPath === event.fieldPath &&
          reason === event.reason &&
          message === event.message,
      );
    if (known !== undefined) {
      const again = (old: EventObject): EventObject => ({ ...old, count: old.count + 1, lastTimestamp: now });
      this.#store.change(namespace, known.metadata.name, again);
      return;
    }
    const { fieldPath, ...facts } = event;
    this.#store.add({
      metadata: {
        name: `${name}.${randomBytes(8).toString('hex')}`,
        namespace,
        uid: randomUUID(),
        resourceVersion: '',
        creationTimestamp: now,
      },
      involvedObject: {
        kind: 'Pod',
        apiVersion: 'v1',
        namespace,
        name,
        uid,
        ...(fieldPath === undefined ? {} : { fieldPath }),
      },
      ...facts,
      source: {
        component: fieldPath === undefined && event.reason === 'Scheduled' ? 'scheduler' : 'kubelet',
      },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    const all = this.#store.list();
    if (all.length <= keptEvents) return;
    const oldest = all.reduce((a, b) => (a.lastTimestamp <= b.lastTimestamp ? a : b));
    this.#store.remove(oldest.metadata.namespace, oldest.metadata.name);
  }
}
