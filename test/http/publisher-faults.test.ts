import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BusServer, startBus } from '../../local/bus/server.ts';
import { connectClientPublisher } from '../../shared/adapters/pubsub/client-publisher.ts';
import { connectRestPublisher } from '../../shared/adapters/pubsub/rest-publisher.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import { type PubsubApi, pubsubApi } from '../contract/pubsub-api.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import type { RequestFault } from '../proxy/faults.ts';
import { type PlannedProxy, startPlannedProxy } from '../proxy/planned-proxy.ts';

const signal = () => AbortSignal.timeout(20_000);
/** Only a stall is meant to last that long: on a busy machine an honest answer may take a second. */
const impatientMs = 1_000;
const unavailable: RequestFault = { kind: 'answer', status: 503, body: '{"error":{"message":"try later"}}' };

let bus: BusServer;
let api: PubsubApi;
let topic: string;
let subscription: string;
let proxy: PlannedProxy;
let clock: RecordingClock;
let publisher: Publisher;

beforeAll(async () => {
  bus = await startBus({ port: 0 });
  api = pubsubApi(bus.host);
});
afterAll(() => bus.close());
beforeEach(async () => {
  topic = await api.createTopic();
  subscription = await api.createSubscription({ topic });
  proxy = await startPlannedProxy(`http://${bus.host}`);
  clock = new RecordingClock();
  publisher = connect();
  return () => proxy.close();
});

function connect(timeoutMs?: number): Publisher {
  return connectRestPublisher({
    retryDeps: { clock, random: () => 0.5 },
    emulatorHost: new URL(proxy.url).host,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

describe('the REST publisher', () => {
  test.each<[string, RequestFault, number, number[]]>([
    ['429 with Retry-After', { kind: 'answer', status: 429, headers: { 'retry-after': '2' } }, 1, [2_000]],
    ['500', { kind: 'answer', status: 500 }, 1, [100]],
    ['503', unavailable, 1, [100]],
    ['a page of a proxy', { kind: 'answer', status: 200, body: '<html>' }, 1, [100]],
    ['a reset before', { kind: 'reset' }, 1, [100]],
    ['a stall', { kind: 'stall' }, 1, [100]],
    // at least once: nobody can tell these from a message that was not taken
    ['a reset after', { kind: 'lose answer' }, 2, [100]],
    ['half an answer', { kind: 'cut', afterBytes: 5 }, 2, [100]],
  ])('rides out %s', async (_title, fault, deliveries, sleeps) => {
    if (fault.kind === 'stall') publisher = connect(impatientMs);
    proxy.plan(fault);
    const ids = await publisher.publish(topic, [{ data: 'x' }], signal());
    expect(clock.sleeps).toEqual(sleeps);
    const received = await api.pullAll(subscription, deliveries);
    expect(received.map(({ data }) => data)).toEqual(Array(deliveries).fill('x'));
    expect(received.at(-1)?.id).toBe(ids[0]);
  });

  test('gives up after five tries, with what the server said and what to do', async () => {
    proxy.plan(...Array.from({ length: 5 }, () => unavailable));
    await expect(publisher.publish(topic, [{ data: 'x' }], signal())).rejects.toMatchObject({
      code: 'pubsub_unavailable',
      retryable: true,
      status: 503,
      message: `Pub/Sub answered 503 to publish to ${topic}: try later`,
      action:
        'Check the network between here and Google, and https://status.cloud.google.com; then try again.',
    });
    expect(clock.sleeps).toEqual([100, 200, 400, 800]);
  });

  test.each([400, 401, 403])('does not try again when refused with %i', async status => {
    proxy.plan({ kind: 'answer', status });
    await expect(publisher.publish(topic, [{ data: 'x' }], signal())).rejects.toMatchObject({
      code: 'pubsub_refused',
      retryable: false,
      status,
    });
    expect(proxy.requests).toEqual([`POST /v1/${topic}:publish`]);
  });

  test('is one request on one connection, however often it is called', async () => {
    for (let i = 0; i < 3; i++) await publisher.publish(topic, [{ data: 'x' }], signal());
    expect([proxy.requests.length, proxy.connections()]).toEqual([3, 1]);
  });

  test('ends at once when the caller’s signal fires', async () => {
    proxy.plan({ kind: 'stall' });
    const controller = new AbortController();
    const call = publisher.publish(topic, [{ data: 'x' }], controller.signal);
    await expect.poll(() => proxy.requests.length, { timeout: 10_000 }).toBe(1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });
});

/** Nobody but the process itself hears of an error of a stream that the HTTP client made: a run with one fails. */
test('the REST publisher ends alone when the signal fires before the request is on its way', async () => {
  const controller = new AbortController();
  const call = publisher.publish(topic, [{ data: 'x' }], controller.signal);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'aborted' });
});

describe('the publisher on Google’s client', () => {
  test.each<[string, RequestFault]>([
    ['a server that is not gRPC', { kind: 'answer', status: 200 }],
    ['a reset', { kind: 'reset' }],
    ['a stall', { kind: 'stall' }],
  ])('takes %s for an outage, after five tries within their time-outs', async (_title, fault) => {
    proxy.plan(...Array.from({ length: 20 }, () => fault));
    await using client = connectClientPublisher({
      retryDeps: { clock, random: () => 0.5 },
      emulatorHost: new URL(proxy.url).host,
      timeoutMs: 250,
    });
    const name = `projects/lab-project/topics/faults-${randomBytes(4).toString('hex')}`;
    await expect(client.publish(name, [{ data: 'x' }], signal())).rejects.toMatchObject({
      code: 'pubsub_unavailable',
      retryable: true,
    });
    expect(clock.sleeps).toEqual([100, 200, 400, 800]);
  });
});
