import { z } from 'zod';
import { TaskpodError } from '../../errors.ts';
import type { OutgoingMessage, Publisher } from '../../ports/publisher.ts';
import { apiCallRetry, retry } from '../../retry.ts';
import type { Clock } from '../../time.ts';
import { withDeadline } from '../deadline.ts';
import { answerFailure, parseAnswer, thrownFailure } from '../google-failure.ts';
import { googleFetch } from '../google-fetch.ts';
import { googleTokenSource, type TokenSource } from '../google-token.ts';
import { publishBatches } from './batches.ts';
import { pubsubWords } from './words.ts';

/** How to reach Pub/Sub. */
export interface RestPublisherOptions {
  retryDeps: { clock: Clock; random: () => number };
  /** `host:port` of another server than Google's, without credentials. Default: PUBSUB_EMULATOR_HOST. */
  emulatorHost?: string | undefined;
  /** Default: the application default credentials. Not asked when there is an emulator. */
  token?: TokenSource;
  /** Milliseconds that one request may take. Default 10,000. */
  timeoutMs?: number;
}

/** `:publish`'s answer. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish */
const publishAnswer = z.object({ messageIds: z.array(z.string()) });

/**
 * connectRestPublisher makes a Publisher on Pub/Sub's REST API: one request for up to 1,000 messages. Leaves Google's
 * Pub/Sub client, 3.3 MB and 200 ms of start-up, out of the functions. Nothing is sent before the first call.
 */
export function connectRestPublisher(options: RestPublisherOptions): Publisher {
  const { emulatorHost = process.env.PUBSUB_EMULATOR_HOST, token = googleTokenSource() } = options;
  const emulator = emulatorHost ? emulatorHost.replace(/^(?!https?:\/\/)/, 'http://') : undefined;
  return new RestPublisher({
    baseUrl: emulator ?? 'https://pubsub.googleapis.com',
    token: emulator === undefined ? token : undefined,
    timeoutMs: options.timeoutMs ?? 10_000,
    fetch: googleFetch(),
    ...options.retryDeps,
  });
}

interface Deps {
  baseUrl: string;
  token: TokenSource | undefined;
  timeoutMs: number;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  random: () => number;
}

class RestPublisher implements Publisher {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async publish(topic: string, messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<string[]> {
    const { clock, random } = this.#deps;
    const ids: string[] = [];
    for (const batch of publishBatches(messages)) {
      const body = publishBody(batch);
      ids.push(
        ...(await retry(() => this.#send(topic, body, signal), apiCallRetry, { clock, random, signal })),
      );
    }
    return ids;
  }

  async #send(topic: string, body: string, signal: AbortSignal): Promise<string[]> {
    const { baseUrl, token, timeoutMs, clock, fetch } = this.#deps;
    const words = pubsubWords(topic);
    const what = `publish to ${topic}`;
    const onTimeout = () =>
      new TaskpodError(
        'pubsub_unavailable',
        `Pub/Sub did not answer within ${timeoutMs / 1_000} s to ${what}`,
        {
          retryable: true,
        },
      );
    try {
      return await withDeadline({ signal, ms: timeoutMs, onTimeout }, async signal => {
        const authorization = token === undefined ? {} : { authorization: `Bearer ${await token()}` };
        const headers = { 'content-type': 'application/json', ...authorization };
        const response = await fetch(`${baseUrl}/v1/${topic}:publish`, {
          method: 'POST',
          headers,
          body,
          signal,
        });
        const text = await response.text();
        if (!response.ok) {
          const failed = {
            status: response.status,
            body: text,
            retryAfter: response.headers.get('retry-after'),
          };
          throw answerFailure(words, what, failed, () => clock.now());
        }
        return parseAnswer(words, publishAnswer, text).messageIds;
      });
    } catch (error) {
      throw thrownFailure(words, what, error);
    }
  }
}

function publishBody(messages: readonly OutgoingMessage[]): string {
  return JSON.stringify({
    messages: messages.map(({ data, attributes }) => ({
      data: Buffer.from(data, 'utf8').toString('base64'),
      ...(attributes === undefined ? {} : { attributes }),
    })),
  });
}
