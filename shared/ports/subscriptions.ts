/** A message that was pulled, and is nobody else's until its deadline is over. */
export interface PulledMessage {
  /** The handle for this one delivery. */
  ackId: string;
  messageId: string;
  /** Empty for a message of attributes only. */
  data: Buffer;
  attributes: Record<string, string>;
  /** RFC 3339. */
  publishTime: string;
}

/**
 * Pull subscriptions, by their full names (`projects/P/subscriptions/S`). Every method retries outages within its signal, then throws
 * `pubsub_unavailable`; a missing subscription or permission is `pubsub_refused`.
 */
export interface Subscriptions {
  /** The full name of the topic that a subscription (of any kind) is on; `_deleted-topic_` when that is gone; undefined: no such subscription. */
  topicOf(subscription: string, signal: AbortSignal): Promise<string | undefined>;
  /** Up to `max` (at most 1,000) messages that are there now; none may also mean that the server was not ready to tell. */
  pull(subscription: string, max: number, signal: AbortSignal): Promise<PulledMessage[]>;
  /** Gives deliveries this many seconds (at most 600) from now on; 0 gives them back at once. One that is too late changes nothing. */
  modifyDeadline(
    subscription: string,
    ackIds: readonly string[],
    seconds: number,
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes messages off the subscription; one that is too late changes nothing. */
  acknowledge(subscription: string, ackIds: readonly string[], signal: AbortSignal): Promise<void>;
}
