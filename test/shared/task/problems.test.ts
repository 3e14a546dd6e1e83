import { describe, expect, test } from 'vitest';
import { parseTask } from './parse-task.ts';

const context = { messageId: 'm1', defaultNamespace: 'tasks', namespaces: ['tasks', 'other'] };

/** What is wrong with a task that is right but for these keys, as `path: message`. */
function problemsOf(keys: Record<string, unknown>): string[] {
  const parsed = parseTask(Buffer.from(JSON.stringify({ task_id: 't', image: 'busybox', ...keys })), context);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
}

const dnsLabel = 'must be 1 to 63 lower-case letters, digits or "-", with a letter or digit first and last';
const quantity = 'must be a quantity such as 500m, 2 or 10Gi';
const labelKey =
  'is not a key that Kubernetes takes: at most 63 letters, digits, "-", "_" or ".", with a DNS prefix and "/" before it if need be';
const image =
  'is not an image reference: write [registry/]repository[:tag][@digest], the repository in lower case, without blanks';
const init = { name: 'prepare', image: 'busybox' };
const data = { name: 'data', emptyDir: {} };

describe('keys', () => {
  test.each([
    { keys: { imge: 'x' }, problem: 'imge: is not a parameter; did you mean "image"?' },
    { keys: { taskId: 'x' }, problem: 'taskId: is not a parameter; did you mean "task_id"?' },
    { keys: { 'env-vars': {} }, problem: 'env-vars: is not a parameter; did you mean "env_vars"?' },
    { keys: { command: ['x'] }, problem: 'command: is not a parameter; did you mean "cmds"?' },
    { keys: { args: [] }, problem: 'args: is not a parameter; did you mean "arguments"?' },
    { keys: { env: {} }, problem: 'env: is not a parameter; did you mean "env_vars"?' },
    {
      keys: { resources: {} },
      problem: 'resources: is not a parameter; did you mean "container_resources"?',
    },
    { keys: { zzz: 1 }, problem: 'zzz: is not a parameter: remove it (docs/parameters.md lists them)' },
    { keys: { zzz: null }, problem: 'zzz: is not a parameter: remove it (docs/parameters.md lists them)' },
    { keys: { retries: -1 }, problem: 'retries: must be at least 0' },
    { keys: { Retrys: 3 }, problem: 'Retrys: is not a parameter; did you mean "retries"?' },
    {
      keys: { retry_delay: 30 },
      problem: 'retry_delay: is not taken. Use retry_delay_seconds, a whole number of seconds.',
    },
    {
      keys: { retry_on: [3, 'usr'] },
      problem: 'retry_on.1: is no failure class and no reason code; did you mean "user"?',
    },
    {
      keys: { tolerationz: [] },
      problem: 'tolerationz: is not a parameter; did you mean "tolerations"?',
    },
    {
      keys: { ['k'.repeat(200)]: 1 },
      problem: `${'k'.repeat(79)}…: is not a parameter: remove it (docs/parameters.md lists them)`,
    },
    {
      keys: { 'a\u0000b': 1 },
      problem: 'a\ufffdb: is not a parameter: remove it (docs/parameters.md lists them)',
    },
  ])('$problem', ({ keys, problem }) => {
    expect(problemsOf(keys)).toEqual([problem]);
  });
});

describe('types', () => {
  const strings = 'must be a list of strings, such as ["sh", "-c", "date"]';
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    { keys: { image: null }, problems: ['image: is required'] },
    { keys: { image: 5 }, problems: ['image: must be a string'] },
    { keys: { name: 5 }, problems: ['name: must be a string'] },
    { keys: { namespace: 5 }, problems: ['namespace: must be a string'] },
    { keys: { cmds: 'echo' }, problems: [`cmds: ${strings}`] },
    {
      keys: { arguments: [1, 'a', {}] },
      problems: ['arguments.0: must be a string', 'arguments.2: must be a string'],
    },
    { keys: { env_vars: 'A=1' }, problems: ['env_vars: must be an object of strings'] },
    { keys: { env_vars: { A: 5 } }, problems: ['env_vars.A: must be a string: put the value in quotes'] },
    { keys: { env_vars: ['A'] }, problems: ['env_vars.0: must be an object'] },
    { keys: { labels: [] }, problems: ['labels: must be an object of strings'] },
    { keys: { labels: { a: true } }, problems: ['labels.a: must be a string: put the value in quotes'] },
    {
      keys: { annotations: { a: 1 } },
      problems: ['annotations.a: must be a string: put the value in quotes'],
    },
    {
      keys: { image_pull_policy: 'always' },
      problems: ['image_pull_policy: must be one of: Always, IfNotPresent, Never'],
    },
    { keys: { service_account_name: [] }, problems: ['service_account_name: must be a string'] },
    { keys: { get_logs: 'yes' }, problems: ['get_logs: must be true or false'] },
    {
      keys: { container_logs: false },
      problems: ['container_logs: must be true, a name, or a list of names'],
    },
    { keys: { init_container_logs: [5] }, problems: ['init_container_logs.0: must be a string'] },
    { keys: { init_containers: {} }, problems: ['init_containers: must be a list of objects'] },
    { keys: { volumes: { data } }, problems: ['volumes: must be a list of objects'] },
    { keys: { volumes: [null] }, problems: ['volumes.0: must be an object'] },
    { keys: { volume_mounts: 'data' }, problems: ['volume_mounts: must be a list of objects'] },
    { keys: { do_xcom_push: 1 }, problems: ['do_xcom_push: must be true or false'] },
    {
      keys: { xcom_transport: 'exec' },
      problems: ['xcom_transport: must be one of: sidecar, termination_message'],
    },
    {
      keys: { on_finish_action: 'delete' },
      problems: [
        'on_finish_action: must be one of: delete_pod, delete_succeeded_pod, delete_active_pod, keep_pod',
      ],
    },
    { keys: { startup_timeout_seconds: 0 }, problems: ['startup_timeout_seconds: must be at least 1'] },
    {
      keys: { schedule_timeout_seconds: 1.5 },
      problems: ['schedule_timeout_seconds: must be a whole number of seconds'],
    },
    {
      keys: { active_deadline_seconds: '60' },
      problems: ['active_deadline_seconds: must be a whole number of seconds'],
    },
    {
      keys: { active_deadline_seconds: 31_536_001 },
      problems: ['active_deadline_seconds: must be at most 31536000 (a year)'],
    },
    {
      keys: { logical_date: '2024-03-08' },
      problems: ['logical_date: must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00'],
    },
    {
      keys: { logical_date: '2023-02-29T00:00:00Z' },
      problems: ['logical_date: must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00'],
    },
  ])('$problems', ({ keys, problems }) => {
    expect(problemsOf(keys)).toEqual(problems);
  });
});

describe('Kubernetes objects', () => {
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    {
      keys: { volumes: [{ name: 'data', confgMap: { name: 'x' } }] },
      problems: ['volumes.0.confgMap: is not a field of Volume; did you mean "configMap"?'],
    },
    {
      keys: { volumes: [{ name: 'data', configMap: { items: [{ key: 'a', path: 'b', moed: 4 }] } }] },
      problems: ['volumes.0.configMap.items.0.moed: is not a field of KeyToPath; did you mean "mode"?'],
    },
    {
      keys: { volumes: [data], volume_mounts: [{ name: 'data', mount_path: '/x' }] },
      problems: [
        'volume_mounts.0.mountPath: is required',
        'volume_mounts.0.mount_path: is not a field of VolumeMount; did you mean "mountPath"? (Kubernetes objects are written in camelCase)',
      ],
    },
    {
      keys: { container_resources: { limit_range: {}, limits: { memory: '1Gi', cpu: '1x' } } },
      problems: [
        `container_resources.limits.cpu: ${quantity}`,
        'container_resources.limit_range: is not a field of ResourceRequirements: remove it (Kubernetes objects are written in camelCase)',
      ],
    },
    {
      keys: { container_resources: { requests: { 'nvidia.com/gpu': true } } },
      problems: [`container_resources.requests.nvidia.com/gpu: ${quantity}`],
    },
    { keys: { container_resources: [] }, problems: ['container_resources: must be an object'] },
    {
      keys: { env_vars: [{ name: 'A', valueFrom: { fieldRef: {} } }] },
      problems: ['env_vars.0.valueFrom.fieldRef.fieldPath: is required'],
    },
    {
      keys: { init_containers: [{ ...init, imagePullPolicy: 'Sometimes' }] },
      problems: ['init_containers.0.imagePullPolicy: must be one of: Always, IfNotPresent, Never'],
    },
    {
      keys: {
        init_containers: [
          { ...init, livenessProbe: { httpGet: { port: true }, periodSeconds: 1.5 }, stdin: 'yes' },
        ],
      },
      problems: [
        'init_containers.0.livenessProbe.httpGet.port: must be a string or a whole number',
        'init_containers.0.livenessProbe.periodSeconds: must be a whole number',
        'init_containers.0.stdin: must be true or false',
      ],
    },
    {
      keys: { init_containers: [{ ...init, livenessProbe: { initialDelaySeconds: 5_000_000_000 } }] },
      problems: ['init_containers.0.livenessProbe.initialDelaySeconds: must be a whole number of 32 bits'],
    },
    {
      keys: { init_containers: [{ ...init, command: 'sh', env: { A: 1 } }] },
      problems: ['init_containers.0.command: must be a list', 'init_containers.0.env: must be a list'],
    },
  ])('$problems', ({ keys, problems }) => {
    expect(problemsOf(keys).toSorted()).toEqual(problems.toSorted());
  });
});

describe('names', () => {
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    { keys: { namespace: 'Tasks' }, problems: [`namespace: ${dnsLabel}`] },
    {
      keys: { namespace: 'secret-place' },
      problems: [
        'namespace: is not a namespace of this deployment: use one of tasks, other, or have it added to TASKPOD_NAMESPACES',
      ],
    },
    {
      keys: { service_account_name: 'my_account' },
      problems: [
        'service_account_name: must be 1 to 253 lower-case letters, digits, "-" or ".", with a letter or digit first and last',
      ],
    },
    { keys: { image: 'Busybox' }, problems: [`image: ${image}`] },
    { keys: { image: 'busybox:' }, problems: [`image: ${image}`] },
    { keys: { image: '' }, problems: [`image: ${image}`] },
    { keys: { labels: { 'a b': 'x' } }, problems: [`labels.a b: ${labelKey}`] },
    { keys: { annotations: { 'a/b/c': 'x' } }, problems: [`annotations.a/b/c: ${labelKey}`] },
    {
      keys: { labels: { a: 'x y' } },
      problems: [
        'labels.a: must be at most 63 letters, digits, "-", "_" or ".", with a letter or digit first and last; use an annotation for other text',
      ],
    },
    {
      keys: { labels: { 'taskpod.dev/scope': 'x' } },
      problems: ["labels.taskpod.dev/scope: is a key of Taskpod's own: use another prefix"],
    },
  ])('$problems', ({ keys, problems }) => {
    expect(problemsOf(keys)).toEqual(problems);
  });
});
