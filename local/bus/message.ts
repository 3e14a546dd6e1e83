import { z } from 'zod';
import { ApiFailure } from '../loopback-server.ts';

/** A published message. */
export interface Message {
  id: string;
  /** Base64. */
  data: string;
  attributes: Record<string, string>;
  /** RFC 3339. */
  publishTime: string;
  /** Size as Pub/Sub counts it: data and attributes. */
  bytes: number;
}

/** What a publisher sends. */
export interface NewMessage {
  data: string;
  attributes: Record<string, string>;
  bytes: number;
}

/** Pub/Sub's limits. https://cloud.google.com/pubsub/quotas#resource_limits */
const limits = { messages: 1_000, bytes: 10_000_000, attributes: 100, keyBytes: 256, valueBytes: 1_024 };

/** Body of `:publish`. */
export const publishRequest = z.object({
  messages: z
    .array(
      z.object({
        data: z
          .string()
          .regex(/^[\w+/=-]*$/, 'must be base64')
          .transform(text => Buffer.from(text, 'base64').toString('base64'))
          .default(''),
        attributes: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1)
    .max(limits.messages),
});

/** checkMessages applies Pub/Sub's limits to a publish request; throws {@link ApiFailure} 400. */
export function checkMessages(request: z.output<typeof publishRequest>): NewMessage[] {
  const messages = request.messages.map(message => ({ ...message, bytes: messageBytes(message) }));
  messages.forEach(checkMessage);
  if (messages.reduce((sum, message) => sum + message.bytes, 0) > limits.bytes) {
    throw refused(`the request is larger than ${limits.bytes} bytes`);
  }
  return messages;
}

/** Where a delivery comes from. */
export interface Delivery {
  /** `projects/P/subscriptions/S`. */
  subscription: string;
  message: Message;
  /** Told only by a subscription with a dead-letter policy; 1 for the first. */
  deliveryAttempt: number | undefined;
}

/** pushBody is the body of a push, wrapped. https://cloud.google.com/pubsub/docs/push#receive_push */
export function pushBody(delivery: Delivery): string {
  const { subscription, message, deliveryAttempt } = delivery;
  return JSON.stringify({
    ...(deliveryAttempt === undefined ? {} : { deliveryAttempt }),
    message: {
      ...messageJson(message),
      message_id: message.id,
      publish_time: message.publishTime,
    },
    subscription,
  });
}

/** messageJson is a message as the REST API tells it. */
export function messageJson(message: Message): object {
  return {
    ...(message.data === '' ? {} : { data: message.data }),
    ...(Object.keys(message.attributes).length === 0 ? {} : { attributes: message.attributes }),
    messageId: message.id,
    publishTime: message.publishTime,
  };
}

function messageBytes(message: { data: string; attributes: Record<string, string> }): number {
  const attributes = Object.entries(message.attributes).flat();
  return Buffer.byteLength(message.data, 'base64') + Buffer.byteLength(attributes.join(''));
}

function checkMessage(message: NewMessage): void {
  const attributes = Object.entries(message.attributes);
  if (message.data === '' && attributes.length === 0) throw refused('a message needs data or an attribute');
  if (attributes.length > limits.attributes) throw refused(`more than ${limits.attributes} attributes`);
  for (const [key, value] of attributes) {
    const keyBytes = Buffer.byteLength(key);
    if (keyBytes < 1 || keyBytes > limits.keyBytes)
      throw refused(`an attribute key needs 1 to ${limits.keyBytes} bytes`);
    if (Buffer.byteLength(value) > limits.valueBytes)
      throw refused(`attribute ${key} is larger than ${limits.valueBytes} bytes`);
  }
}

function refused(message: string): ApiFailure {
  return new ApiFailure(400, 'INVALID_ARGUMENT', message);
}
