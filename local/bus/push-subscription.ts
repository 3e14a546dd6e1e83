import type { Clock } from '../../shared/time.ts';
import type { Message } from './message.ts';
import type { SendPush } from './push-request.ts';
import type { Slots } from './slots.ts';
import { backoffMs, type SubscriptionConfig } from './subscription-config.ts';

/** What a push subscription needs from outside. */
export interface PushDeps {
  name: string;
  config: SubscriptionConfig;
  endpoint: string;
  clock: Clock;
  send: SendPush;
  /** How many requests of the whole bus may run at once. */
  slots: Slots;
  /** Publishes to the dead-letter topic; false when there is no such topic. */
  deadLetter: (message: Message, attempts: number) => boolean;
}

/**
 * Pushes each message until it is acknowledged: again after a failure, and at the ack deadline also while the request
 * still runs (a late answer acknowledges all the same), each time after a longer pause.
 */
export class PushSubscription {
  readonly #deps: PushDeps;
  readonly #closed = new AbortController();
  #messages = 0;
  #bytes = 0;

  constructor(deps: PushDeps) {
    this.#deps = deps;
  }

  /** Messages and bytes that are not acknowledged. */
  get backlog(): { messages: number; bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Takes a message over; its delivery begins at once. */
  accept(message: Message): void {
    this.#messages += 1;
    this.#bytes += message.bytes;
    void this.#deliver(message).finally(() => {
      this.#messages -= 1;
      this.#bytes -= message.bytes;
    });
  }

  /** Gives up all deliveries, also those that run. */
  close(): void {
    this.#closed.abort();
  }

  async #deliver(message: Message): Promise<void> {
    const { clock, config, deadLetter } = this.#deps;
    const done = new AbortController();
    const onClose = (): void => done.abort();
    this.#closed.signal.addEventListener('abort', onClose, { once: true });
    try {
      for (let attempt = 1; !done.signal.aborted; attempt++) {
        if (await this.#attempt(message, attempt, done)) return;
        const max = config.deadLetterPolicy?.maxDeliveryAttempts ?? Number.POSITIVE_INFINITY;
        if (attempt >= max && deadLetter(message, attempt)) return;
        await clock.sleep(backoffMs(config, attempt), done.signal);
      }
    } catch (error) {
      if (!done.signal.aborted) throw error;
    } finally {
      this.#closed.signal.removeEventListener('abort', onClose);
    }
  }

  /** Ends with the answer or at the ack deadline, whichever is first; the request goes on after the deadline. */
  async #attempt(message: Message, attempt: number, done: AbortController): Promise<boolean> {
    const { clock, config, endpoint, name: subscription, send, slots } = this.#deps;
    await slots.take();
    if (done.signal.aborted) {
      slots.release();
      return true;
    }
    const deliveryAttempt = config.deadLetterPolicy === undefined ? undefined : attempt;
    const answered = new AbortController();
    const request = send(endpoint, { subscription, message, deliveryAttempt }, this.#closed.signal).then(
      acknowledged => {
        slots.release();
        if (acknowledged) done.abort();
        answered.abort();
        return acknowledged;
      },
    );
    const signal = AbortSignal.any([answered.signal, done.signal]);
    const deadline = clock.sleep(config.ackDeadlineSeconds * 1_000, signal).then(
      () => false,
      () => done.signal.aborted,
    );
    return Promise.race([request, deadline]);
  }
}
