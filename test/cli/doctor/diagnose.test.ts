import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../cli/doctor/diagnose.ts';
import { changed, healthy, localSettings, settings, unknown } from './healthy.ts';

test('of a deployment in which nothing is wrong everything is said, and is ok', () => {
  const findings = diagnose(healthy(), settings, {});
  expect(new Set(findings.map(({ status, mend }) => `${status} ${mend}`))).toEqual(new Set(['ok null']));
  expect(findings.map(({ what }) => what)).toEqual([
    'the settings of the functions that are known here are right',
    'the tasks topic projects/p/topics/tasks exists',
    'you may publish on projects/p/topics/tasks',
    'watch@p.iam.gserviceaccount.com may publish on projects/p/topics/tasks',
    'the watch topic projects/p/topics/watch exists',
    'launch@p.iam.gserviceaccount.com may publish on projects/p/topics/watch',
    'watch@p.iam.gserviceaccount.com may publish on projects/p/topics/watch',
    'the events topic projects/p/topics/events exists',
    'launch@p.iam.gserviceaccount.com may publish on projects/p/topics/events',
    'watch@p.iam.gserviceaccount.com may publish on projects/p/topics/events',
    ...(['launch', 'watch'] as const).flatMap(name => [
      `projects/p/subscriptions/${name} delivers to ${name}`,
      `projects/p/subscriptions/${name} belongs to projects/p/topics/${name === 'launch' ? 'tasks' : name}`,
      `projects/p/subscriptions/${name} pushes to https`,
      `projects/p/subscriptions/${name} pushes as push@p.iam.gserviceaccount.com`,
      `projects/p/subscriptions/${name} waits 600 s for an answer`,
      `projects/p/subscriptions/${name} pauses between deliveries`,
      `projects/p/subscriptions/${name} puts dead letters on projects/p/topics/dead`,
      `projects/p/subscriptions/${name} never expires`,
    ]),
    'projects/p/subscriptions/dead keeps the dead letters',
    'the bucket b-1 exists',
    'access to b-1 is uniform',
    'public access to b-1 is prevented',
    'you may list, read, create and delete objects of b-1',
    'launch@p.iam.gserviceaccount.com may use the objects of b-1',
    'watch@p.iam.gserviceaccount.com may use the objects of b-1',
    'this machine’s clock agrees with Cloud Storage',
    'no attempt is open, so that nothing tells whether the sweep comes',
    'no task waits for its launch',
    'the cluster projects/p/locations/l/clusters/c answers, version v1.34.2',
    'namespace n of projects/p/locations/l/clusters/c exists',
    'launch@p.iam.gserviceaccount.com (launch) has its 4 permissions in namespace n of projects/p/locations/l/clusters/c',
    'launch@p.iam.gserviceaccount.com (launch) may do nothing dangerous in namespace n of projects/p/locations/l/clusters/c',
    'watch@p.iam.gserviceaccount.com (watch) has its 6 permissions in namespace n of projects/p/locations/l/clusters/c',
    'watch@p.iam.gserviceaccount.com (watch) may do nothing dangerous in namespace n of projects/p/locations/l/clusters/c',
  ]);
});

describe('the configuration', () => {
  test('is read as the functions read it', () => {
    expect(changed(healthy(), settings, { TASKPOD_SHARDS: '0', TASKPOD_TURN_SECONDS: 'x' })).toEqual([
      {
        check: 'configuration',
        status: 'failed',
        what: expect.stringMatching(
          /^the functions would refuse to start: TASKPOD_SHARDS .*; TASKPOD_TURN_SECONDS must be a whole number/,
        ),
        mend: 'Set the variables as docs/configuration.md says.',
      },
    ]);
  });
});

test('on a stack of this machine nothing fails for what only the cloud has', () => {
  const facts = healthy();
  const [launch, watch] = facts.pushes.map(({ subscriptions: { value }, ...push }) => ({
    ...push,
    deadLetterBindings: undefined,
    subscriptions: {
      kind: 'known' as const,
      value: value.map(({ facts }) => ({
        bindings: unknown('unsupported'),
        facts: {
          ...facts,
          pushEndpoint: 'http://127.0.0.1:3',
          pushAccount: '',
          hasRetryPolicy: false,
          expiresAfter: undefined,
        },
      })),
    },
  }));
  if (launch === undefined || watch === undefined) throw new Error('two subscriptions');
  const [at] = facts.clusters;
  const [namespace] = at?.namespaces ?? [];
  if (at === undefined || namespace === undefined) throw new Error('a namespace');
  const noAnswers = { asked: 'self', account: undefined, answers: unknown('missing') } as const;
  const rights = {
    launch: { part: 'launch', ...noAnswers },
    watch: { part: 'watch', ...noAnswers },
  } as const;
  const found = diagnose(
    {
      ...facts,
      topics: facts.topics.map(topic => ({
        ...topic,
        mayPublish: unknown('missing'),
        bindings: unknown('missing'),
      })),
      pushes: [launch, watch],
      storage: {
        ...facts.storage,
        bucket: { kind: 'known', value: { uniformAccess: false, publicAccessPrevention: 'inherited' } },
        granted: unknown('missing'),
        bindings: unknown('missing'),
      },
      clusters: [{ ...at, namespaces: [{ ...namespace, rights }] }],
    },
    localSettings,
    {},
  );
  expect(found.filter(({ status }) => status === 'failed' || status === 'warning')).toEqual([]);
  expect(found.filter(({ status }) => status === 'skipped').map(({ check }) => check)).toEqual([
    'topic.publish',
    ...['launch', 'watch'].flatMap(() => [
      'subscription.endpoint',
      'subscription.identity',
      'subscription.retry_policy',
      'subscription.expiration',
    ]),
    'bucket.access',
    'bucket.public',
    'bucket.permissions',
    'cluster.permissions',
    'cluster.permissions',
  ]);
});

test('what is not known here is skipped, and it is said how to make it known', () => {
  const facts = healthy();
  const at = {
    ...settings,
    watchTopic: undefined,
    launchServiceAccount: undefined,
    watchServiceAccount: undefined,
    clusters: undefined,
    defaultCluster: undefined,
  };
  const none = { kind: 'known', value: [] } as const;
  const found = changed(
    {
      ...facts,
      topics: facts.topics.map(topic => ({ ...topic, name: undefined })),
      pushes: facts.pushes.map(push => ({
        ...push,
        topic: undefined,
        subscriptions: { ...none, value: [] },
      })),
      deadLetters: undefined,
      clusters: [],
    },
    at,
  );
  expect(found).toEqual([
    ...['tasks', 'watch', 'events'].map(kind => ({
      check: 'topic.exists',
      status: 'skipped',
      what: `the ${kind} topic is not known here`,
      mend: `Set TASKPOD_${kind.toUpperCase()}_TOPIC, or run "taskpod init".`,
    })),
    ...['launch', 'watch'].map(part => ({
      check: 'subscription.exists',
      status: 'skipped',
      what: `what pushes to ${part} is not known here`,
      mend: `Set TASKPOD_${part.toUpperCase()}_SUBSCRIPTION, or run "taskpod init".`,
    })),
    {
      check: 'dead_letters',
      status: 'skipped',
      what: 'the subscription to dead letters is not known here',
      mend: 'Set TASKPOD_DEAD_LETTERS_SUBSCRIPTION, or run "taskpod init".',
    },
    {
      check: 'cluster.reachable',
      status: 'skipped',
      what: 'no cluster is known here',
      mend: 'Set TASKPOD_CLUSTER, or run "taskpod init".',
    },
  ]);
});
