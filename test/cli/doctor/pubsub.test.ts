import { describe, expect, test } from 'vitest';
import { checkDeadLetters } from '../../../cli/doctor/check-dead-letters.ts';
import type { Fact, Unknown } from '../../../cli/doctor/facts.ts';
import type { Binding, SubscriptionFacts } from '../../../shared/ports/inspect.ts';
import { changed, healthy, known, localSettings, settings, unknown, watch } from './healthy.ts';

const update = 'gcloud pubsub subscriptions update projects/p/subscriptions/launch';

/** What changes when launch's subscription is like that. */
function ofSubscription(change: Partial<SubscriptionFacts>, at = settings) {
  const facts = healthy();
  const [launch, watch] = facts.pushes;
  const value = launch?.subscriptions.value.map(each => ({ ...each, facts: { ...each.facts, ...change } }));
  if (launch === undefined || watch === undefined || value === undefined) throw new Error('two');
  return changed({ ...facts, pushes: [{ ...launch, subscriptions: known(value) }, watch] }, at).map(
    ({ check, status, what, mend }) => [check, status, what, mend],
  );
}

describe('a push subscription', () => {
  test.each<[string, Partial<SubscriptionFacts>, string[]]>([
    [
      'that delivers nothing',
      { state: 'RESOURCE_ERROR' },
      [
        'subscription.exists',
        'failed',
        'projects/p/subscriptions/launch delivers nothing (RESOURCE_ERROR)',
        'Its log in Cloud Logging says why; then create it anew.',
      ],
    ],
    [
      'of another topic',
      { topic: '_deleted-topic_' },
      [
        'subscription.topic',
        'failed',
        'projects/p/subscriptions/launch belongs to _deleted-topic_ and not to projects/p/topics/tasks',
        'A subscription keeps its topic: delete it and create it anew, or correct its name.',
      ],
    ],
    [
      'to http',
      { pushEndpoint: 'http://x' },
      [
        'subscription.endpoint',
        'failed',
        'projects/p/subscriptions/launch does not push to https',
        `${update} --push-endpoint=https://...`,
      ],
    ],
    [
      'without a token',
      { pushAccount: '' },
      [
        'subscription.identity',
        'failed',
        'projects/p/subscriptions/launch pushes without a token: its function refuses it, or is open to everybody',
        `${update} --push-endpoint=https://launch.run.app --push-auth-service-account=ACCOUNT`,
      ],
    ],
    [
      'with a short deadline',
      { ackDeadlineSeconds: 10 },
      [
        'subscription.ack_deadline',
        'failed',
        'projects/p/subscriptions/launch delivers again after 10 s, while the first delivery is still at work',
        `${update} --ack-deadline=600`,
      ],
    ],
    [
      'without a retry policy',
      { hasRetryPolicy: false },
      [
        'subscription.retry_policy',
        'failed',
        'projects/p/subscriptions/launch has no retry policy: an outage of seconds uses all deliveries up',
        `${update} --min-retry-delay=10s --max-retry-delay=600s`,
      ],
    ],
    [
      'without dead letters',
      { deadLetterTopic: '' },
      [
        'subscription.dead_letters',
        'failed',
        'projects/p/subscriptions/launch has no dead letter topic: what cannot be handled comes again and again',
        `${update} --dead-letter-topic=TOPIC --max-delivery-attempts=5`,
      ],
    ],
    [
      'that expires',
      { expiresAfter: '86400s' },
      [
        'subscription.expiration',
        'failed',
        'projects/p/subscriptions/launch is deleted when nothing happens for 1 day',
        `${update} --expiration-period=never`,
      ],
    ],
    [
      'that tells no expiration has the default one',
      { expiresAfter: undefined },
      [
        'subscription.expiration',
        'failed',
        'projects/p/subscriptions/launch is deleted when nothing happens for 31 days',
        `${update} --expiration-period=never`,
      ],
    ],
  ])('%s', (_, change, expected) => {
    expect(ofSubscription(change)).toEqual([expected]);
  });

  test('for pulling: nothing else of pushing is looked at', () => {
    expect(ofSubscription({ pushEndpoint: '', pushAccount: '', ackDeadlineSeconds: 10 })).toEqual([
      [
        'subscription.endpoint',
        'failed',
        'projects/p/subscriptions/launch is for pulling: nothing is pushed',
        `${update} --push-endpoint=URL --push-auth-service-account=ACCOUNT`,
      ],
    ]);
  });

  test('that is not there, or is none', () => {
    const facts = healthy();
    const [launch, watch] = facts.pushes;
    if (launch === undefined || watch === undefined) throw new Error('two');
    const of = (subscriptions: typeof launch.subscriptions | Unknown) =>
      changed({ ...facts, pushes: [{ ...launch, subscriptions }, watch], deadLetters: facts.deadLetters });
    expect([...of(known([])), ...of(unknown('missing')), ...of(unknown('refused'))]).toEqual([
      {
        check: 'subscription.exists',
        status: 'failed',
        what: 'nothing pushes projects/p/topics/tasks to launch',
        mend: 'Subscribe the function to it: terraform/modules/platform does.',
      },
      {
        check: 'subscription.exists',
        status: 'failed',
        what: 'the subscription that pushes to launch does not exist',
        mend: 'Apply terraform/modules/platform, or correct TASKPOD_LAUNCH_SUBSCRIPTION.',
      },
      {
        check: 'subscription.exists',
        status: 'warning',
        what: 'the subscription that pushes to launch could not be checked: this identity may not ask',
        mend: 'Let somebody run this who has the role Pub/Sub Viewer on it.',
      },
    ]);
  });
});

describe('dead letters', () => {
  function ofBindings(change: { deadLetterBindings?: Fact<Binding[]>; bindings?: Fact<Binding[]> }) {
    const facts = healthy();
    const { bindings, ...rest } = change;
    const pushes = facts.pushes.map((each, index) => {
      if (index > 0) return each;
      const value = each.subscriptions.value.map(one => ({ ...one, bindings: bindings ?? one.bindings }));
      return { ...each, ...rest, subscriptions: known(value) };
    });
    return changed({ ...facts, pushes });
  }
  const agent = 'serviceAccount:service-PROJECT_NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com';
  const onTopic = `gcloud pubsub topics add-iam-policy-binding projects/p/topics/dead --role=roles/pubsub.publisher --member=${agent}`;
  const onSubscription = `gcloud pubsub subscriptions add-iam-policy-binding projects/p/subscriptions/launch --role=roles/pubsub.subscriber --member=${agent}`;
  const lacking =
    'Pub/Sub’s own account has not all roles that putting the dead letters of projects/p/subscriptions/launch on projects/p/topics/dead takes';
  const unasked =
    'whether Pub/Sub may put the dead letters of projects/p/subscriptions/launch on projects/p/topics/dead could not be checked: this identity may not ask';

  test.each([
    [
      'Pub/Sub may not move them',
      { deadLetterBindings: known([]), bindings: known([]) },
      {
        status: 'warning',
        what: lacking,
        mend: `Unless the project gives them: ${onTopic}; ${onSubscription}`,
      },
    ],
    [
      'Pub/Sub may not put them there',
      { deadLetterBindings: known([{ role: 'roles/pubsub.subscriber', members: [agent] }]) },
      { status: 'warning', what: lacking, mend: `Unless the project gives them: ${onTopic}` },
    ],
    [
      'the topic is not there',
      { deadLetterBindings: unknown('missing') },
      {
        status: 'failed',
        what: 'the dead letter topic projects/p/topics/dead of projects/p/subscriptions/launch does not exist',
        mend: 'Create it: gcloud pubsub topics create projects/p/topics/dead, and a subscription to it.',
      },
    ],
    [
      'permissions may not be read',
      { bindings: unknown('refused') },
      {
        status: 'warning',
        what: unasked,
        mend: 'Let somebody run this who may read the permissions of projects/p/subscriptions/launch and projects/p/topics/dead.',
      },
    ],
  ])('%s', (_, change, expected) => {
    expect(ofBindings(change)).toEqual([{ check: 'subscription.dead_letters', ...expected }]);
  });

  const { deadLetters } = healthy();
  test.each<[Partial<SubscriptionFacts>, string, string]>([
    [
      { topic: 'projects/p/topics/other' },
      'projects/p/subscriptions/dead belongs to projects/p/topics/other; the dead letters are on projects/p/topics/dead',
      'Create a subscription to that topic, or correct TASKPOD_DEAD_LETTERS_SUBSCRIPTION.',
    ],
    [
      { pushEndpoint: 'https://x' },
      'projects/p/subscriptions/dead pushes: "taskpod dead-letters" has nothing to pull',
      'gcloud pubsub subscriptions modify-push-config projects/p/subscriptions/dead --push-endpoint=',
    ],
    [
      { expiresAfter: '2678400s' },
      'projects/p/subscriptions/dead is deleted when nobody asks for dead letters for 2678400s',
      'gcloud pubsub subscriptions update projects/p/subscriptions/dead --expiration-period=never',
    ],
  ])('whose subscription is %o', (change, what, mend) => {
    const fact = known({ ...deadLetters.value, ...change });
    expect(checkDeadLetters(fact, ['projects/p/topics/dead', 'projects/p/topics/dead'])).toEqual({
      check: 'dead_letters',
      status: 'failed',
      what,
      mend,
    });
  });

  test('whose subscription is not there, or whose topic nobody names', () => {
    expect(checkDeadLetters(unknown('missing'), [])).toMatchObject({
      status: 'failed',
      what: 'the subscription to dead letters does not exist',
    });
    expect(checkDeadLetters(known({ ...deadLetters.value, expiresAfter: undefined }), [])).toMatchObject({
      status: 'ok',
    });
    expect(checkDeadLetters(undefined, [])).toMatchObject({
      status: 'skipped',
      what: 'the subscription to dead letters is not known here',
      mend: 'Set TASKPOD_DEAD_LETTERS_SUBSCRIPTION, or run "taskpod init".',
    });
  });
});

describe('a topic', () => {
  const name = 'projects/p/topics/tasks';

  function ofTasks(change: object) {
    const facts = healthy();
    const [tasks, ...others] = facts.topics;
    if (tasks === undefined) throw new Error('three');
    return changed({ ...facts, topics: [{ ...tasks, ...change }, ...others] });
  }

  test.each([
    [
      { found: unknown('missing') },
      'topic.exists',
      'failed',
      `the tasks topic ${name} does not exist`,
      `Create it: gcloud pubsub topics create ${name}. Or correct its name.`,
    ],
    [
      { found: unknown('refused') },
      'topic.exists',
      'warning',
      `the tasks topic ${name} could not be checked: this identity may not ask`,
      `Let somebody run this who has the role Pub/Sub Viewer on ${name}.`,
    ],
    [
      { found: unknown('unreachable', 'Log in.') },
      'topic.exists',
      'failed',
      `the tasks topic ${name} could not be checked: why`,
      'Log in.',
    ],
    [
      { found: unknown('unreachable') },
      'topic.exists',
      'failed',
      `the tasks topic ${name} could not be checked: why`,
      'Try again.',
    ],
    [
      { mayPublish: known(false) },
      'topic.publish',
      'failed',
      `you may not publish on ${name}`,
      `To submit tasks: gcloud pubsub topics add-iam-policy-binding ${name} --role=roles/pubsub.publisher --member=user:YOU`,
    ],
    [
      { mayPublish: unknown('unsupported') },
      'topic.publish',
      'skipped',
      `whether you may publish on ${name} cannot be checked: this server does not tell`,
      null,
    ],
    [
      { bindings: known([{ role: 'roles/pubsub.viewer', members: [`serviceAccount:${watch}`] }]) },
      'topic.publish',
      'warning',
      `${watch} has no role on ${name} itself that lets it publish`,
      `Unless the project gives it one: gcloud pubsub topics add-iam-policy-binding ${name} --role=roles/pubsub.publisher --member=serviceAccount:${watch}`,
    ],
    [
      { bindings: unknown('refused') },
      'topic.publish',
      'warning',
      `whether ${watch} may publish on ${name} could not be checked: this identity may not ask`,
      `Let somebody run this who has pubsub.topics.getIamPolicy on ${name}.`,
    ],
  ])('%o', (change, check, status, what, mend) => {
    expect(ofTasks(change)).toEqual([{ check, status, what, mend }]);
  });

  test.each(['roles/pubsub.editor', 'roles/pubsub.admin'])('may be published on with %s', role => {
    const bindings = known([{ role, members: ['user:x', `serviceAccount:${watch}`] }]);
    expect(ofTasks({ bindings })).toEqual([]);
  });
});

test('an emulator outside of a local stack has policies, but no tokens and no expiration', () => {
  const at = { ...localSettings, source: 'environment' as const };
  const found = ofSubscription({ hasRetryPolicy: false, deadLetterTopic: '', expiresAfter: undefined }, at);
  expect(
    found
      .filter(([check, , what]) => check?.startsWith('subscription') && what?.includes('/launch '))
      .map(([check, status]) => [check, status]),
  ).toEqual([
    ['subscription.endpoint', 'skipped'],
    ['subscription.identity', 'skipped'],
    ['subscription.retry_policy', 'failed'],
    ['subscription.dead_letters', 'failed'],
    ['subscription.expiration', 'skipped'],
  ]);
});
