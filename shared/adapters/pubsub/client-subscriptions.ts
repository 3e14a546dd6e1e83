import { v1 } from '@google-cloud/pubsub';
import { PassThroughClient } from 'google-auth-library';
import { z } from 'zod';
import { hasCode, TaskpodError } from '../../errors.ts';
import type { PulledMessage, Subscriptions } from '../../ports/subscriptions.ts';
import { apiCallRetry, retry } from '../../retry.ts';
import { type Clock, isoTime } from '../../time.ts';
import { withDeadline } from '../deadline.ts';
import { googleOutageAction } from '../google-failure.ts';
import { grpcFailure } from './grpc-failure.ts';
import { subscriptionWords } from './words.ts';

/** How to reach Pub/Sub. */
export interface ClientSubscriptionsOptions {
  retryDeps: { clock: Clock; random: () => number };
  /** `host:port` of another server than Google's, without credentials. Default: PUBSUB_EMULATOR_HOST. */
  emulatorHost?: string | undefined;
  /** Milliseconds that one request may take. Default 10,000. */
  timeoutMs?: number;
}

/** Subscriptions with connections to close; a process ends by itself only after that. */
export interface ClientSubscriptions extends Subscriptions, AsyncDisposable {}

/** Pub/Sub takes at most 512 KiB in one request; an ack id has about 200 bytes. https://cloud.google.com/pubsub/quotas */
const maxAckIds = 1_000;

/** A message as the client tells it. */
const received = z.object({
  ackId: z.string(),
  message: z.object({
    messageId: z.string(),
    data: z.union([z.instanceof(Uint8Array), z.string()]).nullish(),
    attributes: z.record(z.string(), z.string()).nullish(),
    publishTime: z.object({ seconds: z.coerce.number(), nanos: z.coerce.number().nullish() }).nullish(),
  }),
});
const pullAnswer = z.object({ receivedMessages: z.array(received).nullish() });
const subscriptionAnswer = z.object({ topic: z.string() });

/**
 * connectClientSubscriptions reaches pull subscriptions through Google's Pub/Sub client, by REST instead of gRPC, which the local bus
 * speaks too; with the application default credentials. Nothing is sent before the first call.
 */
export function connectClientSubscriptions(options: ClientSubscriptionsOptions): ClientSubscriptions {
  const { emulatorHost = process.env.PUBSUB_EMULATOR_HOST } = options;
  const [apiEndpoint = '', port] = (emulatorHost ?? '').replace(/^https?:\/\//, '').split(':');
  const client = new v1.SubscriberClient({
    fallback: true,
    ...(emulatorHost
      ? {
          apiEndpoint,
          port: Number(port ?? 80),
          protocol: 'http',
          projectId: 'unused',
          authClient: new PassThroughClient(),
        }
      : {}),
  });
  return new GoogleSubscriptions({ client, timeoutMs: options.timeoutMs ?? 10_000, ...options.retryDeps });
}

interface Deps {
  client: v1.SubscriberClient;
  timeoutMs: number;
  clock: Clock;
  random: () => number;
}

/** The calls of the client that are used here, each tried once. */
type Send = (client: v1.SubscriberClient, once: { timeout: number; retry: null }) => Promise<unknown[]>;

class GoogleSubscriptions implements ClientSubscriptions {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async topicOf(subscription: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const answer = await this.#call('read', subscription, signal, (client, once) =>
        client.getSubscription({ subscription }, once),
      );
      return subscriptionAnswer.parse(answer).topic;
    } catch (error) {
      if (hasCode(error, 'pubsub_refused') && error.message.includes('NOT_FOUND')) return undefined;
      throw error;
    }
  }

  async pull(subscription: string, max: number, signal: AbortSignal): Promise<PulledMessage[]> {
    // Google advises against returnImmediately for who waits for messages; here is asked what is there now.
    const request = { subscription, maxMessages: max, returnImmediately: true };
    const answer = await this.#call('pull from', subscription, signal, (client, once) =>
      client.pull(request, once),
    );
    return (pullAnswer.parse(answer).receivedMessages ?? []).map(pulledMessage);
  }

  async modifyDeadline(
    subscription: string,
    ackIds: readonly string[],
    seconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (const part of partsOf(ackIds)) {
      const request = { subscription, ackIds: part, ackDeadlineSeconds: seconds };
      await this.#call('hold messages of', subscription, signal, (client, once) =>
        client.modifyAckDeadline(request, once),
      );
    }
  }

  async acknowledge(subscription: string, ackIds: readonly string[], signal: AbortSignal): Promise<void> {
    for (const part of partsOf(ackIds)) {
      await this.#call('acknowledge messages of', subscription, signal, (client, once) =>
        client.acknowledge({ subscription, ackIds: part }, once),
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#deps.client.close();
  }

  async #call(verb: string, subscription: string, signal: AbortSignal, send: Send): Promise<unknown> {
    const { client, timeoutMs, clock, random } = this.#deps;
    const onTimeout = () =>
      new TaskpodError('pubsub_unavailable', `Pub/Sub did not answer within ${timeoutMs / 1_000} s`, {
        retryable: true,
        action: googleOutageAction,
      });
    const once = async (): Promise<unknown> => {
      try {
        const [answer] = await withDeadline({ signal, ms: timeoutMs, onTimeout }, () =>
          // retry: null is the client's own word for a single try
          send(client, { timeout: timeoutMs, retry: null }),
        );
        return answer;
      } catch (error) {
        throw grpcFailure(subscriptionWords(subscription), `${verb} ${subscription}`, error);
      }
    };
    return retry(once, apiCallRetry, { clock, random, signal });
  }
}

function pulledMessage({ ackId, message }: z.output<typeof received>): PulledMessage {
  const { messageId, data, attributes, publishTime } = message;
  const ms = (publishTime?.seconds ?? 0) * 1_000 + Math.floor((publishTime?.nanos ?? 0) / 1e6);
  return {
    ackId,
    messageId,
    data: typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data ?? []),
    attributes: attributes ?? {},
    publishTime: isoTime(ms),
  };
}

function partsOf(ackIds: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < ackIds.length; at += maxAckIds) parts.push(ackIds.slice(at, at + maxAckIds));
  return parts;
}
