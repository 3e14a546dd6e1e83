import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A message as it was pulled. */
export interface PulledMessage {
  id: string;
  data: string;
  attributes: Record<string, string>;
}

/** How a subscription is made; the rest is the server's default. */
export interface SubscriptionRequest {
  topic: string;
  pushConfig?: { pushEndpoint: string };
  ackDeadlineSeconds?: number;
  retryPolicy?: { minimumBackoff: string; maximumBackoff: string };
  deadLetterPolicy?: { deadLetterTopic: string; maxDeliveryAttempts: number };
}

/** Pub/Sub's REST API as set-up code uses it. */
export interface PubsubApi {
  /** Makes a topic of a fresh name and returns its full name. */
  createTopic(): Promise<string>;
  createSubscription(request: SubscriptionRequest): Promise<string>;
  deleteSubscription(name: string): Promise<void>;
  /** Pulls and acknowledges until `count` messages are there. */
  pullAll(subscription: string, count: number): Promise<PulledMessage[]>;
  publish(
    topic: string,
    messages: { data?: string; attributes?: Record<string, string> }[],
  ): Promise<string[]>;
}

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

/** pubsubApi talks to an emulator or the local bus at `host:port`. */
export function pubsubApi(host: string): PubsubApi {
  const call = async (method: string, path: string, body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://${host}/v1/${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const fresh = (kind: string) => `projects/lab-project/${kind}/contract-${randomBytes(6).toString('hex')}`;
  return {
    createTopic: async () => {
      const name = fresh('topics');
      await call('PUT', name, {});
      return name;
    },
    createSubscription: async request => {
      const name = fresh('subscriptions');
      await call('PUT', name, request);
      return name;
    },
    deleteSubscription: async name => {
      await call('DELETE', name, {});
    },
    publish: async (topic, messages) =>
      z
        .object({ messageIds: z.array(z.string()) })
        .parse(await call('POST', `${topic}:publish`, { messages })).messageIds,
    pullAll: async (subscription, count) => {
      const messages: PulledMessage[] = [];
      while (messages.length < count) {
        const answer = pulled.parse(await call('POST', `${subscription}:pull`, { maxMessages: 1_000 }));
        const ackIds = answer.receivedMessages.map(({ ackId }) => ackId);
        if (ackIds.length > 0) await call('POST', `${subscription}:acknowledge`, { ackIds });
        messages.push(
          ...answer.receivedMessages.map(({ message }) => ({
            id: message.messageId,
            data: Buffer.from(message.data, 'base64').toString('utf8'),
            attributes: message.attributes,
          })),
        );
      }
      return messages;
    },
  };
}
