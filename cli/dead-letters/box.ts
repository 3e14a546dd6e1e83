import type { PulledMessage, Subscriptions } from '../../shared/ports/subscriptions.ts';
import type { Clock } from '../../shared/time.ts';

/** What a box needs from outside. */
export interface BoxDeps {
  subscriptions: Subscriptions;
  /** `projects/P/subscriptions/S`. */
  subscription: string;
  clock: Clock;
  signal: AbortSignal;
}

/** A command that dies without a word hides what it holds for this long. */
const holdSeconds = 60;
/** Deliveries are held again before half of it is over. */
const holdAgainMs = 20_000;
/** A pull may answer with nothing although there is something. */
const emptyPulls = 3;
const pauseMs = 300;
const pageSize = 50;
/** What is in a box is in memory. */
const maxBytes = 64 * 1_024 * 1_024;
/** For giving back at the end, also of a command that was interrupted. */
const closeMs = 5_000;

/** The dead letters that are there at one moment, held for as long as somebody looks at them. */
export class DeadLetterBox {
  readonly #deps: BoxDeps;
  /** By message id: one whose time was over while others were pulled comes a second time. */
  readonly #held = new Map<string, PulledMessage>();
  #heldAtMs = 0;
  #isFull = false;

  constructor(deps: BoxDeps) {
    this.#deps = deps;
  }

  /** What is held, the oldest dead letter first. */
  get letters(): PulledMessage[] {
    return [...this.#held.values()].sort(olderFirst);
  }

  /** True when there may be more than were pulled. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Pulls, page by page, what is there; at most so many. */
  async fill(limit: number): Promise<void> {
    const { subscriptions, subscription, clock, signal } = this.#deps;
    let bytes = 0;
    for (let empty = 0; empty < emptyPulls; ) {
      this.#isFull = this.#held.size >= limit || bytes >= maxBytes;
      if (this.#isFull) return;
      const max = Math.min(pageSize, limit - this.#held.size);
      const page = await subscriptions.pull(subscription, max, signal);
      const isNews = page.some(({ messageId }) => !this.#held.has(messageId));
      for (const message of page) {
        this.#held.set(message.messageId, message);
        bytes += message.data.length;
      }
      await this.#hold(page);
      await this.keep();
      empty = isNews ? 0 : empty + 1;
      if (!isNews && empty < emptyPulls) await clock.sleep(pauseMs, signal);
    }
  }

  /** Sees to it that what is held stays so; to be called before each step that may take a while. */
  async keep(): Promise<void> {
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#heldAtMs < holdAgainMs) return;
    this.#heldAtMs = now;
    await this.#hold([...this.#held.values()]);
  }

  /** Takes one off the subscription for good. */
  async acknowledge({ messageId, ackId }: PulledMessage): Promise<void> {
    const { subscriptions, subscription, signal } = this.#deps;
    await subscriptions.acknowledge(subscription, [ackId], signal);
    this.#held.delete(messageId);
  }

  /** Gives back what is left, so that the next command finds it. Never throws: it comes back by itself, only later. */
  async close(): Promise<void> {
    const { subscriptions, subscription } = this.#deps;
    const ackIds = [...this.#held.values()].map(({ ackId }) => ackId);
    this.#held.clear();
    if (ackIds.length === 0) return;
    await subscriptions
      .modifyDeadline(subscription, ackIds, 0, AbortSignal.timeout(closeMs))
      .catch(() => undefined);
  }

  async #hold(messages: readonly PulledMessage[]): Promise<void> {
    const { subscriptions, subscription, signal } = this.#deps;
    if (messages.length === 0) return;
    const ackIds = messages.map(({ ackId }) => ackId);
    await subscriptions.modifyDeadline(subscription, ackIds, holdSeconds, signal);
  }
}

/** olderFirst orders messages by their time; those of one millisecond by their ids, which are numbers of any length. */
export function olderFirst(a: Placed, b: Placed): number {
  if (a.publishTime !== b.publishTime) return a.publishTime < b.publishTime ? -1 : 1;
  const shorter = a.messageId.length - b.messageId.length;
  if (shorter !== 0) return shorter;
  return a.messageId < b.messageId ? -1 : Number(a.messageId !== b.messageId);
}

/** What a message is placed by. */
interface Placed {
  publishTime: string;
  messageId: string;
}
