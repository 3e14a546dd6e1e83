/** A message to publish. */
export interface OutgoingMessage {
  /** UTF-8 text, usually JSON. */
  data: string;
  attributes?: Record<string, string>;
}

/** Publishes to topics. */
export interface Publisher {
  /**
   * Publishes to a topic (`projects/P/topics/T`) and returns the message ids in order. Retries outages within the
   * signal, then throws `pubsub_unavailable`; a missing topic or permission is `pubsub_refused`.
   */
  publish(topic: string, messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<string[]>;
}
