import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { type PubsubApi, pubsubApi, type SubscriptionRequest } from './pubsub-api.ts';
import { startPushEndpoint } from './push-endpoint.ts';

/** A server with push subscriptions. */
export interface PushUnderTest {
  /** `host:port`. */
  host: string;
  close(): Promise<void>;
}

/** What a server is known not to do; every entry is checked to be still so. */
export interface KnownPushDefects {
  /** Never tells the number of the delivery, though there is a dead-letter policy. */
  hidesDeliveryAttempt: boolean;
  /** Takes 202 for a refusal. */
  refuses202: boolean;
}

const noDefects: KnownPushDefects = { hidesDeliveryAttempt: false, refuses202: false };

const quick = { minimumBackoff: '0.1s', maximumBackoff: '1s' };
/** The shortest that Pub/Sub allows. */
const ackDeadlineSeconds = 10;

/** pushContract is what both functions may rely on when they are pushed to. */
export function pushContract(title: string, open: () => Promise<PushUnderTest>, defects = noDefects): void {
  // most of the time is spent waiting
  describe.concurrent(`push: ${title}`, () => {
    let under: PushUnderTest;
    let api: PubsubApi;
    beforeAll(async () => {
      under = await open();
      api = pubsubApi(under.host);
    });
    afterAll(() => under.close());

    const setUp = async ({ onTestFinished }: TestContext, options: Partial<SubscriptionRequest> = {}) => {
      const endpoint = await startPushEndpoint();
      const topic = await api.createTopic();
      const pushConfig = { pushEndpoint: endpoint.url };
      const request = { topic, pushConfig, ackDeadlineSeconds, retryPolicy: quick, ...options };
      const subscription = await api.createSubscription(request);
      onTestFinished(async () => {
        await api.deleteSubscription(subscription);
        await endpoint.close();
      });
      return { endpoint, topic, subscription };
    };
    const base64 = (text: string) => Buffer.from(text).toString('base64');

    test('wraps data and attributes, under both spellings', async context => {
      const { endpoint, topic, subscription } = await setUp(context);
      const [id] = await api.publish(topic, [{ data: base64('größe 😀'), attributes: { a: '1', ü: 'ö' } }]);
      const [push] = await endpoint.arrived(1);
      const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      expect(push?.body).toEqual({
        message: {
          data: base64('größe 😀'),
          attributes: { a: '1', ü: 'ö' },
          messageId: id,
          message_id: id,
          publishTime: time,
          publish_time: time,
        },
        subscription,
      });
      expect(push?.headers['content-type']).toBe('application/json');
    });

    test('acknowledged with 204 it is not pushed again; refused with 500 or cut it is, as the same message', async context => {
      const { endpoint, topic } = await setUp(context);
      endpoint.plan(500, 'cut', 503, 204);
      await api.publish(topic, [{ data: base64('again') }]);
      const pushes = await endpoint.arrived(4);
      expect(pushes.map(push => push.body)).toEqual(Array.from({ length: 4 }, () => pushes[0]?.body));
      const [last] = await api.publish(topic, [{ data: base64('another') }]);
      await endpoint.arrived(5);
      expect(endpoint.pushes.slice(4).map(push => push.body)).toEqual([
        expect.objectContaining({ message: expect.objectContaining({ messageId: last }) }),
      ]);
    });

    test.for([200, 201, 202])('%i acknowledges', async (status, context) => {
      const { endpoint, topic } = await setUp(context);
      endpoint.plan(status);
      await api.publish(topic, [{ data: base64('once') }]);
      await endpoint.arrived(1);
      // what were not acknowledged would come again before this
      endpoint.plan(500);
      const [marker] = await api.publish(topic, [{ data: base64('marker') }]);
      await endpoint.arrived(3);
      const ids = endpoint.pushes.slice(1).map(push => push.body);
      const ofMarker = expect.objectContaining({ message: expect.objectContaining({ messageId: marker }) });
      if (status === 202 && defects.refuses202) expect(ids).not.toEqual([ofMarker, ofMarker]);
      else expect(ids).toEqual([ofMarker, ofMarker]);
    });

    test('a second delivery begins at the ack deadline while the first still runs', async context => {
      const { endpoint, topic } = await setUp(context);
      endpoint.plan('hang');
      await api.publish(topic, [{ data: base64('slow') }]);
      const [first, second] = await endpoint.arrived(2);
      expect(second?.body).toEqual(first?.body);
      const waited = (second?.at ?? 0) - (first?.at ?? 0);
      expect(waited).toBeGreaterThan(ackDeadlineSeconds * 1_000 - 500);
      expect(waited).toBeLessThan(ackDeadlineSeconds * 1_000 + 3_000);
    });

    test('after so many deliveries a message is in the dead-letter topic', async context => {
      const deadLetterTopic = await api.createTopic();
      const pull = await api.createSubscription({ topic: deadLetterTopic });
      const { endpoint, topic, subscription } = await setUp(context, {
        deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 },
      });
      endpoint.plan(...Array.from({ length: 20 }, () => 500));
      await api.publish(topic, [{ data: base64('bad'), attributes: { own: 'kept' } }]);
      const [dead] = await api.pullAll(pull, 1);
      expect(dead).toEqual({
        id: expect.any(String),
        data: 'bad',
        attributes: expect.objectContaining({
          own: 'kept',
          CloudPubSubDeadLetterSourceDeliveryCount: expect.stringMatching(/^\d+$/),
          CloudPubSubDeadLetterSourceSubscription: subscription.split('/').at(-1),
          CloudPubSubDeadLetterSourceSubscriptionProject: 'lab-project',
          CloudPubSubDeadLetterSourceTopicPublishTime: expect.stringMatching(/^\d{4}-/),
        }),
      });
      const attempts = endpoint.pushes.map(push => push.body).map(body => Object(body).deliveryAttempt);
      expect(attempts).toEqual(defects.hidesDeliveryAttempt ? Array(5).fill(undefined) : [1, 2, 3, 4, 5]);
    });
  });
}
