import { isRetryable } from '../../errors.ts';
import type { OutgoingMessage, Publisher } from '../../ports/publisher.ts';
import { abortedError } from '../../time.ts';
import { untilAborted } from '../deadline.ts';

/** A request that is slow holds up what comes after it no longer than this. */
const longestWaitMs = 250;

/**
 * groupedPublisher sends messages at once when no other request to their topic is on its way or has gone within `restMs` milliseconds, and
 * else together with all that come until then, or for 250 ms. Who publishes waits for the answer to the request that has his messages, as ever. A message
 * that is equal to another one of its group is sent once: that suits tickets and events, which say the same however often they come.
 */
export function groupedPublisher(inner: Publisher, restMs = 0): Publisher {
  const lanes = new Map<string, Lane>();
  return {
    async publish(topic, messages, signal) {
      if (signal.aborted) throw abortedError(signal);
      if (messages.length === 0) return [];
      const lane = lanes.get(topic) ?? new Lane(inner, topic, restMs);
      lanes.set(topic, lane);
      const group = lane.join();
      const places = messages.map(message => group.add(message));
      const leave = group.enter(signal);
      try {
        const ids = await untilAborted(group.ids, signal);
        return places.map(place => ids[place] ?? '');
      } catch (error) {
        // One message that is refused must not take the others with it.
        if (signal.aborted || isRetryable(error) || group.members === 1) throw error;
        return await inner.publish(topic, messages, signal);
      } finally {
        leave();
      }
    },
  };
}

/** The requests to one topic. */
class Lane {
  readonly #inner: Publisher;
  readonly #topic: string;
  readonly #restMs: number;
  #onTheWay = 0;
  #isResting = false;
  #waiting: Group | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(inner: Publisher, topic: string, restMs: number) {
    this.#inner = inner;
    this.#topic = topic;
    this.#restMs = restMs;
  }

  get #isFree(): boolean {
    return this.#onTheWay === 0 && !this.#isResting;
  }

  /** The group that goes next; what is added to it now goes with it. */
  join(): Group {
    if (this.#waiting?.isAbandoned) this.#take();
    if (this.#waiting === undefined) {
      this.#waiting = new Group();
      // Not yet: who has joined first adds his messages.
      if (this.#isFree) queueMicrotask(() => this.#sendNext());
      else this.#timer = setTimeout(() => this.#sendNext(), longestWaitMs);
    }
    return this.#waiting;
  }

  #take(): Group | undefined {
    clearTimeout(this.#timer);
    const group = this.#waiting;
    this.#waiting = undefined;
    return group;
  }

  #sendNext(): void {
    const group = this.#take();
    if (group === undefined || group.isAbandoned) return;
    this.#onTheWay += 1;
    if (this.#restMs > 0) this.#rest();
    const sent = this.#inner.publish(this.#topic, group.messages, group.abandoned).finally(() => {
      this.#onTheWay -= 1;
      if (this.#isFree) this.#sendNext();
    });
    group.sentAs(sent);
  }

  #rest(): void {
    this.#isResting = true;
    setTimeout(() => {
      this.#isResting = false;
      if (this.#isFree) this.#sendNext();
    }, this.#restMs);
  }
}

/** What is published with one request. */
class Group {
  readonly messages: OutgoingMessage[] = [];
  readonly #places = new Map<string, number>();
  readonly #abandoned = new AbortController();
  readonly #ids = Promise.withResolvers<string[]>();
  #members = 0;
  #waiting = 0;

  /** The ids of `messages`, once they are there. */
  get ids(): Promise<string[]> {
    return this.#ids.promise;
  }

  /** So many have entered. */
  get members(): number {
    return this.#members;
  }

  /** Fires when nobody waits for the answer any more. */
  get abandoned(): AbortSignal {
    return this.#abandoned.signal;
  }

  get isAbandoned(): boolean {
    return this.#abandoned.signal.aborted;
  }

  /** Gives the place of the message in `messages`. */
  add(message: OutgoingMessage): number {
    const key = JSON.stringify([message.data, message.attributes]);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.messages.length);
    return this.messages.push(message) - 1;
  }

  /** Counts one who waits until his signal fires; to be called when he does not wait any more: what it gives. */
  enter(signal: AbortSignal): () => void {
    this.#members += 1;
    this.#waiting += 1;
    const leave = (): void => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#abandoned.abort(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    return () => signal.removeEventListener('abort', leave);
  }

  sentAs(ids: Promise<string[]>): void {
    this.#ids.resolve(ids);
  }
}
