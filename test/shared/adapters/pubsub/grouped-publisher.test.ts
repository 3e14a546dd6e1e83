import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { groupedPublisher } from '../../../../shared/adapters/pubsub/grouped-publisher.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { OutgoingMessage, Publisher } from '../../../../shared/ports/publisher.ts';

const never = new AbortController().signal;

/** One request that waits for its answer. */
interface Request {
  topic: string;
  data: string[];
  signal: AbortSignal;
  answer(): void;
  fail(error: TaskpodError): void;
}

/** A publisher whose requests are answered by the test; ids are `<topic>:<data>`. */
class HeldPublisher implements Publisher {
  readonly requests: Request[] = [];

  publish(topic: string, messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const data = messages.map(message => message.data);
    this.requests.push({
      topic,
      data,
      signal,
      answer: () => resolve(data.map(text => `${topic}:${text}`)),
      fail: reject,
    });
    return promise;
  }

  get sent(): string[] {
    return this.requests.map(({ topic, data }) => `${topic}: ${data.join()}`);
  }
}

let inner: HeldPublisher;
let publisher: Publisher;
const publish = (topic: string, text: string, signal = never) =>
  publisher.publish(
    topic,
    text.split(',').map(data => ({ data })),
    signal,
  );
/** Lets everything run that does not wait for a timer. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  inner = new HeldPublisher();
  publisher = groupedPublisher(inner);
});
afterEach(() => vi.useRealTimers());

test('a message goes at once; those that come meanwhile go together, each told its own ids', async () => {
  const first = publish('t', 'a');
  await settle();
  const others = [publish('t', 'b'), publish('t', 'c,d'), publish('u', 'e')];
  await settle();
  expect(inner.sent).toEqual(['t: a', 'u: e']);
  inner.requests[0]?.answer();
  await settle();
  expect(inner.sent).toEqual(['t: a', 'u: e', 't: b,c,d']);
  for (const request of inner.requests) request.answer();
  expect(await Promise.all([first, ...others])).toEqual([['t:a'], ['t:b'], ['t:c', 't:d'], ['u:e']]);
});

test('requests to a topic may be 20 ms apart, also when they are answered sooner; another topic has its own time', async () => {
  publisher = groupedPublisher(inner, 20);
  const calls = [publish('t', 'a')];
  await settle();
  inner.requests[0]?.answer();
  await vi.advanceTimersByTimeAsync(19);
  calls.push(publish('t', 'b'), publish('u', 'd'));
  await settle();
  calls.push(publish('t', 'c'));
  expect(inner.sent).toEqual(['t: a', 'u: d']);
  await vi.advanceTimersByTimeAsync(1);
  expect(inner.sent).toEqual(['t: a', 'u: d', 't: b,c']);
  for (const request of inner.requests) request.answer();
  await vi.advanceTimersByTimeAsync(20);
  calls.push(publish('t', 'e'));
  await settle();
  expect(inner.sent.at(-1)).toEqual('t: e');
  inner.requests.at(-1)?.answer();
  await Promise.all(calls);
});

test('nobody is told of his message before the request that has it is answered', async () => {
  const first = publish('t', 'a');
  await settle();
  const told: string[] = [];
  const second = publish('t', 'b').then(() => told.push('b'));
  await settle();
  inner.requests[0]?.answer();
  await first;
  await settle();
  expect(told).toEqual([]);
  inner.requests[1]?.answer();
  await second;
  expect(told).toEqual(['b']);
});

test('equal messages of a group are sent once; attributes make them different, and so does another group', async () => {
  const calls = [publish('t', 'x')];
  await settle();
  calls.push(publish('t', 'x,y'), publish('t', 'x'));
  calls.push(publisher.publish('t', [{ data: 'x', attributes: { a: '1' } }], never));
  inner.requests[0]?.answer();
  await settle();
  inner.requests[1]?.answer();
  expect(inner.sent).toEqual(['t: x', 't: x,y,x']);
  expect(await Promise.all(calls)).toEqual([['t:x'], ['t:x', 't:y'], ['t:x'], ['t:x']]);
});

test('a request that is not answered holds up the others for 250 ms', async () => {
  const calls = [publish('t', 'a')];
  await settle();
  calls.push(publish('t', 'b'));
  await vi.advanceTimersByTimeAsync(249);
  expect(inner.sent).toEqual(['t: a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(inner.sent).toEqual(['t: a', 't: b']);
  for (const request of inner.requests) request.answer();
  await Promise.all(calls);
});

test('a refusal is only of the message that is refused', async () => {
  const refusal = new TaskpodError('pubsub_refused', 'no');
  const first = publish('t', 'a');
  await settle();
  const [good, bad] = [publish('t', 'good'), publish('t', 'bad')];
  const badEnd = expect(bad).rejects.toBe(refusal);
  inner.requests[0]?.answer();
  await settle();
  inner.requests[1]?.fail(refusal);
  await settle();
  expect(inner.sent).toEqual(['t: a', 't: good,bad', 't: good', 't: bad']);
  inner.requests[2]?.answer();
  inner.requests[3]?.fail(refusal);
  expect(await good).toEqual(['t:good']);
  await badEnd;
  await first;
});

test.each([
  ['an outage', new TaskpodError('pubsub_unavailable', 'away', { retryable: true }), ['a', 'b']],
  ['a refusal of who is alone', new TaskpodError('pubsub_refused', 'no'), ['a']],
])('%s is everybody’s, and not tried once more', async (_, error, texts) => {
  const first = publish('t', 'first');
  await settle();
  const ends = texts.map(text => expect(publish('t', text)).rejects.toBe(error));
  inner.requests[0]?.answer();
  await settle();
  inner.requests[1]?.fail(error);
  await Promise.all([first, ...ends]);
  expect(inner.sent).toEqual(['t: first', `t: ${texts.join()}`]);
});

test('who is called off does not wait, and ends the request only when nobody waits for it any more', async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const ends = [
    expect(publish('t', 'a', one.signal)).rejects.toMatchObject({ code: 'aborted' }),
    expect(publish('t', 'b', other.signal)).rejects.toMatchObject({ code: 'aborted' }),
  ];
  await settle();
  one.abort();
  await ends[0];
  expect(inner.requests.map(({ data, signal }) => [data, signal.aborted])).toEqual([[['a', 'b'], false]]);
  other.abort();
  await ends[1];
  expect(inner.requests[0]?.signal.aborted).toBe(true);
});

test('nobody joins a group that nobody waits for any more', async () => {
  const caller = new AbortController();
  const first = publish('t', 'a');
  await settle();
  const end = expect(publish('t', 'b', caller.signal)).rejects.toMatchObject({ code: 'aborted' });
  caller.abort();
  await end;
  const third = publish('t', 'c');
  inner.requests[0]?.answer();
  await settle();
  expect(inner.sent).toEqual(['t: a', 't: c']);
  inner.requests[1]?.answer();
  expect(await Promise.all([first, third])).toEqual([['t:a'], ['t:c']]);
});
