import { describe, expect, test } from 'vitest';
import { type Env, parseConfig } from '../../shared/config.ts';
import { TaskpodError } from '../../shared/errors.ts';
import type { Policy } from '../../shared/policy.ts';
import { policyVariables } from '../../shared/policy.ts';
import podFields from '../../shared/task/pod-fields.json' with { type: 'json' };

const required: Env = {
  TASKPOD_BUCKET: 'my-bucket',
  TASKPOD_TASKS_TOPIC: 'projects/p/topics/tasks',
  TASKPOD_WATCH_TOPIC: 'projects/p/topics/watch',
  TASKPOD_EVENTS_TOPIC: 'projects/p/topics/events',
  TASKPOD_CLUSTER: 'kubeconfig',
  TASKPOD_NAMESPACE: 'etl',
};
const policyOf = (env: Env): Policy => parseConfig({ ...required, ...env }).policy;
const problemOf = (env: Env): string => {
  try {
    policyOf(env);
  } catch (error) {
    return error instanceof TaskpodError ? error.message : String(error);
  }
  return '';
};

describe('the policy of the environment', () => {
  test.each<[Env, Partial<Policy>]>([
    [{}, {}],
    [{ TASKPOD_POD_SECURITY: 'restricted' }, { podSecurity: 'restricted' }],
    [{ TASKPOD_POD_SECURITY: 'privileged' }, { podSecurity: 'privileged' }],
    [{ TASKPOD_NAMESPACES: 'ml' }, { namespaces: ['etl', 'ml'] }],
    [{ TASKPOD_SERVICE_ACCOUNTS: 'etl-*, ml/trainer' }, { serviceAccounts: ['etl-*', 'ml/trainer'] }],
    [
      { TASKPOD_IMAGES: 'europe-docker.pkg.dev/my-project/*,docker.io/library/python:3.*' },
      { images: ['europe-docker.pkg.dev/my-project/*', 'docker.io/library/python:3.*'] },
    ],
    ...[
      'localhost/x',
      'localhost:5000/x',
      'my-host:5000/a/b',
      '[::1]:5000/x',
      '*.pkg.dev/my-project/*',
      'gcr.io/x@sha256:*',
      'GCR.io/x:v1@sha256:abc',
    ].map((image): [Env, Partial<Policy>] => [{ TASKPOD_IMAGES: image }, { images: [image] }]),
    [{ TASKPOD_VOLUMES: 'configMap,secret , hostPath' }, { volumes: ['configMap', 'secret', 'hostPath'] }],
    [{ TASKPOD_SECRETS: 'db-*,*/shared' }, { secrets: ['db-*', '*/shared'] }],
    [{ TASKPOD_PRIORITY_CLASSES: 'batch-*,low' }, { priorityClasses: ['batch-*', 'low'] }],
  ])('%j', (env, expected) => {
    expect(policyOf(env)).toEqual({ podSecurity: 'baseline', namespaces: ['etl'], ...expected });
  });

  const images =
    'TASKPOD_IMAGES must be images with the host of their registry, such as docker.io/library/busybox or europe-docker.pkg.dev/my-project/*';
  const named = 'must be names, or NAMESPACE/NAME, with * for any text';
  test.each<[Env, string]>([
    [
      { TASKPOD_POD_SECURITY: 'Baseline' },
      'TASKPOD_POD_SECURITY must be one of: privileged, baseline, restricted',
    ],
    ...['*', 'busybox', 'my-project/*', '*/x', 'gcr.io', 'gcr.io/', 'gcr.io/X', 'gcr.io/x y', '/x.y'].map(
      (image): [Env, string] => [{ TASKPOD_IMAGES: image }, images],
    ),
    [{ TASKPOD_SERVICE_ACCOUNTS: 'a/b/c' }, `TASKPOD_SERVICE_ACCOUNTS ${named}`],
    [{ TASKPOD_SERVICE_ACCOUNTS: 'Etl' }, `TASKPOD_SERVICE_ACCOUNTS ${named}`],
    [{ TASKPOD_SECRETS: 'a b' }, `TASKPOD_SECRETS ${named}`],
    [{ TASKPOD_SECRETS: '/a' }, `TASKPOD_SECRETS ${named}`],
    [{ TASKPOD_PRIORITY_CLASSES: 'a/b' }, 'TASKPOD_PRIORITY_CLASSES must be names, with * for any text'],
  ])('refuses %j', (env, message) => {
    expect(problemOf(env)).toBe(message);
  });

  test('a kind of volume that does not exist is told', () => {
    expect(problemOf({ TASKPOD_VOLUMES: 'configmap' })).toMatch(
      /^TASKPOD_VOLUMES must be kinds of volumes: /,
    );
  });

  test('every kind of volume that Kubernetes has can be listed', () => {
    const kinds = Object.keys(podFields.V1Volume).filter(field => field !== 'name');
    expect(policyOf({ TASKPOD_VOLUMES: kinds.join(',') }).volumes).toEqual(kinds);
    expect(policyVariables.TASKPOD_VOLUMES.schema.safeParse('name').success).toBe(false);
  });
});
