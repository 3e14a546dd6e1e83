import { describe, expect, test } from 'vitest';
import { resolveSettings, tasksTopicOf } from '../../cli/settings.ts';
import type { LocalState } from '../../local/state-file.ts';

const local: LocalState = {
  version: 1,
  pid: 1,
  started_at: '2026-11-22T10:00:00.000Z',
  folder: '/x/.taskpod',
  bucket: 'taskpod-local',
  tasks_topic: 'projects/taskpod-local/topics/tasks',
  watch_topic: 'projects/taskpod-local/topics/watch',
  dead_letters_subscription: 'projects/taskpod-local/subscriptions/dead-letters',
  kubeconfig: '/x/kubeconfig',
  namespace: 'n',
  namespaces: ['n', 'm'],
  clusters: ['kubeconfig:a', 'kubeconfig:b'] as [string, string],
  storage_url: 'http://127.0.0.1:1',
  pubsub_url: 'http://127.0.0.1:2',
};
const cloud = { TASKPOD_BUCKET: 'my-bucket', TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks' };
const fromCloud = {
  source: 'environment',
  bucket: 'my-bucket',
  tasksTopic: 'projects/p/topics/tasks',
  watchTopic: undefined,
  eventsTopic: undefined,
  deadLettersSubscription: undefined,
  launchSubscription: undefined,
  watchSubscription: undefined,
  launchServiceAccount: undefined,
  watchServiceAccount: undefined,
  kubeconfig: undefined,
  storageHost: undefined,
  pubsubHost: undefined,
  defaultNamespace: 'composer-user-workloads',
  namespaces: undefined,
  defaultCluster: undefined,
  clusters: undefined,
};

describe('resolveSettings', () => {
  test.each([
    {
      name: 'a local stack',
      env: { STORAGE_EMULATOR_HOST: 'other:1' },
      local,
      settings: {
        source: 'local',
        bucket: 'taskpod-local',
        tasksTopic: 'projects/taskpod-local/topics/tasks',
        watchTopic: 'projects/taskpod-local/topics/watch',
        eventsTopic: 'projects/taskpod-local/topics/events',
        deadLettersSubscription: 'projects/taskpod-local/subscriptions/dead-letters',
        launchSubscription: 'projects/taskpod-local/subscriptions/launch',
        watchSubscription: 'projects/taskpod-local/subscriptions/watch',
        launchServiceAccount: undefined,
        watchServiceAccount: undefined,
        kubeconfig: '/x/kubeconfig',
        storageHost: 'http://127.0.0.1:1',
        pubsubHost: 'http://127.0.0.1:2',
        defaultNamespace: 'n',
        namespaces: ['n', 'm'],
        defaultCluster: 'kubeconfig:a',
        clusters: ['kubeconfig:a', 'kubeconfig:b'],
      },
    },
    { name: 'the environment', env: cloud, local: undefined, settings: fromCloud },
    { name: 'the environment before a local stack', env: cloud, local, settings: fromCloud },
    {
      name: 'emulators, namespaces and a cluster',
      env: {
        ...cloud,
        STORAGE_EMULATOR_HOST: '127.0.0.1:9',
        PUBSUB_EMULATOR_HOST: '127.0.0.1:8',
        TASKPOD_NAMESPACE: 'a',
        TASKPOD_NAMESPACES: 'b, a',
        TASKPOD_CLUSTER: 'projects/p/locations/l/clusters/c',
      },
      local: undefined,
      settings: {
        ...fromCloud,
        storageHost: '127.0.0.1:9',
        pubsubHost: '127.0.0.1:8',
        defaultNamespace: 'a',
        namespaces: ['a', 'b'],
        defaultCluster: 'projects/p/locations/l/clusters/c',
      },
    },
    {
      name: 'all clusters',
      env: { ...cloud, TASKPOD_CLUSTER: 'kubeconfig', TASKPOD_CLUSTERS: 'kubeconfig:b, kubeconfig' },
      local: undefined,
      settings: {
        ...fromCloud,
        defaultCluster: 'kubeconfig',
        clusters: ['kubeconfig', 'kubeconfig:b'],
      },
    },
    {
      name: 'further clusters without the default one: not all are known',
      env: { ...cloud, TASKPOD_CLUSTERS: 'kubeconfig:b' },
      local: undefined,
      settings: fromCloud,
    },
    {
      name: 'a bucket alone, to read',
      env: { TASKPOD_BUCKET: 'my-bucket' },
      local: undefined,
      settings: { ...fromCloud, tasksTopic: undefined },
    },
  ])('$name', ({ env, local, settings }) => {
    expect(resolveSettings(env, local)).toEqual(settings);
  });

  const file = {
    bucket: 'of-file',
    tasks_topic: 'projects/f/topics/tasks',
    watch_topic: 'projects/f/topics/watch',
    events_topic: 'projects/f/topics/events',
    dead_letters_subscription: 'projects/f/subscriptions/dead',
    launch_subscription: 'projects/f/subscriptions/launch',
    watch_subscription: 'projects/f/subscriptions/watch',
    cluster: 'kubeconfig:f',
    clusters: ['kubeconfig:f', 'kubeconfig:g'],
    namespace: 'f',
    namespaces: ['g'],
    launch_service_account: 'launch@f',
    watch_service_account: 'watch@f',
  };
  const fromFile = {
    source: 'file',
    bucket: 'of-file',
    tasksTopic: 'projects/f/topics/tasks',
    watchTopic: 'projects/f/topics/watch',
    eventsTopic: 'projects/f/topics/events',
    deadLettersSubscription: 'projects/f/subscriptions/dead',
    launchSubscription: 'projects/f/subscriptions/launch',
    watchSubscription: 'projects/f/subscriptions/watch',
    launchServiceAccount: 'launch@f',
    watchServiceAccount: 'watch@f',
    kubeconfig: undefined,
    storageHost: undefined,
    pubsubHost: undefined,
    defaultNamespace: 'f',
    namespaces: ['f', 'g'],
    defaultCluster: 'kubeconfig:f',
    clusters: ['kubeconfig:f', 'kubeconfig:g'],
  };

  test.each([
    { name: 'the file', env: { TASKPOD_BUCKET: '' }, settings: fromFile },
    {
      name: 'a variable before the file',
      env: { TASKPOD_NAMESPACE: 'mine', TASKPOD_WATCH_TOPIC: 'projects/m/topics/w' },
      settings: {
        ...fromFile,
        watchTopic: 'projects/m/topics/w',
        defaultNamespace: 'mine',
        namespaces: ['mine', 'g'],
      },
    },
    {
      name: 'the same bucket in the environment, and the rest of the file',
      env: { TASKPOD_BUCKET: 'of-file' },
      settings: { ...fromFile, source: 'environment' },
    },
    { name: 'nothing of the file when the bucket is another one', env: cloud, settings: fromCloud },
    { name: 'a local stack before the file', env: {}, local, settings: resolveSettings({}, local) },
  ])('$name', ({ env, local, settings }) => {
    expect(resolveSettings(env, local, file)).toEqual(settings);
  });

  test.each([
    { env: {}, message: 'no taskpod to talk to' },
    {
      env: { TASKPOD_TASKS_TOPIC: 'tasks', TASKPOD_NAMESPACE: 'A_B' },
      message:
        'TASKPOD_TASKS_TOPIC must be a full topic name: projects/PROJECT/topics/TOPIC; TASKPOD_NAMESPACE must be a Kubernetes namespace: lower-case letters, digits and "-"; TASKPOD_BUCKET is not set',
    },
  ])('$env: $message', ({ env, message }) => {
    expect(() => resolveSettings(env, undefined)).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        message,
        action: expect.stringMatching(/"taskpod local".*TASKPOD_BUCKET and TASKPOD_TASKS_TOPIC/),
      }),
    );
  });
});

test('tasksTopicOf says which variable is missing', () => {
  const settings = resolveSettings({ TASKPOD_BUCKET: 'my-bucket' }, undefined);
  expect(() => tasksTopicOf(settings)).toThrow(
    expect.objectContaining({ code: 'invalid_configuration', message: 'TASKPOD_TASKS_TOPIC is not set' }),
  );
});
