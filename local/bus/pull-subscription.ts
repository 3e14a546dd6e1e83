import type { Clock } from '../../shared/time.ts';
import type { Message } from './message.ts';
import type { SubscriptionConfig } from './subscription-config.ts';

/** What a pull subscription needs from outside. */
export interface PullDeps {
  config: Pick<SubscriptionConfig, 'ackDeadlineSeconds' | 'deadLetterPolicy'>;
  clock: Clock;
  /** Publishes to the dead-letter topic; false when there is no such topic. */
  deadLetter: (message: Message, attempts: number) => boolean;
}

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

/** A message that somebody has at this moment, and what ends the time until which it is that one's. */
interface Leased extends Pulled {
  timer: AbortController;
}

/** Most messages that wait to be pulled; the oldest go first when nobody does. */
const maxWaiting = 10_000;

/** Hands messages to whoever asks; what is not acknowledged within the deadline is handed out again. */
export class PullSubscription {
  readonly #deps: PullDeps;
  readonly #closed = new AbortController();
  readonly #leased = new Map<string, Leased>();
  #waiting: Waiting[] = [];
  #news = Promise.withResolvers<void>();
  #lastAckId = 0;

  constructor(deps: PullDeps) {
    this.#deps = deps;
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
      await Promise.race([
        this.#news.promise,
        this.#deps.clock.sleep(waitMs, patience).catch(() => undefined),
      ]);
      enough.abort();
    }
    if (signal.aborted || this.#closed.signal.aborted) return [];
    return this.#waiting.splice(0, max).map(waiting => this.#lease(waiting));
  }

  /** Forgets what was handed out under these ids; one that is unknown or too late changes nothing. */
  acknowledge(ackIds: readonly string[]): void {
    for (const ackId of ackIds) {
      this.#leased.get(ackId)?.timer.abort();
      this.#leased.delete(ackId);
    }
  }

  /** Gives what was handed out under these ids another deadline, from now on; 0 gives it back at once. */
  modifyDeadline(ackIds: readonly string[], seconds: number): void {
    for (const leased of ackIds.flatMap(ackId => this.#leased.get(ackId) ?? [])) {
      leased.timer.abort();
      if (seconds === 0) this.#giveBack(leased);
      else this.#hold(leased, seconds);
    }
  }

  close(): void {
    this.#closed.abort();
    for (const { timer } of this.#leased.values()) timer.abort();
  }

  #lease({ message, attempt }: Waiting): Pulled {
    this.#lastAckId += 1;
    const pulled = { ackId: `${message.id}-${this.#lastAckId}`, message, attempt: attempt + 1 };
    this.#hold(pulled, this.#deps.config.ackDeadlineSeconds);
    return pulled;
  }

  #hold(pulled: Pulled, seconds: number): void {
    const leased = { ...pulled, timer: new AbortController() };
    this.#leased.set(pulled.ackId, leased);
    this.#deps.clock.sleep(seconds * 1_000, leased.timer.signal).then(
      () => this.#giveBack(leased),
      () => undefined,
    );
  }

  #giveBack({ ackId, message, attempt }: Pulled): void {
    const { config, deadLetter } = this.#deps;
    this.#leased.delete(ackId);
    const max = config.deadLetterPolicy?.maxDeliveryAttempts ?? Number.POSITIVE_INFINITY;
    if (attempt >= max && deadLetter(message, attempt)) return;
    this.#wait({ message, attempt });
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#waiting.length > maxWaiting) this.#waiting = this.#waiting.slice(-maxWaiting);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
