import { z } from 'zod';
import { rest, restJson } from './rest.ts';

/** How a subscription behaves. */
export interface SubscriptionOptions {
  /** 10 to 600; default 60. */
  ackDeadlineSeconds?: number;
  /** Default 1. */
  minimumBackoffSeconds?: number;
  /** Default 5. */
  maximumBackoffSeconds?: number;
  /** Where a message goes that was delivered so often in vain; default: it comes again for ever. */
  deadLetters?: { topic: string; maxDeliveryAttempts: number };
}

/** A message that was pulled. */
export interface PulledMessage {
  id: string;
  data: string;
  attributes: Record<string, string>;
}

const published = z.object({ messageIds: z.array(z.string()) });
const pulled = z.object({
  receivedMessages: z
    .array(
      z.object({
        ackId: z.string(),
        message: z.object({
          messageId: z.string(),
          data: z.string().default(''),
          attributes: z.record(z.string(), z.string()).default({}),
        }),
      }),
    )
    .default([]),
});

/** Topics and subscriptions on a Pub/Sub server, by their full names; remembers what it made and deletes it again. */
export class PubSub {
  readonly #base: string;
  readonly #made: string[] = [];

  constructor(server: string) {
    this.#base = `${server}/v1`;
  }

  async createTopic(topic: string): Promise<void> {
    await this.#create(topic, {});
  }

  async subscribePush(
    topic: string,
    subscription: string,
    endpoint: string,
    options: SubscriptionOptions = {},
  ): Promise<void> {
    await this.#create(subscription, {
      topic,
      pushConfig: { pushEndpoint: endpoint },
      ackDeadlineSeconds: options.ackDeadlineSeconds ?? 60,
      retryPolicy: {
        minimumBackoff: `${options.minimumBackoffSeconds ?? 1}s`,
        maximumBackoff: `${options.maximumBackoffSeconds ?? 5}s`,
      },
      ...(options.deadLetters && {
        deadLetterPolicy: {
          deadLetterTopic: options.deadLetters.topic,
          maxDeliveryAttempts: options.deadLetters.maxDeliveryAttempts,
        },
      }),
    });
  }

  async subscribePull(topic: string, subscription: string): Promise<void> {
    await this.#create(subscription, { topic, ackDeadlineSeconds: 60 });
  }

  /** Publishes one message per text, and gives their ids. */
  async publish(topic: string, texts: readonly (string | Buffer)[]): Promise<string[]> {
    const messages = texts.map(text => ({ data: Buffer.from(text).toString('base64') }));
    return published.parse(await restJson('POST', `${this.#base}/${topic}:publish`, { messages })).messageIds;
  }

  /** Takes and acknowledges what a subscription has at this moment. */
  async pull(subscription: string): Promise<PulledMessage[]> {
    const answer = await restJson('POST', `${this.#base}/${subscription}:pull`, {
      maxMessages: 1_000,
      returnImmediately: true,
    });
    const { receivedMessages } = pulled.parse(answer);
    const ackIds = receivedMessages.map(received => received.ackId);
    if (ackIds.length > 0) await restJson('POST', `${this.#base}/${subscription}:acknowledge`, { ackIds });
    return receivedMessages.map(({ message }) => ({
      id: message.messageId,
      data: Buffer.from(message.data, 'base64').toString('utf8'),
      attributes: message.attributes,
    }));
  }

  /** Deletes what this object made, the latest first. */
  async cleanUp(): Promise<void> {
    for (const name of this.#made.splice(0).reverse()) await rest('DELETE', `${this.#base}/${name}`);
  }

  async #create(name: string, body: object): Promise<void> {
    await restJson('PUT', `${this.#base}/${name}`, body);
    this.#made.push(name);
  }
}
