import { describe, expect, test } from 'vitest';
import { checkMessages, publishRequest, pushBody } from '../../../local/bus/message.ts';
import {
  backoffMs,
  subscriptionRequest,
  subscriptionResource,
} from '../../../local/bus/subscription-config.ts';
import { parseRequest } from '../../../local/request-json.ts';
import { parsePush } from '../../../shared/push.ts';

const publish = (messages: unknown) =>
  checkMessages(parseRequest(publishRequest, JSON.stringify({ messages })));
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('what may be published', () => {
  test('data, attributes, or both', () => {
    expect(
      publish([{ data: base64('hé') }, { attributes: { a: 'b' } }, { data: '', attributes: { ü: 'ö' } }]),
    ).toEqual([
      { data: base64('hé'), attributes: {}, bytes: 3 },
      { data: '', attributes: { a: 'b' }, bytes: 2 },
      { data: '', attributes: { ü: 'ö' }, bytes: 4 },
    ]);
  });

  test('base64 as URLs write it', () => {
    expect(publish([{ data: '-_8' }])).toEqual([{ data: '+/8=', attributes: {}, bytes: 2 }]);
  });

  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
  test.each<[string, unknown[]]>([
    ['100 attributes', [{ attributes: attributes(100) }]],
    ['a key of 256 bytes', [{ attributes: { [`${'ü'.repeat(128)}`]: '' } }]],
    ['a value of 1,024 bytes', [{ attributes: { k: 'ü'.repeat(512) } }]],
    ['1,000 messages', Array(1_000).fill({ data: 'eA==' })],
    ['10,000,000 bytes', [{ data: base64('x'.repeat(10_000_000)) }]],
  ])('%s', (_title, messages) => {
    expect(publish(messages)).toHaveLength(messages.length);
  });

  test.each<[string, unknown]>([
    ['nothing in a message', [{ data: '' }]],
    ['no messages', []],
    ['no list', { data: 'eA==' }],
    ['1,001 messages', Array(1_001).fill({ data: 'eA==' })],
    ['data that is no base64', [{ data: 'ü' }]],
    ['101 attributes', [{ attributes: attributes(101) }]],
    ['an empty key', [{ attributes: { '': 'x' } }]],
    ['a key of 257 bytes', [{ attributes: { ['x'.repeat(257)]: '' } }]],
    ['a value of 1,025 bytes', [{ attributes: { k: 'x'.repeat(1_025) } }]],
    ['a value that is no text', [{ attributes: { k: 1 } }]],
    ['10,000,001 bytes', [{ data: base64('x'.repeat(10_000_001)) }]],
    ['10,000,001 bytes together', [{ data: base64('x'.repeat(10_000_000)) }, { data: 'eA==' }]],
  ])('not: %s', (_title, messages) => {
    expect(() => publish(messages)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('pushBody', () => {
  const message = {
    id: '17',
    data: base64('hé'),
    attributes: { a: 'b' },
    publishTime: '2026-01-01T00:00:00.000Z',
    bytes: 5,
  };
  const subscription = 'projects/p/subscriptions/s';

  test('is Pub/Sub’s wrapped form', () => {
    expect(JSON.parse(pushBody({ subscription, message, deliveryAttempt: 2 }))).toEqual({
      deliveryAttempt: 2,
      message: {
        data: 'aMOp',
        attributes: { a: 'b' },
        messageId: '17',
        message_id: '17',
        publishTime: '2026-01-01T00:00:00.000Z',
        publish_time: '2026-01-01T00:00:00.000Z',
      },
      subscription,
    });
  });

  test.each([
    ['everything', { ...message }, 3],
    ['no dead-letter policy', { ...message }, undefined],
    ['attributes alone', { ...message, data: '' }, undefined],
    ['data alone', { ...message, attributes: {} }, undefined],
  ])('is understood by the functions: %s', (_title, sent, deliveryAttempt) => {
    const body = Buffer.from(pushBody({ subscription, message: sent, deliveryAttempt }));
    expect(parsePush({ headers: {}, body })).toEqual({
      message: {
        messageId: '17',
        data: Buffer.from(sent.data, 'base64'),
        attributes: sent.attributes,
        publishTime: '2026-01-01T00:00:00.000Z',
        deliveryAttempt,
        traceparent: undefined,
      },
    });
  });
});

describe('a subscription', () => {
  const parse = (request: object) => subscriptionRequest.parse({ topic: 'projects/p/topics/t', ...request });

  test('has Pub/Sub’s defaults', () => {
    expect(
      subscriptionResource('projects/p/subscriptions/s', parse({ ackDeadlineSeconds: 0, retryPolicy: {} })),
    ).toEqual({
      name: 'projects/p/subscriptions/s',
      topic: 'projects/p/topics/t',
      pushConfig: {},
      ackDeadlineSeconds: 10,
      retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
      state: 'ACTIVE',
    });
    expect(parse({ deadLetterPolicy: { deadLetterTopic: 't' } }).deadLetterPolicy?.maxDeliveryAttempts).toBe(
      5,
    );
  });

  test.each([
    { ackDeadlineSeconds: 9 },
    { ackDeadlineSeconds: 601 },
    { ackDeadlineSeconds: 10.5 },
    { retryPolicy: { minimumBackoff: '601s' } },
    { retryPolicy: { minimumBackoff: 10 } },
    { retryPolicy: { minimumBackoff: '10' } },
    { deadLetterPolicy: { deadLetterTopic: 't', maxDeliveryAttempts: 4 } },
    { deadLetterPolicy: { deadLetterTopic: 't', maxDeliveryAttempts: 101 } },
    { pushConfig: { pushEndpoint: 'file:///etc/passwd' } },
    { pushConfig: { pushEndpoint: 'here' } },
  ])('cannot be %j', request => {
    expect(() => parse(request)).toThrow();
  });

  test.each([
    [undefined, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 60_000, 60_000]],
    [{ minimumBackoff: '10s', maximumBackoff: '60s' }, [10_000, 20_000, 40_000, 60_000]],
    [{ minimumBackoff: '0s', maximumBackoff: '0s' }, [0, 0]],
  ])('backs off by %j', (retryPolicy, pauses) => {
    const config = parse(retryPolicy === undefined ? {} : { retryPolicy });
    expect(pauses.map((_, i) => backoffMs(config, i + 1))).toEqual(pauses);
  });
});
