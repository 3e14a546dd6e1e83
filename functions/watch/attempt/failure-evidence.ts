import { z } from 'zod';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { errorMessage } from '../../../shared/errors.ts';
import type { PodEvent } from '../../../shared/kubernetes/pod-event.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { podWithoutValues } from '../../../shared/pod-without-values.ts';
import { isoTime } from '../../../shared/time.ts';
import type { WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';

const identified = z.object({ metadata: z.object({ uid: z.string() }) });

/** What a failure is explained with, besides the Pod's status; read when it is needed. */
export class FailureEvidence {
  /** What could not be read, in words for a person. */
  get notes(): string[] {
    return [...this.#notes.values()];
  }

  /** By what it is about: what could be read in the end is not told. */
  readonly #notes = new Map<'events' | 'manifest', string>();
  readonly #record: AttemptRecord;
  readonly #updates: PodUpdates;
  readonly #deps: WatchDeps;
  readonly #signal: AbortSignal;
  #events: readonly PodEvent[] | undefined;

  constructor(record: AttemptRecord, updates: PodUpdates, deps: WatchDeps, signal: AbortSignal) {
    this.#record = record;
    this.#updates = updates;
    this.#deps = deps;
    this.#signal = signal;
  }

  /**
   * The Pod's events, as they were read last. Reading them may be forbidden: then there are none, and a note says so (kpo.md,
   * pain 11).
   */
  async events(): Promise<readonly PodEvent[]> {
    return this.#events ?? this.newEvents();
  }

  /** The Pod's events as they are now; a signal ends the reading before everything else ends. */
  async newEvents(signal = this.#signal): Promise<readonly PodEvent[]> {
    this.#events = await this.#readEvents(signal);
    return this.#events;
  }

  async #readEvents(signal: AbortSignal): Promise<readonly PodEvent[]> {
    const { namespace, uid } = this.#updates.pod.metadata;
    // A Pod that was lost before anybody knew its uid.
    if (uid === '') return [];
    try {
      const events = await this.#deps.pods.listEvents(namespace, uid, signal);
      this.#notes.delete('events');
      return events;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#notes.set('events', `The Pod’s events could not be read: ${errorMessage(error)}`);
      return [];
    }
  }

  /** Stores the Pod as it was last, without values; gives the object's name, or undefined when there is nothing to store. */
  async storePod(): Promise<string | undefined> {
    if (this.#record.log_pod_spec_on_failure === false) return undefined;
    const { pod, gone } = this.#updates;
    const { namespace, name, uid } = pod.metadata;
    const signal = this.#signal;
    let whole: unknown;
    // Told in the object too: the Turn that writes the outcome may be another one, without this note.
    let incompleteBecause = 'The Pod was gone when it was read.';
    try {
      whole = gone ? undefined : await this.#deps.pods.readWhole(namespace, name, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      incompleteBecause = `The Pod’s manifest could not be read: ${errorMessage(error)}`;
      this.#notes.set('manifest', incompleteBecause);
    }
    const isOurs = hasUid(whole, uid);
    const object = attemptObjects(attemptOf(this.#record)).podFinal;
    const document = {
      version: 1,
      read_at: isoTime(this.#deps.clock.now()),
      // Of a Pod that is gone, only what the watch keeps of it.
      complete: isOurs,
      ...(isOurs ? {} : { incomplete_because: incompleteBecause }),
      pod: podWithoutValues(isOurs ? whole : pod),
    };
    const options = { contentType: 'application/json', signal };
    await this.#deps.store.create(object, `${JSON.stringify(document)}\n`, options);
    return object;
  }
}

function hasUid(whole: unknown, uid: string): boolean {
  return identified.safeParse(whole).data?.metadata.uid === uid;
}
