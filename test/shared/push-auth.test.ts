import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../shared/config.ts';
import { choosePushAuth, type PushAuthFacts } from '../../shared/push-auth.ts';

const nothing: PushAuthFacts = {
  mode: undefined,
  serviceAccount: undefined,
  audiences: undefined,
  isCloudRun: false,
};
const serviceAccount = 'push@p.iam.gserviceaccount.com';
const audiences = ['https://launch.test'];

describe('choosePushAuth', () => {
  test.each<[string, Partial<PushAuthFacts>, unknown]>([
    ['nothing is set on this machine', {}, { mode: 'none' }],
    ['all is set', { serviceAccount, audiences }, { mode: 'signature', serviceAccount, audiences }],
    [
      'it is Cloud Run',
      { isCloudRun: true, serviceAccount },
      { mode: 'iam', serviceAccount, audiences: undefined },
    ],
    [
      'it is Cloud Run that lets everybody in',
      { isCloudRun: true, mode: 'signature', serviceAccount, audiences },
      { mode: 'signature', serviceAccount, audiences },
    ],
    ['it is switched off', { isCloudRun: true, mode: 'none', serviceAccount }, { mode: 'none' }],
  ])('%s', (_title, facts, auth) => {
    expect(choosePushAuth({ ...nothing, ...facts })).toEqual({ auth });
  });

  test.each<[string, Partial<PushAuthFacts>, string[]]>([
    ['Cloud Run without a service account', { isCloudRun: true }, ['TASKPOD_PUSH_SERVICE_ACCOUNT']],
    ['a signature for nobody', { serviceAccount }, ['TASKPOD_PUSH_AUDIENCE']],
    [
      'a signature of nobody for nobody',
      { mode: 'signature' },
      ['TASKPOD_PUSH_SERVICE_ACCOUNT', 'TASKPOD_PUSH_AUDIENCE'],
    ],
    ['a check that nobody makes', { mode: 'iam', serviceAccount }, ['TASKPOD_PUSH_AUTH']],
  ])('refuses %s', (_title, facts, paths) => {
    const choice = choosePushAuth({ ...nothing, ...facts });
    expect('problems' in choice ? choice.problems.map(({ path }) => path) : []).toEqual(paths);
  });
});

test('a function on Cloud Run does not start with its door open by mistake', () => {
  const env = {
    TASKPOD_BUCKET: 'my-bucket',
    TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks',
    TASKPOD_WATCH_TOPIC: 'projects/p/topics/watch',
    TASKPOD_EVENTS_TOPIC: 'projects/p/topics/events',
    TASKPOD_CLUSTER: 'kubeconfig',
    K_SERVICE: 'launch',
  };
  expect(() => parseConfig(env)).toThrow(
    /^TASKPOD_PUSH_SERVICE_ACCOUNT is not set\. .*TASKPOD_PUSH_AUTH=none/,
  );
  expect(parseConfig({ ...env, TASKPOD_PUSH_AUTH: 'none' }).pushAuth).toEqual({ mode: 'none' });
});
