import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFields, readUnrendered } from '../../../shared/task/read-fields.ts';
import { taskParameters } from '../../../shared/task/task.ts';

const defaults = {
  get_logs: true,
  init_container_logs: [],
  do_xcom_push: false,
  xcom_transport: 'sidecar',
  startup_timeout_seconds: 120,
  on_finish_action: 'delete_pod',
  on_kill_action: 'delete_pod',
  retries: 0,
  retry_delay_seconds: 300,
  retry_exponential_backoff: false,
  no_retry_on: [],
  skip_on_exit_code: [],
  log_events_on_failure: false,
  log_pod_spec_on_failure: true,
};

/** `path: message` of each. */
const lines = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`);

describe('a task whose parameters are right', () => {
  test('an empty one has the defaults, and tells absent from given', () => {
    expect(readFields({})).toEqual({ fields: defaults, task: defaults, problems: [], warnings: [] });
  });

  test.each([
    { hostnetwork: false },
    { automount_service_account_token: false },
    { cmds: [], arguments: [], volumes: [], env_vars: [], tolerations: [] },
    { name: '', labels: {}, affinity: {}, node_selector: {} },
    { termination_grace_period: 0 },
    { pod_template_dict: {}, full_pod_spec: { spec: { containers: [{ image: 'busybox' }] } } },
    { params: { a: [1] }, conf: {}, data_interval_start: '2024-03-08T00:00:00Z' },
    { kubernetes_conn_id: 'other', cluster_name: 'c', location: 'l', project_id: 'p', cluster_context: 'k' },
    { config_file: '/home/airflow/composer_kube_config' },
    {
      ports: [{ containerPort: 80 }],
      env_from: [{ configMapRef: { name: 'c' } }],
      pod_runtime_info_envs: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      container_security_context: { runAsNonRoot: true },
      security_context: { fsGroup: 5 },
      host_aliases: [{ ip: '127.0.0.1', hostnames: ['a'] }],
      dns_config: { nameservers: ['10.0.0.1'] },
      xcom_sidecar_container_security_context: {},
    },
    {
      termination_message_policy: 'FallbackToLogsOnError',
      dnspolicy: 'None',
      hostname: 'h',
      subdomain: 's',
      schedulername: 'default-scheduler',
      priority_class_name: 'high',
      runtime_class_name: 'gvisor',
      base_container_name: 'main',
      configmaps: ['a', 'b.c'],
    },
    {
      retries: 3,
      retry_delay_seconds: 0,
      retry_exponential_backoff: true,
      max_retry_delay_seconds: 60,
      retry_on: [3, 'user', 'oom_killed'],
      no_retry_on: [],
      on_kill_action: 'keep_pod',
    },
    { log_events_on_failure: true, log_pod_spec_on_failure: false, skip_on_exit_code: [0, 255] },
  ])('%j is as it was', given => {
    const read = { ...defaults, ...given };
    expect(readFields(given)).toEqual({ fields: read, task: read, problems: [], warnings: [] });
  });

  test.each<[given: Record<string, unknown>, fields: Record<string, unknown>]>([
    [{ skip_on_exit_code: 99 }, { skip_on_exit_code: [99] }],
    [{ container_logs: 'main' }, { container_logs: ['main'] }],
    [{ image_pull_secrets: ['a', { name: 'b' }] }, { image_pull_secrets: [{ name: 'a' }, { name: 'b' }] }],
    [{ node_selector: { a: null } }, { node_selector: { a: '' } }],
    [
      { secrets: [{ deploy_type: 'env', deploy_target: 'sql_conn', secret: 's', key: 'k' }] },
      { secrets: [{ deploy_type: 'env', deploy_target: 'SQL_CONN', secret: 's', key: 'k', items: [] }] },
    ],
    [
      { secrets: [{ deploy_type: 'env', deploy_target: null, secret: 's', key: null, items: null }] },
      { secrets: [{ deploy_type: 'env', secret: 's', items: [] }] },
    ],
    [
      {
        secrets: [
          { deploy_type: 'volume', deploy_target: '/etc/x', secret: 's', items: [{ key: 'k', path: 'p' }] },
        ],
      },
      {
        secrets: [
          { deploy_type: 'volume', deploy_target: '/etc/x', secret: 's', items: [{ key: 'k', path: 'p' }] },
        ],
      },
    ],
    [
      { secrets: [{ deploy_type: 'volume', deploy_target: '/etc/x', secret: 's', key: 'k' }] },
      { secrets: [{ deploy_type: 'volume', deploy_target: '/etc/x', secret: 's', key: 'k', items: [] }] },
    ],
  ])('%j', (given, fields) => {
    expect(readFields(given)).toEqual({
      fields: { ...defaults, ...fields },
      task: { ...defaults, ...fields },
      problems: [],
      warnings: [],
    });
  });
});

describe('what is wrong', () => {
  test('is left out, with its default, and the rest is there', () => {
    const { startup_timeout_seconds: _, ...others } = defaults;
    expect(readFields({ startup_timeout_seconds: 0, cmds: 'echo', image: 'busybox', name: 'n' })).toEqual({
      fields: { ...others, image: 'busybox', name: 'n' },
      task: undefined,
      problems: [
        { path: 'cmds', message: 'must be a list of strings, such as ["sh", "-c", "date"]' },
        { path: 'startup_timeout_seconds', message: 'must be at least 1' },
      ],
      warnings: [],
    });
  });

  test('in content alone leaves the task whole', () => {
    const { task, problems } = readFields({ image: 'A B', namespace: 'Tasks' });
    expect(task).toEqual({ ...defaults, image: 'A B', namespace: 'Tasks' });
    expect(problems.map(({ path }) => path)).toEqual(['namespace', 'image']);
  });

  const subdomain =
    'must be 1 to 253 lower-case letters, digits, "-" or ".", with a letter or digit first and last';
  const label = 'must be 1 to 63 lower-case letters, digits or "-", with a letter or digit first and last';
  const exitCode = 'must be a whole number from 0 to 255';
  test.each<[given: Record<string, unknown>, problems: string[]]>([
    [{ skip_on_exit_code: 256 }, [`skip_on_exit_code: ${exitCode}`]],
    [
      { skip_on_exit_code: [-1, '4', 1.5] },
      [0, 1, 2].map(index => `skip_on_exit_code.${index}: ${exitCode}`),
    ],
    [{ skip_on_exit_code: '4' }, ['skip_on_exit_code: must be an exit code, or a list of exit codes']],
    [{ image_pull_secrets: 'a' }, ['image_pull_secrets: must be a list of objects with a name']],
    [{ image_pull_secrets: [5] }, ['image_pull_secrets.0: must be an object']],
    [{ termination_grace_period: -1 }, ['termination_grace_period: must be at least 0']],
    [
      { dnspolicy: 'none' },
      ['dnspolicy: must be one of: ClusterFirst, ClusterFirstWithHostNet, Default, None'],
    ],
    [
      { termination_message_policy: 'Log' },
      ['termination_message_policy: must be one of: File, FallbackToLogsOnError'],
    ],
    [{ params: [] }, ['params: must be an object']],
    [{ configmaps: ['A'] }, [`configmaps.0: ${subdomain}`]],
    [{ base_container_name: 'a.b' }, [`base_container_name: ${label}`]],
    [{ hostname: 'a.b' }, [`hostname: ${label}`]],
    [{ subdomain: 'A' }, [`subdomain: ${label}`]],
    [{ priority_class_name: 'A' }, [`priority_class_name: ${subdomain}`]],
    [{ runtime_class_name: 'A' }, [`runtime_class_name: ${subdomain}`]],
    [{ schedulername: 'A' }, [`schedulername: ${subdomain}`]],
    [{ node_selector: { 'a b': 'x' } }, [expect.stringMatching(/^node_selector\.a b: is not a key that/)]],
    [
      { tolerations: [{ operator: 'Is' }] },
      ['tolerations.0.operator: must be one of: Equal, Exists, Gt, Lt'],
    ],
    [
      { full_pod_spec: { spec: { containers: [{ volumeMounts: [{ name: 'a' }] }], nodeName: 5 } } },
      [
        'full_pod_spec.spec.containers.0.volumeMounts.0.mountPath: is required',
        'full_pod_spec.spec.nodeName: must be a string',
      ],
    ],
    [{ pod_template_dict: [] }, ['pod_template_dict: must be an object']],
    [{ pod_template_dict: { kind: 'Job' } }, ['pod_template_dict.kind: must be one of: Pod']],
    [
      { pod_template_dict: { spec: { host_network: true, initContainers: [{}] } } },
      [
        'pod_template_dict.spec.initContainers.0.name: is required',
        'pod_template_dict.spec.host_network: is not a field of PodSpec; did you mean "hostNetwork"? (Kubernetes objects are written in camelCase)',
      ],
    ],
    [
      { config_file: '/root/.kube/config' },
      [
        'config_file: is a file that cannot be read here: name the cluster by kubernetes_conn_id or cluster_name; on your own machine start taskpod local --context',
      ],
    ],
    [
      { config_file: '/home/airflow/composer_kube_config', cluster_name: 'c' },
      ['config_file: is not taken together with cluster_name: remove one of them'],
    ],
    [{ secrets: {} }, ['secrets: must be a list of objects']],
    [
      { secrets: ['s', { deploy_type: 'file', secret: 's' }, { deploy_type: 'env' }] },
      [
        'secrets.0: must be an object with deploy_type, deploy_target, secret and key',
        'secrets.1.deploy_type: must be env or volume',
        'secrets.2.secret: is required',
      ],
    ],
    [
      { secrets: [{ deploy_type: 'env', secret: 's', kee: 'k' }] },
      ['secrets.0: may have deploy_type, deploy_target, secret, key and items, and nothing else'],
    ],
    [
      { secrets: [{ deploy_type: 'env', secret: 5, key: 5, deploy_target: 5, items: 5 }] },
      [
        'secrets.0.deploy_target: must be a string',
        'secrets.0.secret: must be a string',
        'secrets.0.key: must be a string',
        'secrets.0.items: must be a list of objects',
      ],
    ],
    [
      {
        secrets: [
          { deploy_type: 'env', secret: 's', key: 'k' },
          { deploy_type: 'env', secret: 's', deploy_target: 'A' },
          { deploy_type: 'volume', secret: 's', key: 'k' },
        ],
      },
      [
        'secrets.0.deploy_target: is required when key is set: the name of the variable',
        'secrets.1.key: is required: the key of the Secret that becomes the variable',
        'secrets.2.deploy_target: is required: the path at which the Secret is mounted',
      ],
    ],
    [
      {
        secrets: [
          { deploy_type: 'env', secret: 'S', key: 'k', deploy_target: 'ü' },
          { deploy_type: 'volume', secret: 's', deploy_target: 'ü' },
        ],
      },
      [
        `secrets.0.secret: ${subdomain}`,
        'secrets.0.deploy_target: is not a name of an environment variable: use printable ASCII characters without "="',
      ],
    ],
  ])('%j', (given, problems) => {
    expect(lines(readFields(given).problems)).toEqual(problems);
  });

  test.each([[[]], ['task'], [null], [5]])('a task that is no object: %j', value => {
    const message = 'must be one JSON object, such as {"task_id": "hello", "image": "busybox"}';
    const nothing = { fields: {}, task: undefined, problems: [{ path: '', message }], warnings: [] };
    expect([readFields(value), readUnrendered(value)]).toEqual([nothing, nothing]);
  });

  test('a path that is long is told in full', () => {
    const term = { matchExpressions: [{ key: 'a', operator: 'Is' }] };
    const required = { nodeSelectorTerms: [term] };
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
    expect(readFields({ full_pod_spec: { spec: { affinity, containers: [] } } }).problems).toEqual([
      {
        path: 'full_pod_spec.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.operator',
        message: 'must be one of: DoesNotExist, Exists, Gt, In, Lt, NotIn',
      },
    ]);
  });
});

describe('what has no effect gets a warning, and the task runs', () => {
  const polled = 'has no effect. Nothing is polled here: the watch is told of every change. Remove it.';
  test.each<[given: Record<string, unknown>, warnings: string[]]>([
    [{ poll_interval: 5 }, [`poll_interval: ${polled}`]],
    [
      { deferrable: true },
      ['deferrable: has no effect. Nothing is occupied here while a Pod runs. Remove it.'],
    ],
    [{ deferrable: false }, []],
    [{ reattach_on_restart: true, durable: true, trigger_rule: 'all_success', email_on_failure: false }, []],
    [
      { random_name_suffix: false },
      [expect.stringMatching(/^random_name_suffix: has no effect\. The name always ends with a hash/)],
    ],
    [{ random_name_suffix: true }, []],
    [{ in_cluster: null, pool: null }, []],
    [
      { gcp_conn_id: 'google_cloud_default', pool: 'p', sla: 5, startup_check_interval_seconds: 5 },
      [
        expect.stringMatching(/^gcp_conn_id: has no effect\. The cluster is reached/),
        expect.stringMatching(/^pool: has no effect\. No task waits here for a slot/),
        expect.stringMatching(/^sla: has no effect\. No mail is sent from here/),
        `startup_check_interval_seconds: ${polled}`,
      ],
    ],
  ])('%j', (given, warnings) => {
    const { task, problems, warnings: told } = readFields(given);
    expect({ problems, told: lines(told), hasTask: task !== undefined }).toEqual({
      problems: [],
      told: warnings,
      hasTask: true,
    });
  });

  test.each<[given: Record<string, unknown>, problem: string]>([
    [
      { on_failure_callback: 'f' },
      'on_failure_callback: is not taken. Python code of a DAG cannot run here. Subscribe to the events topic, which tells every change of state (docs/events.md).',
    ],
    [
      { log_formatter: 'f' },
      'log_formatter: is not taken. Python code of a DAG cannot run here. Logs are kept as they were written; format them where you read them.',
    ],
    [{ toString: 1 }, 'toString: is not a parameter: remove it (docs/parameters.md lists them)'],
  ])('but what would change the result is refused: %j', (given, problem) => {
    expect(lines(readFields(given).problems)).toEqual([problem]);
  });
});

test('an unknown key that is near one that is refused hears why', () => {
  expect(lines(readFields({ $schema: 'x', poll_intervall: 5 }).problems)).toEqual([
    'poll_intervall: is not a parameter; "poll_interval" has no effect. Nothing is polled here: the watch is told of every change. Remove it.',
  ]);
});

test('a hint is given to the first hundred unknown keys alone', () => {
  const keys = Object.fromEntries(Array.from({ length: 102 }, (_, index) => [`imag${index}`, 1]));
  const hints = readFields(keys).problems.map(({ message }) => message.includes('"image"'));
  expect(hints).toEqual(Array.from({ length: 102 }, (_, index) => index < 100));
});

describe('whatever comes', () => {
  const names = fc.constantFrom(...taskParameters, 'callbacks', 'poll_interval', '__proto__', 'x');
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom<unknown>('{{ x }}', [], {}, 0, true),
  );
  const tasks = fc.array(fc.tuple(names, values)).map(entries => Object.fromEntries(entries));

  test('fields hold what the task holds where there is one, and never a parameter that is wrong', () => {
    fc.assert(
      fc.property(tasks, value => {
        const { fields, task, problems } = readFields(value);
        if (task !== undefined) expect(fields).toEqual(task);
        else expect(problems.length).toBeGreaterThan(0);
        expect(readFields(fields).task).toBeDefined();
      }),
    );
  });

  test('what is said of an unrendered task without templates is what is said of any', () => {
    fc.assert(
      fc.property(tasks, value => {
        fc.pre(!/\{[{%#]/.test(JSON.stringify(value)));
        expect(readUnrendered(value)).toEqual(readFields(value));
      }),
    );
  });
});
