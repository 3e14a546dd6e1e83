import { expect, test } from 'vitest';
import { DeadLetterBox } from '../../../cli/dead-letters/box.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { PulledMessage, Subscriptions } from '../../../shared/ports/subscriptions.ts';
import { RecordingClock } from '../../fakes/recording-clock.ts';

const subscription = 'projects/p/subscriptions/dead';
const outage = new TaskpodError('pubsub_unavailable', 'down', { retryable: true });

const letter = (messageId: string, ackId = `ack-${messageId}`, bytes = 1): PulledMessage => ({
  ackId,
  messageId,
  data: Buffer.alloc(bytes),
  attributes: {},
  publishTime: `2026-11-23T10:00:${messageId.padStart(2, '0')}.000Z`,
});

/** A subscription whose pulls answer with these pages, and with nothing after them. */
class Pages implements Subscriptions {
  readonly calls: string[] = [];
  readonly #pages: PulledMessage[][];
  isDown = false;

  constructor(...pages: PulledMessage[][]) {
    this.#pages = pages;
  }

  async topicOf(): Promise<undefined> {
    return undefined;
  }

  async pull(_: string, max: number): Promise<PulledMessage[]> {
    this.calls.push(`pull ${max}`);
    return this.#pages.shift() ?? [];
  }

  async modifyDeadline(_: string, ackIds: readonly string[], seconds: number): Promise<void> {
    this.calls.push(`hold ${ackIds.join(',')} ${seconds}`);
    if (this.isDown) throw outage;
  }

  async acknowledge(_: string, ackIds: readonly string[]): Promise<void> {
    this.calls.push(`acknowledge ${ackIds.join(',')}`);
  }
}

function boxOn(subscriptions: Pages, signal = new AbortController().signal) {
  const clock = new RecordingClock();
  return { clock, box: new DeadLetterBox({ subscriptions, subscription, clock, signal }) };
}

const ids = (box: DeadLetterBox) => box.letters.map(({ messageId }) => messageId);

test('what is pulled is held, the oldest first, until three pulls have brought nothing', async () => {
  const pages = new Pages([letter('2')], [], [letter('1'), letter('3')]);
  const { box, clock } = boxOn(pages);
  await box.fill(10);
  expect([ids(box), box.isFull, clock.sleeps]).toEqual([['1', '2', '3'], false, [300, 300, 300]]);
  expect(pages.calls.filter(call => call.startsWith('pull'))).toEqual([
    'pull 10',
    'pull 9',
    'pull 9',
    'pull 7',
    'pull 7',
    'pull 7',
  ]);
  expect(pages.calls).toContain('hold ack-1,ack-3 60');
});

test('one that comes again while others are pulled is one, and answers to its newest handle', async () => {
  const pages = new Pages([letter('1')], [letter('1', 'newer')]);
  const { box } = boxOn(pages);
  await box.fill(10);
  const [only] = box.letters;
  expect([ids(box), only?.ackId]).toEqual([['1'], 'newer']);
  await box.close();
  expect(pages.calls.at(-1)).toBe('hold newer 0');
});

test.each([
  { what: 'as many as asked for', pages: [[letter('1'), letter('2')]], limit: 2 },
  { what: 'as much as memory has room for', pages: [[letter('1', 'a', 64 * 1_024 * 1_024)]], limit: 9 },
])('it is full with $what', async ({ pages, limit }) => {
  const subscriptions = new Pages(...pages, [letter('9')]);
  const { box } = boxOn(subscriptions);
  await box.fill(limit);
  expect([box.isFull, ids(box)]).toEqual([true, pages.flat().map(({ messageId }) => messageId)]);
});

test('what is held is held again before its time is over, without what is acknowledged', async () => {
  const pages = new Pages([letter('1'), letter('2')]);
  const { box, clock } = boxOn(pages);
  await box.fill(10);
  pages.calls.length = 0;
  await box.keep();
  expect(pages.calls).toEqual([]);
  await box.acknowledge(letter('1'));
  await clock.sleep(20_000, new AbortController().signal);
  await box.keep();
  expect(pages.calls).toEqual(['acknowledge ack-1', 'hold ack-2 60']);
});

test('the rest is given back in the end, also after Ctrl-C, and nothing keeps it from ending', async () => {
  const interrupted = new AbortController();
  const pages = new Pages([letter('1'), letter('2')]);
  const { box } = boxOn(pages, interrupted.signal);
  await box.fill(10);
  interrupted.abort();
  pages.isDown = true;
  await box.close();
  expect(pages.calls.at(-1)).toBe('hold ack-1,ack-2 0');
  pages.calls.length = 0;
  await box.close();
  expect(pages.calls).toEqual([]);
});
