import type { PubsubInspector, SubscriptionFacts } from '../../shared/ports/inspect.ts';
import type { Fact, Part, PushFacts, TopicFacts, Unknown } from './facts.ts';
import { type LearnOptions, learn } from './learn.ts';

const notAsked: Unknown = { kind: 'unsupported', message: 'was not asked for', action: undefined };
const publish = 'pubsub.topics.publish';

/** gatherTopic learns about one topic. */
export async function gatherTopic(
  kind: TopicFacts['kind'],
  name: string | undefined,
  pubsub: PubsubInspector,
  options: LearnOptions,
): Promise<TopicFacts> {
  if (name === undefined) return { kind, name, found: notAsked, mayPublish: notAsked, bindings: notAsked };
  const [found, mayPublish, bindings] = await Promise.all([
    learn(async (signal): Promise<true> => {
      await pubsub.readTopic(name, signal);
      return true;
    }, options),
    learn(async signal => (await pubsub.granted(name, [publish], signal)).includes(publish), options),
    learn(signal => pubsub.bindings(name, signal), options),
  ]);
  return { kind, name, found, mayPublish, bindings };
}

/** gatherPush learns about what pushes a topic to a function: the subscription that is named, else all that push. */
export async function gatherPush(
  { part, topic, name }: { part: Part; topic: string | undefined; name: string | undefined },
  pubsub: PubsubInspector,
  options: LearnOptions,
): Promise<PushFacts> {
  const read = await learn(signal => readSubscriptions(topic, name, pubsub, signal), options);
  if (read.kind !== 'known') return { part, topic, subscriptions: read, deadLetterBindings: undefined };
  const deadLetterTopic = read.value
    .map(({ deadLetterTopic }) => deadLetterTopic)
    .find(found => found !== '');
  const [withBindings, deadLetterBindings] = await Promise.all([
    Promise.all(
      read.value.map(async facts => ({
        facts,
        bindings: await learn(signal => pubsub.bindings(facts.name, signal), options),
      })),
    ),
    deadLetterTopic === undefined
      ? undefined
      : learn(signal => pubsub.bindings(deadLetterTopic, signal), options),
  ]);
  return { part, topic, subscriptions: { kind: 'known', value: withBindings }, deadLetterBindings };
}

async function readSubscriptions(
  topic: string | undefined,
  name: string | undefined,
  pubsub: PubsubInspector,
  signal: AbortSignal,
): Promise<SubscriptionFacts[]> {
  if (name !== undefined) return [await pubsub.readSubscription(name, signal)];
  if (topic === undefined) return [];
  const names = await pubsub.listSubscriptions(topic, signal);
  const found = await Promise.all(names.map(each => pubsub.readSubscription(each, signal)));
  return found.filter(({ pushEndpoint }) => pushEndpoint !== '');
}

/** gatherDeadLetters learns about the subscription to dead letters; undefined when its name is not known. */
export async function gatherDeadLetters(
  name: string | undefined,
  pubsub: PubsubInspector,
  options: LearnOptions,
): Promise<Fact<SubscriptionFacts> | undefined> {
  return name === undefined ? undefined : learn(signal => pubsub.readSubscription(name, signal), options);
}
