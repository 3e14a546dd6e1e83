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
  /** Where each different event is, the one that happened longest ago first. */
  readonly #known = new Map<string, { namespace: string; name: string }>();

  constructor(store: ResourceStore<EventObject>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  record(pod: EmulatedPod, event: PodEvent): void {
    const now = wholeSecond(this.#now());
    const { type, reason, message, fieldPath } = event;
    const key = JSON.stringify([pod.metadata.uid, type, reason, message, fieldPath]);
    const known = this.#known.get(key);
    this.#known.delete(key);
    if (known !== undefined) {
      const again = (old: EventObject): EventObject => ({ ...old, count: old.count + 1, lastTimestamp: now });
      this.#store.change(known.namespace, known.name, again);
      this.#known.set(key, known);
      return;
    }
    const { namespace, name } = this.#store.add(newEvent(pod, event, now)).metadata;
    this.#known.set(key, { namespace, name });
    const [oldest] = this.#known;
    if (this.#known.size <= keptEvents || oldest === undefined) return;
    this.#known.delete(oldest[0]);
    this.#store.remove(oldest[1].namespace, oldest[1].name);
  }
}

function newEvent(pod: EmulatedPod, { fieldPath, ...event }: PodEvent, now: string): EventObject {
  const { namespace, name, uid } = pod.metadata;
  return {
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
    ...event,
    source: { component: event.reason === 'Scheduled' ? 'default-scheduler' : 'kubelet' },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}
