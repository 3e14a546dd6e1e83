import { Agent, request } from 'undici';
import { type Delivery, pushBody } from './message.ts';

/** Statuses that acknowledge; everything else asks for redelivery. https://cloud.google.com/pubsub/docs/push#receive_push */
const acknowledging = new Set([102, 200, 201, 202, 204]);

/** No push lasts longer, whatever the ack deadline says. */
const longestRequestMs = 600_000;

/** Sends one delivery and tells whether it was acknowledged; never throws. */
export type SendPush = (endpoint: string, delivery: Delivery, signal: AbortSignal) => Promise<boolean>;

/** A sender of pushes, with connections to close. */
export interface PushSender {
  send: SendPush;
  close(): Promise<void>;
}

/** createPushSender makes the HTTP side of push subscriptions; a refused connection, a redirect and a cut are not acknowledged. */
export function createPushSender(): PushSender {
  const dispatcher = new Agent({ headersTimeout: longestRequestMs, bodyTimeout: longestRequestMs });
  return {
    send: async (endpoint, delivery, signal) => {
      try {
        const response = await request(endpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'CloudPubSub-Google' },
          body: pushBody(delivery),
          dispatcher,
          signal,
        });
        await response.body.dump();
        return acknowledging.has(response.statusCode);
      } catch {
        return false;
      }
    },
    close: () => dispatcher.destroy(),
  };
}
