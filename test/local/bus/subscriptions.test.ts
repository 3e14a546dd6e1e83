import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Bus } from '../../../local/bus/bus.ts';
import type { Delivery } from '../../../local/bus/message.ts';
import { Slots } from '../../../local/bus/slots.ts';
import { subscriptionRequest } from '../../../local/bus/subscription-config.ts';
import { systemClock } from '../../../shared/time.ts';

const topic = 'projects/p/topics/t';
const dead = 'projects/p/topics/dead';
const name = 'projects/p/subscriptions/s';
const deadName = 'projects/p/subscriptions/dead';

interface Sent {
  at: number;
  id: string;
  attempt: number | undefined;
  answer: (acknowledged: boolean) => void;
}

let sent: Sent[];
let bus: Bus;
let refuseAll: boolean;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  sent = [];
  refuseAll = false;
  bus = new Bus({
    clock: systemClock,
    send: (_endpoint: string, delivery: Delivery) =>
      new Promise<boolean>(answer => {
        sent.push({
          at: Date.now() - 1_000_000,
          id: delivery.message.id,
          attempt: delivery.deliveryAttempt,
          answer,
        });
        if (refuseAll) answer(false);
      }),
  });
  bus.createTopic(topic);
  bus.createTopic(dead);
});
afterEach(() => {
  bus.close();
  vi.useRealTimers();
});

const subscribe = (request: object = {}, as = name) =>
  bus.createSubscription(as, subscriptionRequest.parse({ topic, ...request }));
const push = { pushConfig: { pushEndpoint: 'http://127.0.0.1:1/' } };
const quick = { retryPolicy: { minimumBackoff: '1s', maximumBackoff: '4s' } };
const publish = (data = 'eA==') => bus.publish(topic, [{ data, attributes: {}, bytes: 1 }]);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const times = () => sent.map(({ at }) => at);

async function pull(from = deadName) {
  const { delivery } = bus.subscription(from);
  if (!('pull' in delivery)) throw new Error('not a pull subscription');
  return delivery.pull(10, 0, new AbortController().signal);
}

describe('a filter', () => {
  test('lets through what it takes; the rest is as if acknowledged', async () => {
    subscribe({ ...push, filter: 'attributes.state = "success"' });
    const publishAs = (state: string) => bus.publish(topic, [{ data: '', attributes: { state }, bytes: 1 }]);
    publishAs('failed');
    const [id] = publishAs('success');
    await pass(0);
    expect(sent.map(one => one.id)).toEqual([id]);
  });

  test('that cannot be read makes no subscription', () => {
    expect(() => subscribe({ filter: 'state = "success"' })).toThrow('the filter has state');
    expect(() => bus.subscription(name)).toThrow('does not exist');
  });
});

describe('push', () => {
  test('an acknowledged message is pushed once', async () => {
    subscribe({ ...push, ...quick });
    publish();
    await pass(0);
    sent[0]?.answer(true);
    await pass(60_000);
    expect(times()).toEqual([0]);
  });

  test('a refused one comes again after pauses that double up to the bound', async () => {
    subscribe({ ...push, ...quick });
    refuseAll = true;
    publish();
    await pass(15_000);
    expect(times()).toEqual([0, 1_000, 3_000, 7_000, 11_000, 15_000]);
  });

  test('one that hangs comes again at the ack deadline, while the first still runs', async () => {
    subscribe({ ...push, ...quick, ackDeadlineSeconds: 10 });
    publish();
    await pass(10_999);
    expect(times()).toEqual([0]);
    await pass(1);
    expect(times()).toEqual([0, 11_000]);
  });

  test('a late answer acknowledges all the same', async () => {
    subscribe({ ...push, ...quick });
    publish();
    await pass(11_500);
    sent[0]?.answer(true);
    await pass(60_000);
    expect(times()).toEqual([0, 11_000]);
  });

  test('a late answer during the pause ends it', async () => {
    subscribe({ ...push, ...quick });
    publish();
    await pass(10_500);
    sent[0]?.answer(true);
    await pass(60_000);
    expect(times()).toEqual([0]);
  });

  test('is dead-lettered after so many deliveries, with where it comes from', async () => {
    subscribe({ ...push, ...quick, deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 } });
    subscribe({ topic: dead }, deadName);
    refuseAll = true;
    publish('aGk=');
    await pass(20_000);
    expect(sent.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect((await pull()).map(({ message }) => [message.data, message.attributes])).toEqual([
      [
        'aGk=',
        {
          CloudPubSubDeadLetterSourceDeliveryCount: '5',
          CloudPubSubDeadLetterSourceSubscription: 's',
          CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
          CloudPubSubDeadLetterSourceTopicPublishTime: '1970-01-01T00:16:40.000Z',
        },
      ],
    ]);
  });

  test('goes on while there is no dead-letter topic', async () => {
    subscribe({
      ...push,
      ...quick,
      deadLetterPolicy: { deadLetterTopic: `${dead}-not`, maxDeliveryAttempts: 5 },
    });
    refuseAll = true;
    publish();
    await pass(20_000);
    expect(times()).toEqual([0, 1_000, 3_000, 7_000, 11_000, 15_000, 19_000]);
  });

  test('a deleted subscription gives up', async () => {
    subscribe({ ...push, ...quick });
    publish();
    await pass(0);
    bus.deleteSubscription(name);
    sent[0]?.answer(false);
    publish();
    await pass(60_000);
    expect([times(), vi.getTimerCount()]).toEqual([[0], 0]);
  });

  test('1,000 requests run at once, the next one when one has ended', async () => {
    subscribe({ ...push, ...quick });
    for (let i = 0; i < 1_010; i++) publish();
    await pass(0);
    expect(sent).toHaveLength(1_000);
    sent[0]?.answer(true);
    await pass(0);
    expect(sent).toHaveLength(1_001);
  });

  test('a topic whose subscriber has too much is closed until it has less', async () => {
    subscribe({ ...push, ...quick });
    const large = { data: '', attributes: { a: 'b' }, bytes: 256 * 1_024 * 1_024 };
    bus.publish(topic, [large]);
    expect(() => publish()).toThrow(expect.objectContaining({ status: 429, reason: 'RESOURCE_EXHAUSTED' }));
    await pass(0);
    sent[0]?.answer(true);
    await pass(0);
    expect(publish()).toHaveLength(1);
  });
});

describe('pull', () => {
  test('hands out again what was not acknowledged in time', async () => {
    subscribe({ ackDeadlineSeconds: 20 });
    const [id] = publish();
    const [first] = await pull(name);
    expect([first?.message.id, first?.attempt, await pull(name)]).toEqual([id, 1, []]);
    await pass(19_999);
    expect(await pull(name)).toEqual([]);
    await pass(1);
    const [second] = await pull(name);
    expect([second?.message.id, second?.attempt]).toEqual([id, 2]);
    const { delivery } = bus.subscription(name);
    if ('acknowledge' in delivery) delivery.acknowledge([second?.ackId ?? '', first?.ackId ?? '', 'unknown']);
    await pass(60_000);
    expect([await pull(name), vi.getTimerCount()]).toEqual([[], 0]);
  });

  test('a deadline can be moved, and 0 gives a message back at once', async () => {
    subscribe({ ackDeadlineSeconds: 10 });
    const [id] = publish();
    const { delivery } = bus.subscription(name);
    if (!('pull' in delivery)) throw new Error('not a pull subscription');
    const [first] = await pull(name);
    delivery.modifyDeadline([first?.ackId ?? '', 'unknown'], 60);
    await pass(59_999);
    expect(await pull(name)).toEqual([]);
    await pass(1);
    const [second] = await pull(name);
    delivery.modifyDeadline([second?.ackId ?? ''], 0);
    delivery.modifyDeadline([second?.ackId ?? ''], 0);
    expect(await pull(name)).toEqual([expect.objectContaining({ message: expect.objectContaining({ id }) })]);
  });

  test('what was given back too often is a dead letter', async () => {
    subscribe({ deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 } });
    subscribe({ topic: dead }, deadName);
    publish();
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(await pull(deadName)).toEqual([]);
      expect(await pull(name)).toMatchObject([{ attempt }]);
      await pass(10_000);
    }
    const [letter] = await pull(deadName);
    expect([letter?.message.attributes.CloudPubSubDeadLetterSourceDeliveryCount, await pull(name)]).toEqual([
      '5',
      [],
    ]);
  });

  test('waits for the first message, and no longer than it was told', async () => {
    subscribe({ ackDeadlineSeconds: 600 });
    const { delivery } = bus.subscription(name);
    if (!('pull' in delivery)) throw new Error('not a pull subscription');
    const { signal } = new AbortController();
    const waiting = delivery.pull(5, 10_000, signal);
    await pass(3_000);
    const [id] = publish();
    expect((await waiting).map(({ message }) => message.id)).toEqual([id]);
    let ended = false;
    const empty = delivery.pull(5, 10_000, signal).then(pulled => {
      ended = true;
      return pulled;
    });
    await pass(9_999);
    expect(ended).toBe(false);
    await pass(1);
    expect(await empty).toEqual([]);
  });

  test('keeps the newest 10,000 when nobody pulls', async () => {
    subscribe();
    const ids = Array.from({ length: 10_003 }, () => publish()[0]);
    expect((await pull(name))[0]?.message.id).toBe(ids[3]);
  });
});

test('message ids grow, and a bus that is started later does not give them again', () => {
  const first = [publish()[0], publish()[0]];
  vi.setSystemTime(1_000_001);
  const later = new Bus({ clock: systemClock, send: async () => true });
  later.createTopic(topic);
  const [third] = later.publish(topic, [{ data: '', attributes: { a: 'b' }, bytes: 2 }]);
  expect([...first, third]).toEqual(['1000000000', '1000000001', '1000001000']);
});

test('slots go to who has waited longest', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  await slots.take();
  const waiting = ['a', 'b'].map(async who => {
    await slots.take();
    order.push(who);
  });
  slots.release();
  await waiting[0];
  expect(order).toEqual(['a']);
  slots.release();
  await waiting[1];
  expect(order).toEqual(['a', 'b']);
});
