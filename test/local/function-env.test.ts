import { expect, test } from 'vitest';
import { type FunctionSurroundings, functionEnv } from '../../local/function-env.ts';
import { parseConfig } from '../../shared/config.ts';

const at: FunctionSurroundings = {
  bucket: 'taskpod-local',
  topics: {
    tasks: 'projects/p/topics/tasks',
    watch: 'projects/p/topics/watch',
    events: 'projects/p/topics/events',
  },
  storageUrl: 'http://127.0.0.1:1',
  pubsubHost: '127.0.0.1:2',
  kubeconfig: '/k',
  namespaces: ['n'],
  contexts: [],
};
const where = {
  TASKPOD_BUCKET: 'taskpod-local',
  TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks',
  TASKPOD_WATCH_TOPIC: 'projects/p/topics/watch',
  TASKPOD_EVENTS_TOPIC: 'projects/p/topics/events',
  TASKPOD_CLUSTER: 'kubeconfig',
  TASKPOD_CLUSTERS: '',
  KUBECONFIG: '/k',
  STORAGE_EMULATOR_HOST: 'http://127.0.0.1:1',
  PUBSUB_EMULATOR_HOST: '127.0.0.1:2',
  GOOGLE_CLOUD_PROJECT: 'taskpod-local',
  METADATA_SERVER_DETECTION: 'none',
};
const user = {
  PATH: '/bin',
  HOME: '/home/me',
  AWS_SECRET_ACCESS_KEY: 'secret',
  GITHUB_TOKEN: 'secret',
  GOOGLE_APPLICATION_CREDENTIALS: '/secret',
  NODE_OPTIONS: '--inspect',
  KUBECONFIG: '/mine',
};

test.each([
  { name: 'nothing of the user', user, changes: {}, env: { PATH: '/bin', TASKPOD_NAMESPACE: 'n', ...where } },
  {
    name: 'what a kubeconfig’s programs need',
    user,
    changes: { contexts: ['a'] },
    env: {
      PATH: '/bin',
      HOME: '/home/me',
      TASKPOD_NAMESPACE: 'n',
      ...where,
      TASKPOD_CLUSTER: 'kubeconfig:a',
    },
  },
  {
    name: 'the user’s settings, but not where things are',
    user: {
      TASKPOD_NAMESPACE: 'mine',
      TASKPOD_TURN_SECONDS: '30',
      TASKPOD_SHARDS: '',
      TASKPOD_BUCKET: 'production',
      TASKPOD_CLUSTER: 'projects/p/locations/l/clusters/c',
      TASKPOD_CLUSTERS: 'projects/p/locations/l/clusters/d',
    },
    changes: {},
    env: { TASKPOD_NAMESPACE: 'mine', TASKPOD_TURN_SECONDS: '30', ...where },
  },
  {
    name: 'several contexts, and the user’s further clusters',
    user: { TASKPOD_CLUSTERS: 'projects/p/locations/l/clusters/d' },
    changes: { contexts: ['a', 'b'], namespaces: ['n', 'm'] },
    env: {
      TASKPOD_NAMESPACE: 'n',
      TASKPOD_NAMESPACES: 'm',
      ...where,
      TASKPOD_CLUSTER: 'kubeconfig:a',
      TASKPOD_CLUSTERS: 'kubeconfig:b,projects/p/locations/l/clusters/d',
    },
  },
])('functionEnv: $name', ({ user, changes, env }) => {
  expect(functionEnv(user, { ...at, ...changes })).toEqual(env);
});

test('functionEnv is a whole configuration', () => {
  expect(parseConfig(functionEnv({}, at))).toMatchObject({ bucket: 'taskpod-local', namespaces: ['n'] });
});
