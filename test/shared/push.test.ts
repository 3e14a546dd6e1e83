import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PushRequest, parsePush } from '../../shared/push.ts';

const message = {
  data: Buffer.from('{"task_id":"ü"}').toString('base64'),
  attributes: { source: 'test' },
  messageId: '42',
  publishTime: '2026-01-01T00:00:00Z',
};
const pushed = { message, subscription: 'projects/p/subscriptions/s' };
const expected = {
  messageId: '42',
  data: Buffer.from('{"task_id":"ü"}'),
  attributes: { source: 'test' },
  publishTime: '2026-01-01T00:00:00Z',
  deliveryAttempt: undefined,
  traceparent: undefined,
};

function request(body: unknown, headers: PushRequest['headers'] = {}): PushRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(text) };
}

const structured = {
  specversion: '1.0',
  id: '42',
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
  source: '//pubsub.googleapis.com/projects/p/topics/t',
  data: pushed,
};
const binaryHeaders = {
  'ce-id': '42',
  'ce-specversion': '1.0',
  'ce-type': structured.type,
  'ce-source': structured.source,
};

describe('parsePush', () => {
  const type = 'application/cloudevents+json; charset=utf-8';
  test.each([
    ['a wrapped push', request(pushed)],
    ['a binary CloudEvent', request(pushed, binaryHeaders)],
    ['a push whose type is not told', { ...request(pushed), headers: {} }],
    [
      'a push whose type only ends like that of an event',
      request(pushed, { 'content-type': 'x/application/cloudevents+json' }),
    ],
    ['a structured CloudEvent', request(structured, { 'content-type': type })],
    [
      'a media type in other letters',
      request(structured, { 'content-type': 'Application/CloudEvents+JSON' }),
    ],
    ['a header that came twice', request(structured, { 'content-type': [type, 'text/plain'] })],
  ])('%s gives the message', (_, given) => {
    expect(parsePush(given)).toEqual({ message: expected });
  });

  test('takes the names that the emulator and older clients use', () => {
    const { messageId, publishTime, ...rest } = message;
    const old = { ...rest, message_id: messageId, publish_time: publishTime };
    expect(parsePush(request({ message: old }))).toEqual({ message: expected });
  });

  test.each([
    ['the header of a binary CloudEvent', request({ message: { data: '' } }, { 'ce-id': '7' })],
    [
      'the id of a structured CloudEvent',
      request({ ...structured, id: '7', data: { message: {} } }, { 'content-type': type }),
    ],
  ])('a message without an id has %s', (_, given) => {
    expect(parsePush(given)).toEqual({
      message: { ...expected, messageId: '7', data: Buffer.alloc(0), attributes: {}, publishTime: undefined },
    });
  });

  test('a message of attributes alone is empty', () => {
    const given = { message: { messageId: '1', attributes: { a: 'b' } } };
    expect(parsePush(request(given))).toMatchObject({
      message: { data: Buffer.alloc(0), attributes: { a: 'b' } },
    });
  });

  test('null stands for absent', () => {
    const given = { message: { ...message, attributes: null }, deliveryAttempt: null };
    expect(parsePush(request(given))).toEqual({ message: { ...expected, attributes: {} } });
  });

  test('the number of the delivery and the trace are taken along', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(parsePush(request({ ...pushed, deliveryAttempt: 3 }, { traceparent }))).toEqual({
      message: { ...expected, deliveryAttempt: 3, traceparent },
    });
  });

  test.each([
    ['no JSON', request('{'), [{ path: '', message: expect.stringContaining('is not JSON') }]],
    ['an empty body', request(''), [{ path: '', message: expect.stringContaining('send a Pub/Sub push') }]],
    ['no message', request({}), [{ path: 'message', message: expect.any(String) }]],
    [
      'several wrong fields, all told at once',
      request({ message: { data: 5, attributes: { a: 1 } } }),
      [
        { path: 'message.data', message: expect.any(String) },
        { path: 'message.attributes.a', message: expect.any(String) },
      ],
    ],
    [
      'a structured CloudEvent of something else',
      request({ ...structured, data: {} }, { 'content-type': type }),
      [{ path: 'data.message', message: expect.any(String) }],
    ],
    [
      'a structured CloudEvent that is sent as plain JSON',
      request(structured),
      [{ path: 'message', message: expect.any(String) }],
    ],
    ['no id', request({ message: {} }), [{ path: 'message.messageId', message: 'is missing' }]],
    [
      'an empty id',
      request({ message: { messageId: '' } }),
      [{ path: 'message.messageId', message: 'is missing' }],
    ],
  ])('%s is a problem', (_, given, problems) => {
    expect(parsePush(given)).toEqual({ problems });
  });

  test('any bytes come through, and any body has an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const data = Buffer.from(bytes);
        const answer = parsePush(request({ message: { messageId: '1', data: data.toString('base64') } }));
        expect(answer).toMatchObject({ message: { data } });
      }),
    );
    fc.assert(
      fc.property(fc.json(), json => {
        const answer = parsePush(request(json));
        expect('message' in answer || answer.problems.length > 0).toBe(true);
      }),
    );
  });
});
