import type { SubscriptionFacts } from '../../shared/ports/inspect.ts';
import { countOf } from '../commands/common.ts';
import { checkDeadLetterPolicy } from './check-dead-letters.ts';
import type { PushFacts } from './facts.ts';
import { type Finding, failed, ok, skipped } from './finding.ts';
import type { Surroundings } from './surroundings.ts';
import { unlearnt } from './unlearnt.ts';

/** The longest that Pub/Sub allows, and with it the longest that a push may last. https://cloud.google.com/pubsub/docs/push */
const ackDeadlineSeconds = 600;

/** checkPush says whether what is published on a topic reaches its function as it has to. */
export function checkPush(push: PushFacts, surroundings: Surroundings): Finding[] {
  const { part, topic, subscriptions, deadLetterBindings } = push;
  if (subscriptions.kind !== 'known') {
    const words = {
      about: `the subscription that pushes to ${part}`,
      ifMissing: `Apply terraform/modules/platform, or correct TASKPOD_${part.toUpperCase()}_SUBSCRIPTION.`,
      ifRefused: 'Let somebody run this who has the role Pub/Sub Viewer on it.',
    };
    return [unlearnt('subscription.exists', subscriptions, words)];
  }
  const [first] = subscriptions.value;
  if (first === undefined && topic === undefined) {
    const variables = `TASKPOD_${part.toUpperCase()}_SUBSCRIPTION`;
    return [
      skipped(
        'subscription.exists',
        `what pushes to ${part} is not known here`,
        `Set ${variables}, or run "taskpod init".`,
      ),
    ];
  }
  if (first === undefined) {
    const mend = 'Subscribe the function to it: terraform/modules/platform does.';
    return [failed('subscription.exists', `nothing pushes ${topic} to ${part}`, mend)];
  }
  return subscriptions.value.flatMap(({ facts, bindings }) => [
    ...isThere(facts, push),
    ...checkDelivery(facts, surroundings),
    ...checkDeadLetterPolicy(facts, { onSubscription: bindings, onTopic: deadLetterBindings }, surroundings),
    checkExpiration(facts, surroundings),
  ]);
}

function isThere({ name, state, topic }: SubscriptionFacts, push: PushFacts): Finding[] {
  const active =
    state === 'ACTIVE'
      ? ok('subscription.exists', `${name} delivers to ${push.part}`)
      : failed(
          'subscription.exists',
          `${name} delivers nothing (${state})`,
          'Its log in Cloud Logging says why; then create it anew.',
        );
  if (push.topic === undefined) return [active];
  return [
    active,
    topic === push.topic
      ? ok('subscription.topic', `${name} belongs to ${topic}`)
      : failed(
          'subscription.topic',
          `${name} belongs to ${topic} and not to ${push.topic}`,
          'A subscription keeps its topic: delete it and create it anew, or correct its name.',
        ),
  ];
}

function checkDelivery(facts: SubscriptionFacts, { local, emulatedPubsub }: Surroundings): Finding[] {
  const { name, pushEndpoint, pushAccount, hasRetryPolicy } = facts;
  const update = `gcloud pubsub subscriptions update ${name}`;
  if (pushEndpoint === '') {
    const mend = `${update} --push-endpoint=URL --push-auth-service-account=ACCOUNT`;
    return [failed('subscription.endpoint', `${name} is for pulling: nothing is pushed`, mend)];
  }
  return [
    emulatedPubsub
      ? skipped('subscription.endpoint', `${name} pushes from an emulator: https does not apply`)
      : pushEndpoint.startsWith('https://')
        ? ok('subscription.endpoint', `${name} pushes to https`)
        : failed(
            'subscription.endpoint',
            `${name} does not push to https`,
            `${update} --push-endpoint=https://...`,
          ),
    emulatedPubsub
      ? skipped('subscription.identity', `${name} pushes from an emulator, which has no tokens`)
      : pushAccount !== ''
        ? ok('subscription.identity', `${name} pushes as ${pushAccount}`)
        : failed(
            'subscription.identity',
            `${name} pushes without a token: its function refuses it, or is open to everybody`,
            `${update} --push-endpoint=${pushEndpoint} --push-auth-service-account=ACCOUNT`,
          ),
    facts.ackDeadlineSeconds === ackDeadlineSeconds
      ? ok('subscription.ack_deadline', `${name} waits ${ackDeadlineSeconds} s for an answer`)
      : failed(
          'subscription.ack_deadline',
          `${name} delivers again after ${facts.ackDeadlineSeconds} s, while the first delivery is still at work`,
          `${update} --ack-deadline=${ackDeadlineSeconds}`,
        ),
    hasRetryPolicy
      ? ok('subscription.retry_policy', `${name} pauses between deliveries`)
      : local
        ? skipped('subscription.retry_policy', `${name} is of a local stack, which needs no policy`)
        : failed(
            'subscription.retry_policy',
            `${name} has no retry policy: an outage of seconds uses all deliveries up`,
            `${update} --min-retry-delay=10s --max-retry-delay=600s`,
          ),
  ];
}

/** Whether it stays when nothing happens; Pub/Sub's default is 31 days. */
function checkExpiration(
  { name, expiresAfter }: SubscriptionFacts,
  { emulatedPubsub }: Surroundings,
): Finding {
  if (expiresAfter === '') return ok('subscription.expiration', `${name} never expires`);
  if (emulatedPubsub && expiresAfter === undefined)
    return skipped('subscription.expiration', `${name} is on an emulator, where nothing expires`);
  const days = Math.round(Number.parseFloat(expiresAfter ?? '2678400s') / 86_400);
  return failed(
    'subscription.expiration',
    `${name} is deleted when nothing happens for ${countOf(days, 'day')}`,
    `gcloud pubsub subscriptions update ${name} --expiration-period=never`,
  );
}
