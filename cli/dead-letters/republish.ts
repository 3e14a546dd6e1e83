import { ownIdentity, republishedAttributes } from '../../shared/dead-letter.ts';
import { hasCode } from '../../shared/errors.ts';
import type { OutgoingMessage, Publisher } from '../../shared/ports/publisher.ts';
import type { Subscriptions } from '../../shared/ports/subscriptions.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import type { Settings } from '../settings.ts';
import type { DeadLetterBox } from './box.ts';
import type { IdentityFinder } from './find-identity.ts';
import { bodyText, runText } from './letter-text.ts';
import { type DeadLetter, withIdentity } from './read-letter.ts';

/** What publishing again needs from outside. */
export interface RepublishDeps {
  settings: Settings;
  subscriptions: Subscriptions;
  publisher: Publisher;
  finder: IdentityFinder;
  box: DeadLetterBox;
  /** Topics of the subscriptions that are known, by their names. */
  topics: Map<string, string | undefined>;
  signal: AbortSignal;
}

/** What became of a dead letter: published again, or why not and what to do; it then stays a dead letter. */
export type Republished = { message_id: string; run: string | null } & (
  | { republished: true; topic: string; new_message_id: string }
  | { republished: false; problem: string; action: string }
);

/**
 * republish publishes a dead letter on the topic it came from, if that is one of this deployment's, and takes it off the dead letters
 * when that has succeeded. Done again, it continues what was begun. Throws when Pub/Sub or Cloud Storage do not answer.
 */
export async function republish(letter: DeadLetter, deps: RepublishDeps): Promise<Republished> {
  const { box, publisher, signal } = deps;
  await box.keep();
  const told = { message_id: letter.message.messageId, run: runText(letter) ?? null };
  const topic = await topicOf(letter, deps);
  if ('problem' in topic) return { ...told, republished: false, ...topic };
  const outgoing = await outgoingOf(letter, topic.name, deps);
  if ('problem' in outgoing) return { ...told, republished: false, ...outgoing };
  const [id = ''] = await publisher.publish(topic.name, [outgoing.message], signal);
  await box.acknowledge(letter.message);
  return { ...told, run: outgoing.run, republished: true, topic: topic.name, new_message_id: id };
}

/** Why a dead letter is not published again. */
interface Refusal {
  problem: string;
  action: string;
}

const acknowledgeAction =
  'Look at it with "taskpod dead-letters show". To be rid of it, acknowledge it with gcloud pubsub subscriptions pull --auto-ack.';

/** Only the deployment's own topics: what else ends in the same dead-letter topic is not for its functions. */
async function topicOf(
  { source }: DeadLetter,
  { subscriptions, settings, topics, signal }: RepublishDeps,
): Promise<{ name: string } | Refusal> {
  if (source === undefined)
    return { problem: 'it does not say where it came from', action: acknowledgeAction };
  const { subscription } = source;
  if (!topics.has(subscription)) topics.set(subscription, await subscriptions.topicOf(subscription, signal));
  const name = topics.get(subscription);
  if (name === undefined) {
    const problem = `its subscription ${source.subscription} is not there any more`;
    return { problem, action: acknowledgeAction };
  }
  if (name === settings.tasksTopic || name === settings.watchTopic) return { name };
  return {
    problem: `it came from ${name}, which is neither TASKPOD_TASKS_TOPIC nor TASKPOD_WATCH_TOPIC`,
    action: 'Set both to the topics of your deployment; what came from another topic is not for it.',
  };
}

async function outgoingOf(
  letter: DeadLetter,
  topic: string,
  { settings, finder }: RepublishDeps,
): Promise<{ message: OutgoingMessage; run: string | null } | Refusal> {
  const { message } = letter;
  const data = bodyText(message.data);
  if (data === undefined) return { problem: 'it is not UTF-8 text', action: acknowledgeAction };
  try {
    const identity = await identityFor(letter, topic === settings.tasksTopic, finder);
    const attributes = republishedAttributes(message.attributes, identity);
    return { message: { data, attributes }, run: runText(withIdentity(letter, identity)) ?? null };
  } catch (error) {
    if (!hasCode(error, 'bad_usage')) throw error;
    return { problem: error.message, action: error.action ?? '' };
  }
}

/** Only launch looks at it. */
async function identityFor(
  letter: DeadLetter,
  isForLaunch: boolean,
  finder: IdentityFinder,
): Promise<MessageIdentity> {
  if (isForLaunch) return finder.find(letter);
  return ownIdentity(letter.message.messageId, letter.source?.publishTime);
}
