import type { Binding, SubscriptionFacts } from '../../shared/ports/inspect.ts';
import type { Fact } from './facts.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { isGiven, type Surroundings } from './surroundings.ts';
import { unlearnt } from './unlearnt.ts';

/** Pub/Sub's own account, which moves dead letters. https://cloud.google.com/pubsub/docs/dead-letter-topics#grant_forwarding_permissions */
const isPubsubAgent = (member: string): boolean =>
  /^serviceAccount:service-\d+@gcp-sa-pubsub\.iam\.gserviceaccount\.com$/.test(member);
const agentMember = 'serviceAccount:service-PROJECT_NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com';

/** Permissions that moving a dead letter takes. */
export interface DeadLetterBindings {
  onSubscription: Fact<Binding[]>;
  /** Undefined where there is no dead letter topic. */
  onTopic: Fact<Binding[]> | undefined;
}

/** checkDeadLetterPolicy says whether a message that cannot be handled ends in the dead letter topic. */
export function checkDeadLetterPolicy(
  { name, deadLetterTopic }: SubscriptionFacts,
  { onSubscription, onTopic }: DeadLetterBindings,
  { emulatedPubsub }: Surroundings,
): Finding[] {
  const check = 'subscription.dead_letters';
  if (deadLetterTopic === '') {
    const mend = `gcloud pubsub subscriptions update ${name} --dead-letter-topic=TOPIC --max-delivery-attempts=5`;
    return [
      failed(check, `${name} has no dead letter topic: what cannot be handled comes again and again`, mend),
    ];
  }
  const about = `whether Pub/Sub may put the dead letters of ${name} on ${deadLetterTopic}`;
  if (emulatedPubsub) return [ok(check, `${name} puts dead letters on ${deadLetterTopic}`)];
  if (onTopic?.kind === 'missing') {
    const mend = `Create it: gcloud pubsub topics create ${deadLetterTopic}, and a subscription to it.`;
    return [failed(check, `the dead letter topic ${deadLetterTopic} of ${name} does not exist`, mend)];
  }
  const mends: string[] = [];
  for (const [bindings, role, of] of [
    [onTopic, 'publisher', `topics add-iam-policy-binding ${deadLetterTopic}`],
    [onSubscription, 'subscriber', `subscriptions add-iam-policy-binding ${name}`],
  ] as const) {
    if (bindings === undefined) continue;
    if (bindings.kind !== 'known') {
      const ifRefused = `Let somebody run this who may read the permissions of ${name} and ${deadLetterTopic}.`;
      return [unlearnt(check, bindings, { about, ifRefused })];
    }
    const roles = [`roles/pubsub.${role}`, 'roles/pubsub.editor', 'roles/pubsub.admin'];
    if (!isGiven(bindings.value, roles, isPubsubAgent))
      mends.push(`gcloud pubsub ${of} --role=roles/pubsub.${role} --member=${agentMember}`);
  }
  if (mends.length === 0) return [ok(check, `${name} puts dead letters on ${deadLetterTopic}`)];
  const what = `Pub/Sub’s own account has not all roles that putting the dead letters of ${name} on ${deadLetterTopic} takes`;
  return [warning(check, what, `Unless the project gives them: ${mends.join('; ')}`)];
}

/** checkDeadLetters says whether the dead letters can be had. */
export function checkDeadLetters(
  subscription: Fact<SubscriptionFacts> | undefined,
  deadLetterTopics: readonly string[],
): Finding {
  const check = 'dead_letters';
  if (subscription === undefined) {
    const mend = 'Set TASKPOD_DEAD_LETTERS_SUBSCRIPTION, or run "taskpod init".';
    return skipped(check, 'the subscription to dead letters is not known here', mend);
  }
  if (subscription.kind !== 'known') {
    return unlearnt(check, subscription, {
      about: 'the subscription to dead letters',
      ifMissing:
        'Without one every dead letter is lost: create it, or correct TASKPOD_DEAD_LETTERS_SUBSCRIPTION.',
      ifRefused: 'Let somebody run this who has the role Pub/Sub Viewer on it.',
    });
  }
  const { name, topic, pushEndpoint, expiresAfter } = subscription.value;
  if (deadLetterTopics.length > 0 && !deadLetterTopics.includes(topic)) {
    const what = `${name} belongs to ${topic}; the dead letters are on ${[...new Set(deadLetterTopics)].join(', ')}`;
    return failed(
      check,
      what,
      'Create a subscription to that topic, or correct TASKPOD_DEAD_LETTERS_SUBSCRIPTION.',
    );
  }
  if (pushEndpoint !== '') {
    const mend = `gcloud pubsub subscriptions modify-push-config ${name} --push-endpoint=`;
    return failed(check, `${name} pushes: "taskpod dead-letters" has nothing to pull`, mend);
  }
  if (expiresAfter !== undefined && expiresAfter !== '') {
    const mend = `gcloud pubsub subscriptions update ${name} --expiration-period=never`;
    return failed(check, `${name} is deleted when nobody asks for dead letters for ${expiresAfter}`, mend);
  }
  return ok(check, `${name} keeps the dead letters`);
}
