import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PulledMessage, Subscriptions } from '../../shared/ports/subscriptions.ts';
import { type PubsubApi, pubsubApi } from './pubsub-api.ts';

/** An adapter as the suite gets it, with the REST API of the server behind it. */
export interface SubscriptionsUnderTest {
  subscriptions: Subscriptions;
  /** `host:port`. */
  host: string;
  close(): Promise<void>;
}

const signal = () => AbortSignal.timeout(25_000);

/** subscriptionsContract is what every adapter of pull subscriptions must do. */
export function subscriptionsContract(title: string, open: () => Promise<SubscriptionsUnderTest>): void {
  describe(`Subscriptions: ${title}`, () => {
    let under: SubscriptionsUnderTest;
    let api: PubsubApi;
    let topic: string;
    let subscription: string;
    beforeAll(async () => {
      under = await open();
      api = pubsubApi(under.host);
      topic = await api.createTopic();
    });
    afterAll(() => under.close());
    beforeEach(async () => {
      subscription = await api.createSubscription({ topic });
    });

    /** Pulls until so many different messages are there. */
    const pull = async (count: number): Promise<PulledMessage[]> => {
      const found = new Map<string, PulledMessage>();
      while (found.size < count)
        for (const message of await under.subscriptions.pull(subscription, 1_000, signal()))
          found.set(message.messageId, message);
      return [...found.values()].sort((a, b) => Number(a.messageId) - Number(b.messageId));
    };
    const ackIdsOf = (messages: readonly PulledMessage[]) => messages.map(({ ackId }) => ackId);

    test('gives messages byte for byte, with attributes, id and time', async () => {
      const bytes = [Buffer.from('größe 😀'), Buffer.from([0xff, 0, 0xc3]), Buffer.alloc(0)];
      const attributes = [{}, { 'content-type': 'x', größe: 'ü😀' }, { only: 'attributes' }];
      const ids = await api.publish(
        topic,
        bytes.map((data, i) => ({ data: data.toString('base64'), attributes: attributes[i] ?? {} })),
      );
      const recently = Date.now() - 60_000;
      const messages = await pull(3);
      expect(messages).toEqual(
        ids.map((messageId, i) => ({
          messageId,
          ackId: expect.any(String),
          data: bytes[i],
          attributes: attributes[i],
          publishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        })),
      );
      for (const { publishTime } of messages) expect(Date.parse(publishTime)).toBeGreaterThan(recently);
    });

    test('has nothing when there is nothing', async () => {
      expect(await under.subscriptions.pull(subscription, 10, signal())).toEqual([]);
    });

    test('what is given back comes again at once, and what is acknowledged never', async () => {
      await api.publish(
        topic,
        ['a', 'b', 'c'].map(text => ({ data: Buffer.from(text).toString('base64') })),
      );
      const first = await pull(3);
      await under.subscriptions.modifyDeadline(subscription, ackIdsOf(first), 600, signal());
      expect(await under.subscriptions.pull(subscription, 10, signal())).toEqual([]);
      await under.subscriptions.acknowledge(subscription, ackIdsOf(first.slice(0, 1)), signal());
      await under.subscriptions.modifyDeadline(subscription, ackIdsOf(first), 0, signal());
      const again = await pull(2);
      expect(again.map(({ data }) => data.toString())).toEqual(['b', 'c']);
    });

    test('2,500 messages are more than one request takes', async () => {
      const messages = Array.from({ length: 500 }, (_, i) => ({
        data: Buffer.from(String(i)).toString('base64'),
      }));
      for (let i = 0; i < 5; i++) await api.publish(topic, messages);
      const pulled = await pull(2_500);
      await under.subscriptions.modifyDeadline(subscription, ackIdsOf(pulled), 60, signal());
      await under.subscriptions.acknowledge(subscription, ackIdsOf(pulled), signal());
      expect(await under.subscriptions.pull(subscription, 10, signal())).toEqual([]);
    });

    test('tells the topic of a subscription, and that there is no such subscription', async () => {
      expect(await under.subscriptions.topicOf(subscription, signal())).toBe(topic);
      expect(await under.subscriptions.topicOf(`${subscription}-missing`, signal())).toBeUndefined();
    });

    test('a subscription that is not there is refused, with what to do', async () => {
      const missing = `${subscription}-missing`;
      await expect(under.subscriptions.pull(missing, 1, signal())).rejects.toMatchObject({
        code: 'pubsub_refused',
        retryable: false,
        action: `Create the subscription ${missing}, or correct its name in the configuration.`,
      });
    });

    test('an aborted signal ends it with `aborted`', async () => {
      const call = under.subscriptions.pull(subscription, 1, AbortSignal.abort());
      await expect(call).rejects.toMatchObject({ code: 'aborted' });
    });
  });
}
