import { describe, expect, test } from 'vitest';
import { baseContainer, judge } from '../judge.ts';
import { judgeTask, type Surroundings } from '../judge-task.ts';

const dnsLabel = 'must be 1 to 63 lower-case letters, digits or "-", with a letter or digit first and last';
const envName = 'is not a name of an environment variable: use printable ASCII characters without "="';
const image =
  'is not an image reference: write [registry/]repository[:tag][@digest], the repository in lower case, without blanks';
const taken = 'is the name of another container of the Pod: choose another';
const init = { name: 'prepare', image: 'busybox' };

/** What is wrong with a task, where nothing is refused by policy. */
function invalid(keys: Record<string, unknown>, surroundings?: Surroundings): string[] {
  const found = judgeTask(keys, surroundings);
  expect(found.refused).toEqual([]);
  return found.invalid;
}

describe('names and images', () => {
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    { keys: { image: null }, problems: ['image: is required'] },
    { keys: { image: '' }, problems: [`image: ${image}`] },
    { keys: { image: 'Busybox' }, problems: [`image: ${image}`] },
    { keys: { image: 5 }, problems: [] },
    { keys: { image: null, full_pod_spec: 'x' }, problems: [] },
    { keys: { image: null, full_pod_spec: { spec: { containers: [{ image: 'a' }] } } }, problems: [] },
    {
      keys: { image: null, full_pod_spec: { spec: { containers: [{}] } } },
      problems: ['full_pod_spec.spec.containers.0.image: is required'],
    },
    {
      keys: {
        full_pod_spec: { spec: { containers: [{}, { name: 'helper', image: 'a b' }, { name: 'x' }] } },
      },
      problems: [
        `full_pod_spec.spec.containers.1.image: ${image}`,
        'full_pod_spec.spec.containers.2.image: is required',
      ],
    },
    {
      keys: { full_pod_spec: { spec: { containers: [{}, { name: 'base', image: 'a' }] } } },
      problems: [`full_pod_spec.spec.containers.1.name: ${taken}`],
    },
    {
      keys: {
        base_container_name: 'helper',
        full_pod_spec: { spec: { containers: [{}, { name: 'helper', image: 'a' }] } },
      },
      problems: [`full_pod_spec.spec.containers.1.name: ${taken}`],
    },
    { keys: { base_container_name: 'Main' }, problems: [`base_container_name: ${dnsLabel}`] },
    {
      keys: { init_containers: [{ ...init, name: 'base' }] },
      problems: [`init_containers.0.name: ${taken}`],
    },
    ...[true, false].map(do_xcom_push => ({
      keys: { init_containers: [{ ...init, name: 'airflow-xcom-sidecar' }], do_xcom_push },
      problems: [`init_containers.0.name: ${taken}`],
    })),
    { keys: { init_containers: [init, init] }, problems: [`init_containers.1.name: ${taken}`] },
    {
      keys: { init_containers: [{ ...init, name: 'A' }] },
      problems: [`init_containers.0.name: ${dnsLabel}`],
    },
    { keys: { init_containers: [{ name: 'a' }] }, problems: ['init_containers.0.image: is required'] },
    {
      keys: { init_containers: [{ name: 'a', image: null }] },
      problems: ['init_containers.0.image: is required'],
    },
    {
      keys: { init_containers: [{ ...init, image: 'a b' }] },
      problems: [`init_containers.0.image: ${image}`],
    },
    { keys: { init_containers: [init], do_xcom_push: true }, problems: [] },
  ])('$keys', ({ keys, problems }) => {
    expect(invalid(keys)).toEqual(problems);
  });

  test('in a template file', () => {
    const template = { spec: { containers: [{ image: 'A' }, { name: 'base', image: 'a' }] } };
    expect(invalid({ image: null }, { template })).toEqual([
      `pod_template_file.spec.containers.0.image: ${image}`,
      `pod_template_file.spec.containers.1.name: ${taken}`,
    ]);
  });
});

describe('environment', () => {
  const secret = { deploy_type: 'env', deploy_target: 'PW', secret: 'db', key: 'pw' };
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    { keys: { env_vars: { 'A=B': 'x' } }, problems: [`env_vars.A=B: ${envName}`] },
    {
      keys: { env_vars: [{ name: 'A' }, { name: 'B' }, { name: 'A' }, { name: 'ü' }] },
      problems: [
        'env_vars.2.name: is also set by env_vars.0: keep one of them',
        `env_vars.3.name: ${envName}`,
      ],
    },
    {
      keys: { env_vars: [{ name: 'A' }, { name: 'A' }, { name: 'A' }] },
      problems: [
        'env_vars.1.name: is also set by env_vars.0: keep one of them',
        'env_vars.2.name: is also set by env_vars.0: keep one of them',
      ],
    },
    {
      keys: { env_vars: { PW: 'x' }, secrets: [secret] },
      problems: ['secrets.0.deploy_target: is also set by env_vars.PW: keep one of them'],
    },
    {
      keys: { secrets: [secret, { ...secret, secret: 'other' }] },
      problems: ['secrets.1.deploy_target: is also set by secrets.0: keep one of them'],
    },
    {
      keys: { env_vars: { A: 'x' }, pod_runtime_info_envs: [{ name: 'A' }] },
      problems: ['pod_runtime_info_envs.0.name: is also set by env_vars.A: keep one of them'],
    },
    {
      keys: {
        env_vars: { A: 'x' },
        pod_template_dict: { spec: { containers: [{ env: [{ name: 'A', value: 'y' }] }] } },
      },
      problems: ['env_vars.A: is also set by pod_template_dict.spec.containers.0.env.0: keep one of them'],
    },
    {
      keys: { init_containers: [{ ...init, env: [{ name: 'A' }, { name: 'A' }] }] },
      problems: ['init_containers.0.env.1.name: is also set by init_containers.0.env.0: keep one of them'],
    },
    {
      keys: { env_vars: { A: 'x' }, init_containers: [{ ...init, env: [{ name: 'A' }] }] },
      problems: [],
    },
  ])('$problems', ({ keys, problems }) => {
    expect(invalid(keys)).toEqual(problems);
  });
});

describe('logs', () => {
  const helper = { full_pod_spec: { spec: { containers: [{}, { name: 'helper', image: 'a' }] } } };
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    {
      keys: { container_logs: 'bass' },
      problems: ['container_logs: names no such container of the Pod; did you mean "base"?'],
    },
    {
      keys: { container_logs: ['base', 'sidecar'] },
      problems: ['container_logs.1: names no such container of the Pod: remove it'],
    },
    {
      keys: { init_containers: [init], container_logs: ['prepare'] },
      problems: ['container_logs.0: names a container of the other kind: use init_container_logs'],
    },
    {
      keys: { init_containers: [init], init_container_logs: 'base' },
      problems: ['init_container_logs: names a container of the other kind: use container_logs'],
    },
    {
      keys: { init_container_logs: ['prepare'] },
      problems: ['init_container_logs.0: names no such container of the Pod: there is none'],
    },
    {
      keys: { do_xcom_push: true, init_container_logs: ['airflow-xcom-sidecar'] },
      problems: ['init_container_logs.0: names no such container of the Pod: there is none'],
    },
    { keys: { init_containers: [init], init_container_logs: 'prepare' }, problems: [] },
    { keys: { container_logs: true, init_container_logs: true }, problems: [] },
    { keys: { base_container_name: 'main', container_logs: 'main' }, problems: [] },
    {
      keys: { base_container_name: 'main', container_logs: 'base' },
      problems: ['container_logs: names no such container of the Pod: remove it'],
    },
    { keys: { ...helper, container_logs: ['base', 'helper'] }, problems: [] },
    {
      keys: { ...helper, init_container_logs: ['helper'] },
      problems: ['init_container_logs.0: names a container of the other kind: use container_logs'],
    },
    { keys: { init_containers: 5, init_container_logs: ['prepare'] }, problems: [] },
    { keys: { full_pod_spec: 5, container_logs: ['helper'] }, problems: [] },
  ])('$keys', ({ keys, problems }) => {
    expect(invalid(keys)).toEqual(problems);
  });
});

describe('metadata', () => {
  const own = "is a key of Taskpod's own: use another prefix";
  const labelKey =
    'is not a key that Kubernetes takes: at most 63 letters, digits, "-", "_" or ".", with a DNS prefix and "/" before it if need be';
  const labelValue =
    'must be at most 63 letters, digits, "-", "_" or ".", with a letter or digit first and last; use an annotation for other text';
  test.each<{ metadata: Record<string, unknown>; problems: string[] }>([
    { metadata: { labels: { 'taskpod.dev/scope': 'x' } }, problems: [`labels.taskpod.dev/scope: ${own}`] },
    {
      metadata: { annotations: { 'taskpod.dev/run': '{}' } },
      problems: [`annotations.taskpod.dev/run: ${own}`],
    },
    { metadata: { labels: { 'a b': 'x' } }, problems: [`labels.a b: ${labelKey}`] },
    { metadata: { annotations: { 'a/b/c': 'x' } }, problems: [`annotations.a/b/c: ${labelKey}`] },
    { metadata: { labels: { a: 'x y' } }, problems: [`labels.a: ${labelValue}`] },
    { metadata: { annotations: { a: 'x y' }, labels: { a: 'x' } }, problems: [] },
    {
      metadata: { finalizers: ['x/y'] },
      problems: ['finalizers: would keep the Pod from being deleted: remove it'],
    },
    {
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' }] },
      problems: ['ownerReferences: would let the Pod be deleted with another object: remove it'],
    },
    { metadata: { finalizers: [], ownerReferences: null }, problems: [] },
  ])('$metadata', ({ metadata, problems }) => {
    expect(judge({ metadata }).invalid.map(({ path, message }) => `${path}: ${message}`)).toEqual(
      problems.map(problem => `metadata.${problem}`),
    );
    expect(invalid({ full_pod_spec: { metadata } })).toEqual(
      problems.map(problem => `full_pod_spec.metadata.${problem}`),
    );
  });

  test('what cannot be there when a Pod is created', () => {
    const ephemeralContainers = [{ name: 'debug', image: 'busybox' }];
    expect(judge({ spec: { containers: [baseContainer], ephemeralContainers } })).toEqual({
      invalid: [
        {
          path: 'spec.ephemeralContainers',
          message: 'cannot be there when a Pod is created: remove it',
        },
      ],
      refused: [],
    });
  });

  test('the name of a service account', () => {
    expect(invalid({ full_pod_spec: { spec: { serviceAccountName: 'my_account' } } })).toEqual([
      'full_pod_spec.spec.serviceAccountName: must be 1 to 253 lower-case letters, digits, "-" or ".", with a letter or digit first and last',
    ]);
  });
});
