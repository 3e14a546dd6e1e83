import { PubSub } from '@google-cloud/pubsub';
import { PassThroughClient } from 'google-auth-library';
import { TaskpodError } from '../../errors.ts';
import type { OutgoingMessage, Publisher } from '../../ports/publisher.ts';
import { apiCallRetry, retry } from '../../retry.ts';
import type { Clock } from '../../time.ts';
import { withDeadline } from '../deadline.ts';
import { googleOutageAction } from '../google-failure.ts';
import { publishBatches } from './batches.ts';
import { grpcFailure } from './grpc-failure.ts';
import { pubsubWords } from './words.ts';

/** How to reach Pub/Sub. */
export interface ClientPublisherOptions {
  retryDeps: { clock: Clock; random: () => number };
  /** `host:port` of another server than Google's, without credentials. Default: PUBSUB_EMULATOR_HOST. */
  emulatorHost?: string | undefined;
  /** Milliseconds that one request may take. Default 10,000. */
  timeoutMs?: number;
}

/** A Publisher with connections to close; a process ends by itself only after that. */
export interface ClientPublisher extends Publisher, AsyncDisposable {}

/**
 * connectClientPublisher makes a Publisher on Google's Pub/Sub client (gRPC), with the application default
 * credentials. Nothing is sent before the first call.
 */
export function connectClientPublisher(options: ClientPublisherOptions): ClientPublisher {
  const { emulatorHost = process.env.PUBSUB_EMULATOR_HOST } = options;
  // topics have their full names, so no project has to be looked up
  const client = new PubSub({
    projectId: 'unused',
    ...(emulatorHost
      ? {
          apiEndpoint: emulatorHost.replace(/^https?:\/\//, ''),
          emulatorMode: true,
          authClient: new PassThroughClient(),
        }
      : {}),
  });
  return new GooglePublisher({ client, timeoutMs: options.timeoutMs ?? 10_000, ...options.retryDeps });
}

interface Deps {
  client: PubSub;
  timeoutMs: number;
  clock: Clock;
  random: () => number;
}

class GooglePublisher implements ClientPublisher {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async publish(topic: string, messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<string[]> {
    const { clock, random } = this.#deps;
    const ids: string[] = [];
    for (const batch of publishBatches(messages)) {
      ids.push(
        ...(await retry(() => this.#send(topic, batch, signal), apiCallRetry, { clock, random, signal })),
      );
    }
    return ids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#deps.client.close();
  }

  async #send(name: string, batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<string[]> {
    const { client, timeoutMs } = this.#deps;
    const topic = client.topic(name, {
      // the whole batch is handed over at once: there is nothing to wait for
      batching: { maxMessages: 1_000, maxBytes: 10_000_000, maxMilliseconds: 0 },
      // retry: null is the client's own word for a single try
      gaxOpts: { timeout: timeoutMs, retry: null },
    });
    const onTimeout = () =>
      new TaskpodError('pubsub_unavailable', `Pub/Sub did not answer within ${timeoutMs / 1_000} s`, {
        retryable: true,
        action: googleOutageAction,
      });
    try {
      return await withDeadline({ signal, ms: timeoutMs, onTimeout }, () =>
        Promise.all(
          batch.map(({ data, attributes = {} }) =>
            topic.publishMessage({ data: Buffer.from(data), attributes }),
          ),
        ),
      );
    } catch (error) {
      throw grpcFailure(pubsubWords(name), `publish to ${name}`, error);
    }
  }
}
