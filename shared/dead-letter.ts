import type { MessageIdentity, PushedMessage } from './push.ts';

/**
 * A message that is published again carries who it was at first, so that it continues what its first deliveries have begun. Only ids as
 * Pub/Sub gives them, and those of {@link ownIdentity}, are taken. Whoever may publish tasks may choose a run_id anyway, so this
 * gives nobody a right.
 */
const identityAttributes = { id: 'taskpod_message_id', time: 'taskpod_publish_time' } as const;
const idPattern = /^[\w-]{1,64}$/;

/** The prefix of the attributes that Pub/Sub adds to a dead letter. https://cloud.google.com/pubsub/docs/handling-failures */
const sourcePrefix = 'CloudPubSubDeadLetterSource';

/** Where a dead letter came from, as Pub/Sub tells it. */
export interface DeadLetterSource {
  /** `projects/P/subscriptions/S`. */
  subscription: string;
  /** How often it was delivered. */
  deliveries: number | undefined;
  /** RFC 3339, to the millisecond: when it was published at first. */
  publishTime: string | undefined;
}

/** identityOf is who a message was when it was published for the first time: itself, unless its attributes say another. */
export function identityOf(message: MessageIdentity & Pick<PushedMessage, 'attributes'>): MessageIdentity {
  const named = namedIdentity(message.attributes);
  return named ?? { messageId: message.messageId, publishTime: message.publishTime };
}

/** namedIdentity is the identity that attributes carry; undefined when there is none, or none that is taken. */
export function namedIdentity(attributes: Readonly<Record<string, string>>): MessageIdentity | undefined {
  const id = attributes[identityAttributes.id];
  const time = attributes[identityAttributes.time];
  if (id === undefined || !idPattern.test(id)) return undefined;
  return { messageId: id, publishTime: wholeMillisecond(time) };
}

/** ownIdentity is the identity of a dead letter that no claim knows: Pub/Sub gives a dead letter an id of its own, and does not tell the first. */
export function ownIdentity(messageId: string, publishTime: string | undefined): MessageIdentity {
  return { messageId: `dead-letter-${messageId}`, publishTime };
}

/** deadLetterSource reads what Pub/Sub has added; undefined for a message that is no dead letter. */
export function deadLetterSource(attributes: Readonly<Record<string, string>>): DeadLetterSource | undefined {
  const read = (name: string): string => attributes[`${sourcePrefix}${name}`] ?? '';
  const subscription = `projects/${read('SubscriptionProject')}/subscriptions/${read('Subscription')}`;
  if (!/^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/.test(subscription)) return undefined;
  const count = read('DeliveryCount');
  return {
    subscription,
    deliveries: /^\d{1,9}$/.test(count) ? Number(count) : undefined,
    publishTime: wholeMillisecond(read('TopicPublishTime')),
  };
}

/** republishedAttributes are the attributes of a dead letter that is published again under this identity. */
export function republishedAttributes(
  attributes: Readonly<Record<string, string>>,
  { messageId, publishTime }: MessageIdentity,
): Record<string, string> {
  const own = Object.entries(attributes).filter(([name]) => !name.startsWith(sourcePrefix));
  return {
    ...Object.fromEntries(own),
    [identityAttributes.id]: messageId,
    ...(publishTime === undefined ? {} : { [identityAttributes.time]: publishTime }),
  };
}

/** A time as isoTime writes it, whatever its offset and number of digits; undefined when it is none. */
function wholeMillisecond(time: string | undefined): string | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
