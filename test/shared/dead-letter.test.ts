import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  deadLetterSource,
  identityOf,
  namedIdentity,
  ownIdentity,
  republishedAttributes,
} from '../../shared/dead-letter.ts';

const source = (changes: Record<string, string> = {}) => ({
  CloudPubSubDeadLetterSourceDeliveryCount: '5',
  CloudPubSubDeadLetterSourceSubscription: 'launch',
  CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
  CloudPubSubDeadLetterSourceTopicPublishTime: '2022-08-12T15:56:29.732+00:00',
  ...changes,
});
const time = '2022-08-12T15:56:29.732Z';

describe('deadLetterSource', () => {
  const subscription = 'projects/p/subscriptions/launch';
  test.each([
    {
      what: 'as Pub/Sub writes it',
      attributes: source(),
      told: { subscription, deliveries: 5, publishTime: time },
    },
    {
      what: 'with a time of more digits',
      attributes: source({ CloudPubSubDeadLetterSourceTopicPublishTime: '2022-08-12T17:56:29.732999+02:00' }),
      told: { subscription, deliveries: 5, publishTime: time },
    },
    {
      what: 'without what only informs',
      attributes: source({
        CloudPubSubDeadLetterSourceDeliveryCount: 'many',
        CloudPubSubDeadLetterSourceTopicPublishTime: 'once',
      }),
      told: { subscription, deliveries: undefined, publishTime: undefined },
    },
    { what: 'of no dead letter', attributes: { mine: 'x' }, told: undefined },
    {
      what: 'with a subscription that is more than a name',
      attributes: source({ CloudPubSubDeadLetterSourceSubscription: 'a/../b' }),
      told: undefined,
    },
    {
      what: 'without a project',
      attributes: source({ CloudPubSubDeadLetterSourceSubscriptionProject: '' }),
      told: undefined,
    },
  ])('$what', ({ attributes, told }) => {
    expect(deadLetterSource(attributes)).toEqual(told);
  });
});

describe('who a message was at first', () => {
  const message = { messageId: 'm2', publishTime: 'now' };
  test.each([
    { what: 'itself', attributes: {}, first: message },
    {
      what: 'another',
      attributes: { taskpod_message_id: 'm1', taskpod_publish_time: time },
      first: { messageId: 'm1', publishTime: time },
    },
    {
      what: 'another, of no known time',
      attributes: { taskpod_message_id: 'm1' },
      first: { messageId: 'm1', publishTime: undefined },
    },
    { what: 'itself, for an id that is none', attributes: { taskpod_message_id: 'a/b' }, first: message },
    { what: 'itself, for an id that is empty', attributes: { taskpod_message_id: '' }, first: message },
    {
      what: 'itself, for an id that is too long',
      attributes: { taskpod_message_id: '1'.repeat(65) },
      first: message,
    },
    { what: 'itself, for a path', attributes: { taskpod_message_id: '..' }, first: message },
    { what: 'itself, for a line end', attributes: { taskpod_message_id: '1\n' }, first: message },
  ])('$what', ({ attributes, first }) => {
    expect(identityOf({ ...message, attributes })).toEqual(first);
  });
});

test('a dead letter that nothing is known of has an identity of its own', () => {
  expect(ownIdentity('77', time)).toEqual({ messageId: 'dead-letter-77', publishTime: time });
});

test.prop([
  fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
  fc.stringMatching(/^[\w-]{1,64}$/),
  fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }), { nil: undefined }),
])('published again it keeps its own attributes, and is who it was', (own, messageId, date) => {
  const identity = { messageId, publishTime: date?.toISOString() };
  const attributes = republishedAttributes({ ...source(), ...own }, identity);
  expect(namedIdentity(attributes)).toEqual(identity);
  expect(attributes).toMatchObject(
    Object.fromEntries(
      Object.entries(own).filter(([name]) => !/^(CloudPubSubDeadLetterSource|taskpod_)/.test(name)),
    ),
  );
  expect(Object.keys(attributes).filter(name => name.startsWith('CloudPubSub'))).toEqual([]);
});
