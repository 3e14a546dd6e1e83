import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { OutgoingMessage, Publisher } from '../../shared/ports/publisher.ts';
import { type PubsubApi, pubsubApi } from './pubsub-api.ts';

/** An adapter as the suite gets it, with the REST API of the server behind it. */
export interface PublisherUnderTest {
  publisher: Publisher;
  /** `host:port`. */
  host: string;
  close(): Promise<void>;
}

const signal = () => AbortSignal.timeout(25_000);

/** publisherContract is what every Publisher must do; what it published is read by pulling. */
export function publisherContract(title: string, open: () => Promise<PublisherUnderTest>): void {
  describe(`Publisher: ${title}`, () => {
    let under: PublisherUnderTest;
    let api: PubsubApi;
    let topic: string;
    let subscription: string;
    beforeAll(async () => {
      under = await open();
      api = pubsubApi(under.host);
      topic = await api.createTopic();
      subscription = await api.createSubscription({ topic });
    });
    afterAll(() => under.close());

    test('publishes data and attributes as they are, and returns the ids in order', async () => {
      const messages: OutgoingMessage[] = [
        { data: '{"task_id":"größe 😀"}' },
        { data: 'second', attributes: { 'content-type': 'text/plain', größe: 'ü😀' } },
        { data: '', attributes: { only: 'attributes' } },
      ];
      const ids = await under.publisher.publish(topic, messages, signal());
      expect(new Set(ids).size).toBe(3);
      const received = await api.pullAll(subscription, 3);
      const expected = messages.map(({ data, attributes = {} }, i) => ({ id: ids[i], data, attributes }));
      expect(received.sort(byId)).toEqual(expected.sort(byId));
    });

    test('publishes 1,500 messages, more than one request takes', async () => {
      const messages = Array.from({ length: 1_500 }, (_, i) => ({ data: `message ${i}` }));
      const ids = await under.publisher.publish(topic, messages, signal());
      const received = await api.pullAll(subscription, 1_500);
      const dataOf = new Map(received.map(({ id, data }) => [id, data]));
      expect(ids.map(id => dataOf.get(id))).toEqual(messages.map(({ data }) => data));
    });

    test('publishes nothing when there is nothing', async () => {
      expect(await under.publisher.publish(`${topic}-missing`, [], signal())).toEqual([]);
    });

    test('a topic that is not there is refused, with what to do', async () => {
      const missing = `${topic}-missing`;
      await expect(under.publisher.publish(missing, [{ data: 'x' }], signal())).rejects.toMatchObject({
        code: 'pubsub_refused',
        retryable: false,
        action: `Create the topic ${missing}, or correct its name in the configuration.`,
      });
    });

    test('a message over 10 MB is refused', async () => {
      const call = under.publisher.publish(topic, [{ data: 'x'.repeat(10_000_001) }], signal());
      await expect(call).rejects.toMatchObject({
        code: 'pubsub_refused',
        retryable: false,
        action: 'Send at most 10000000 bytes in one message.',
      });
    });

    test('an aborted signal ends it with `aborted`', async () => {
      const call = under.publisher.publish(topic, [{ data: 'x' }], AbortSignal.abort());
      await expect(call).rejects.toMatchObject({ code: 'aborted' });
    });
  });
}

function byId(a: { id: string | undefined }, b: { id: string | undefined }): number {
  return z.coerce.number().parse(a.id) - z.coerce.number().parse(b.id);
}
