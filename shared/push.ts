import { z } from 'zod';
import type { Problem } from './errors.ts';

/** A message as Pub/Sub delivered it. */
export interface PushedMessage {
  messageId: string;
  /** Decoded bytes; empty for a message of attributes only. */
  data: Buffer;
  attributes: Record<string, string>;
  /** RFC 3339. */
  publishTime: string | undefined;
  /** Only with a dead-letter policy; 1 for the first. */
  deliveryAttempt: number | undefined;
  /** W3C trace context of the delivery. */
  traceparent: string | undefined;
}

/** Which message it is, whatever is delivered how often. */
export type MessageIdentity = Pick<PushedMessage, 'messageId' | 'publishTime'>;

/** What of an HTTP request is looked at. */
export interface PushRequest {
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const message = z.object({
  data: z.string().default(''),
  attributes: z.record(z.string(), z.string()).nullish(),
  messageId: z.string().optional(),
  message_id: z.string().optional(),
  publishTime: z.string().optional(),
  publish_time: z.string().optional(),
});
const wrapped = z.object({ message, deliveryAttempt: z.number().nullish() });
const structured = z.object({ specversion: z.string(), id: z.string(), data: wrapped });

/**
 * parsePush takes a Pub/Sub push (wrapped), a binary CloudEvent or a structured CloudEvent apart; all three carry the
 * same `{message, subscription}` and give the same result. An answer with problems means that the request does not
 * come from Pub/Sub.
 * Source: cloud.google.com/pubsub/docs/push; CloudEvents HTTP protocol binding 1.0.
 */
export function parsePush(request: PushRequest): { message: PushedMessage } | { problems: Problem[] } {
  let json: unknown;
  try {
    json = JSON.parse(request.body.toString('utf8'));
  } catch {
    return {
      problems: [{ path: '', message: 'the request body is not JSON; send a Pub/Sub push or a CloudEvent' }],
    };
  }
  const isStructured = /^application\/cloudevents\+json/i.test(header(request, 'content-type') ?? '');
  const envelope = isStructured ? structured.transform(event => event.data) : wrapped;
  const result = envelope.safeParse(json);
  if (!result.success) {
    return {
      problems: result.error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message })),
    };
  }
  const { message: inner, deliveryAttempt } = result.data;
  const messageId = inner.messageId ?? inner.message_id ?? eventId(request, json);
  if (messageId === undefined || messageId === '') {
    return { problems: [{ path: 'message.messageId', message: 'is missing' }] };
  }
  return {
    message: {
      messageId,
      data: Buffer.from(inner.data, 'base64'),
      attributes: inner.attributes ?? {},
      publishTime: inner.publishTime ?? inner.publish_time,
      deliveryAttempt: deliveryAttempt ?? undefined,
      traceparent: header(request, 'traceparent'),
    },
  };
}

function eventId(request: PushRequest, json: unknown): string | undefined {
  return header(request, 'ce-id') ?? z.object({ id: z.string() }).safeParse(json).data?.id;
}

function header(request: PushRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
