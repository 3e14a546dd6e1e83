import type { Clock } from '../../shared/time.ts';
import type { Message } from './message.ts';

/** A message as it is handed to who pulls. */
export interface Pulled {
  ackId: string;
  message: Message;
  /** 1 for the first. */
  attempt: number;
}

interface Waiting {
  message: Message;
  attempt: number;
}

/** Most messages that wait to be pulled; the oldest go first when nobody does. */
const maxWaiting = 10_000;

/** Hands messages to whoever asks; what is not acknowledged within the deadline is handed out again. */
export class PullSubscription {
  readonly #ackDeadlineMs: number;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  readonly #leased = new Map<string, AbortController>();
  #waiting: Waiting[] = [];
  #news = Promise.withResolvers<void>();
  #lastAckId = 0;

  constructor(ackDeadlineSeconds: number, clock: Clock) {
    this.#ackDeadlineMs = ackDeadlineSeconds * 1_000;
    this.#clock = clock;
  }

  /** Takes a message over. */
  accept(message: Message): void {
    this.#wait({ message, attempt: 0 });
  }

  /** Up to `max` messages; waits up to `waitMs` for the first. */
  async pull(max: number, waitMs: number, signal: AbortSignal): Promise<Pulled[]> {
    if (this.#waiting.length === 0 && waitMs > 0) {
      const enough = new AbortController();
      const patience = AbortSignal.any([enough.signal, this.#closed.signal, signal]);
      await Promise.race([this.#news.promise, this.#clock.sleep(waitMs, patience).catch(() => undefined)]);
      enough.abort();
    }
    if (signal.aborted || this.#closed.signal.aborted) return [];
    return this.#waiting.splice(0, max).map(waiting => this.#lease(waiting));
  }

  /** Forgets what was handed out under these ids; one that is unknown or too late changes nothing. */
  acknowledge(ackIds: readonly string[]): void {
    for (const ackId of ackIds) {
      this.#leased.get(ackId)?.abort();
      this.#leased.delete(ackId);
    }
  }

  close(): void {
    this.#closed.abort();
    for (const lease of this.#leased.values()) lease.abort();
  }

  #lease({ message, attempt }: Waiting): Pulled {
    this.#lastAckId += 1;
    const ackId = `${message.id}-${this.#lastAckId}`;
    const lease = new AbortController();
    this.#leased.set(ackId, lease);
    const again = (): void => {
      this.#leased.delete(ackId);
      this.#wait({ message, attempt: attempt + 1 });
    };
    this.#clock.sleep(this.#ackDeadlineMs, lease.signal).then(again, () => undefined);
    return { ackId, message, attempt: attempt + 1 };
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#waiting.length > maxWaiting) this.#waiting = this.#waiting.slice(-maxWaiting);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
