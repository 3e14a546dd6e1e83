import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../../shared/errors.ts';
import { FakeSources, least, prepare, prepared } from './fake-sources.ts';

const date = { logical_date: '2024-01-31T00:00:00Z' };

describe('what is rendered', () => {
  test('every text of a parameter, wherever it stands, and never a key', async () => {
    const { task, pod } = await prepared(
      {
        ...date,
        image: 'gcr.io/p/{{ params.image }}:{{ ds_nodash }}',
        name: 'load-{{ ds }}',
        arguments: ['{{ ds }}', 'plain'],
        env_vars: { '{{ ds }}': 'x', DAY: '{{ ds }}' },
        labels: { day: '{{ ds_nodash }}' },
        node_selector: { pool: '{{ var.value.pool }}' },
        affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
        tolerations: [{ key: '{{ var.value.pool }}', operator: 'Exists' }],
        service_account_name: '{{ conn.k.login }}',
        volumes: [{ name: 'v-{{ ds_nodash }}', configMap: { name: '{{ ti.xcom_pull("before").map }}' } }],
        volume_mounts: [{ name: 'v-{{ ds_nodash }}', mountPath: '/{{ run_id }}' }],
        params: { image: 'loader' },
      },
      {
        variables: { pool: 'spot' },
        connections: { k: { login: 'loader' } },
        xcoms: { before: '{"map": "m"}' },
      },
    );
    expect(task).toMatchObject({
      image: 'gcr.io/p/loader:20240131',
      name: 'load-2024-01-31',
      arguments: ['2024-01-31', 'plain'],
      labels: { day: '20240131' },
      node_selector: { pool: 'spot' },
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      service_account_name: 'loader',
      volumes: [{ name: 'v-20240131', configMap: { name: 'm' } }],
      volume_mounts: [{ name: 'v-20240131', mountPath: '/r' }],
    });
    expect(pod.spec.containers[0]).toMatchObject({
      env: [
        { name: '{{ ds }}', value: 'x' },
        { name: 'DAY', value: '2024-01-31' },
      ],
    });
  });

  test('not params and conf, which templates read', async () => {
    const { task } = await prepared({
      params: { a: '{{ nothing }}' },
      conf: { b: '{{ nothing }}' },
      arguments: ['{{ params.a }}', '{{ conf.b }} {{ dag_run.conf.b }}'],
    });
    expect([task.arguments, task.params]).toEqual([
      ['{{ nothing }}', '{{ nothing }} {{ nothing }}'],
      { a: '{{ nothing }}' },
    ]);
  });

  test('a text that becomes a number, true, a list or an object where one is wanted', async () => {
    const { task } = await prepared({
      startup_timeout_seconds: '{{ 60 * 2 }}',
      do_xcom_push: '{{ 1 == 1 }}',
      cmds: "{{ ['sh', '-c'] }}",
      container_resources: '{{ {"limits": {"cpu": "1"}} }}',
      arguments: ['{{ 5 }}'],
    });
    expect(task).toMatchObject({
      startup_timeout_seconds: 120,
      do_xcom_push: true,
      cmds: ['sh', '-c'],
      container_resources: { limits: { cpu: '1' } },
      arguments: ['5'],
    });
  });

  test('with the names of the run, the try and the time', async () => {
    const { task } = await prepared(
      {
        map_index: 3,
        data_interval_end: '2024-02-01T00:00:00Z',
        ...date,
        arguments: [
          '{{ dag.dag_id }} {{ run_id }} {{ task.task_id }} {{ ti.map_index }} {{ ti.try_number }}',
          '{{ data_interval_start | ds }} {{ data_interval_end | ds }}',
          '{{ macros.datetime.utcnow() }} {{ ti.start_date.isoformat() }}',
        ],
      },
      {},
      { tryNumber: 2 },
    );
    expect(task.arguments).toEqual([
      'd r t 3 2',
      '2024-01-31 2024-02-01',
      '2026-11-23 10:00:00 2026-11-23T10:00:00+00:00',
    ]);
  });

  test('not a parameter that has no effect', async () => {
    const { warnings } = await prepared({ trigger_kwargs: { a: '{{ nothing }}' } });
    expect(warnings).toEqual([{ path: 'trigger_kwargs', message: expect.stringMatching(/^has no effect/) }]);
  });

  test('all lookups of a round at once, for the run that asks', async () => {
    const sources = new FakeSources({ variables: { a: 'x', b: 'y' }, xcoms: { before: '1' } });
    await prepared(
      {
        arguments: ['{{ var.value.a }}', '{{ var.value.b }}{{ var.value.a }}'],
        name: '{{ ti.xcom_pull("before") }}',
      },
      {},
      { sources },
    );
    expect(sources.rounds).toEqual([
      {
        wanted: [
          { kind: 'xcom', key: 'return_value', taskId: 'before' },
          { kind: 'variable', key: 'a' },
          { kind: 'variable', key: 'b' },
        ],
        run: { dagId: 'd', runId: 'r', taskId: 't' },
      },
    ]);
  });
});

describe('all problems at once', () => {
  test('templates, parameters, run, cluster and Pod, but no echo of a template that failed', async () => {
    const refused = await prepare(
      {
        logical_date: 'yesterday',
        name: '{{ nam }}',
        image: 'no image',
        arguments: ['{{ ds }}', '{{ var.value.missing }}'],
        startup_timeout_seconds: '{{ x }}',
        volume_mounts: [{ name: 'data', mountPath: '/data' }],
        cluster_name: 'mine',
        imag: 'x',
      },
      { variables: { mising: '1' } },
    );
    expect(refused).toEqual({
      ok: false,
      reason: 'invalid_task',
      run: { dagId: 'd', runId: 'r', taskId: 't' },
      problems: [
        { path: 'logical_date', message: 'must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00' },
        { path: 'imag', message: 'is not a parameter; did you mean "image"?' },
        { path: 'image', message: expect.stringMatching(/^is not an image reference/) },
        { path: 'location', message: 'is required to name a cluster of Google Cloud' },
        { path: 'volume_mounts.0.name', message: 'names no volume of this task: add it to volumes' },
        { path: 'name', message: 'line 1, column 4: nam is not defined' },
        {
          path: 'arguments.1',
          message: 'line 1, column 14: there is no variable missing; did you mean "mising"?',
        },
        { path: 'startup_timeout_seconds', message: 'line 1, column 4: x is not defined' },
      ],
    });
  });

  test('the reason is the worst kind of problem', async () => {
    const reasons = await Promise.all(
      [
        { name: '{{ x }}' },
        { name: '{{ x }}', imag: 'x' },
        { name: '{{ x }}', hostnetwork: true },
        { hostnetwork: true },
        { hostnetwork: true, imag: 'x' },
      ].map(async keys => {
        const refused = await prepare(keys);
        return refused.ok ? 'ok' : `${refused.reason} ${refused.problems.length}`;
      }),
    );
    expect(reasons).toEqual([
      'template_failed 1',
      'invalid_task 2',
      'template_failed 2',
      'policy_refused 1',
      'invalid_task 2',
    ]);
  });

  test('with a run key that is wrong, the rest is read all the same', async () => {
    const refused = await prepare({ task_id: undefined, arguments: ['{{ run_id }}', '{{ x }}'] });
    expect(refused).toMatchObject({
      ok: false,
      run: undefined,
      problems: [
        { path: 'task_id', message: 'is required' },
        { path: 'arguments.1', message: 'line 1, column 4: x is not defined' },
      ],
    });
  });

  test('with what was wrong with its text; a run key that is there twice is none', async () => {
    const problems = [{ path: 'run_id', message: 'is there twice: keep one of them' }];
    expect(await prepare({ imag: 1 }, {}, { problems })).toEqual({
      ok: false,
      reason: 'invalid_task',
      run: undefined,
      problems: [...problems, { path: 'imag', message: 'is not a parameter; did you mean "image"?' }],
    });
  });

  test.each<[unknown, { path: string; message: string }[]]>([
    [undefined, [{ path: '', message: 'is not JSON: publish one JSON object' }]],
    [[least], []],
  ])('of what is no object: %j', async (published, problems) => {
    const message = 'must be one JSON object, such as {"task_id": "hello", "image": "busybox"}';
    expect(await prepare({}, {}, { published, problems })).toEqual({
      ok: false,
      reason: 'invalid_task',
      run: undefined,
      problems: problems.length > 0 ? problems : [{ path: '', message }],
    });
  });

  test('null is Airflow’s None: as if it were not there', async () => {
    const sources = new FakeSources();
    await prepared({ kubernetes_conn_id: null, pod_template_file: null, name: null }, {}, { sources });
    expect(sources.asked).toEqual(['default connection']);
  });
});

describe('an attempt that is claimed', () => {
  const claimed = { cluster: 'projects/p/locations/l/clusters/gone', namespace: 'before' };

  test('stays where it was, whatever its templates say now', async () => {
    const keys = { namespace: '{{ var.value.where }}', cluster_name: 'mine', location: 'x', project_id: 'p' };
    const ready = await prepared(keys, { variables: { where: 'elsewhere' } }, { claimed });
    expect([ready.cluster, ready.namespace, ready.pod.metadata.namespace]).toEqual([
      claimed.cluster,
      'before',
      'before',
    ]);
  });

  test('in a namespace that is not allowed any more is refused', async () => {
    const policy = { podSecurity: 'baseline', namespaces: ['tasks'] } as const;
    expect(await prepare({}, {}, { claimed, settings: { policy } })).toMatchObject({
      ok: false,
      reason: 'policy_refused',
      problems: [{ path: 'namespace' }],
    });
  });
});

describe('no value from outside is told (I9)', () => {
  const secret = 'hunter2-geheim';
  const world = {
    variables: { pw: secret, json: JSON.stringify({ deep: [{ pw: secret }] }) },
    connections: { db: { conn_type: 'postgres', password: secret, extra: { token: `${secret}-t` } } },
    xcoms: { before: JSON.stringify({ pw: secret }) },
  };
  const sources = [
    '{{ var.value.pw }}',
    '{{ var.json.json.deep[0].pw }}',
    '{{ conn.db.password }}',
    '{{ conn.db.extra_dejson.token }}',
    '{{ conn.db }}',
    "{{ ti.xcom_pull('before').pw }}",
  ];
  const places = (text: string): Record<string, unknown>[] => [
    { image: `${text}!!` },
    { name: `${text}/` },
    { namespace: `${text}_` },
    { labels: { a: `${text}!` } },
    { annotations: { a: text }, hostnetwork: `${text}` },
    { image_pull_policy: text },
    { startup_timeout_seconds: text },
    { cmds: text },
    { volumes: [{ name: `${text}_`, hostPath: { path: `/${text}` } }] },
    { env_vars: [{ name: `${text}=`, value: text }] },
    { secrets: [{ deploy_type: text, deploy_target: text, secret: `${text}_` }] },
    { kubernetes_conn_id: text },
    { pod_template_file: text },
    { cluster_context: text },
    { service_account_name: `${text}_` },
    { priority_class_name: `${text}_` },
    { container_resources: { limits: { cpu: text } } },
    { full_pod_spec: { spec: { hostNetwork: text, nodeName: text } } },
    { arguments: [`{% set x = ${text.slice(2, -2)} %}{{ x.nothing.there }}`] },
    { arguments: [`{{ (${text.slice(2, -2)}) | int + [] }}`] },
    { arguments: [`{{ macros.json.loads(${text.slice(2, -2)}) }}`] },
    { arguments: [`{{ macros.ds_add(${text.slice(2, -2)}, 1) }}`] },
  ];

  test.each(sources)('%s', async text => {
    for (const keys of places(text)) {
      const done = await prepare(keys, world, {
        settings: { policy: { podSecurity: 'restricted', images: ['gcr.io/*'], serviceAccounts: ['x'] } },
      });
      expect(done.ok).toBe(false);
      expect(JSON.stringify(done), JSON.stringify(keys)).not.toContain(secret);
    }
  });

  test('also not what the API server says of it', async () => {
    const { hidden } = await prepared({ labels: { a: '{{ var.value.pw }}' } }, world);
    expect(hidden.hide(`Invalid value: "${secret}": too long`)).toBe('Invalid value: "***": too long');
  });
});

test('an outage of a source is thrown, never told as a problem of the task', async () => {
  const outage = new TaskpodError('storage_unavailable', 'no answer', { retryable: true });
  const fail = () => Promise.reject(outage);
  const failing = (method: 'lookUp' | 'connection' | 'defaultConnection' | 'podTemplate') =>
    Object.assign(new FakeSources(), { [method]: fail });
  for (const [sources, keys] of [
    [failing('lookUp'), { name: '{{ var.value.a }}', imag: 'wrong' }],
    [failing('connection'), { kubernetes_conn_id: 'k' }],
    [failing('connection'), { kubernetes_conn_id: '{{ "k" }}' }],
    [failing('defaultConnection'), {}],
    [failing('podTemplate'), { pod_template_file: 'a.yaml' }],
  ] as const) {
    await expect(prepare(keys, {}, { sources })).rejects.toBe(outage);
  }
});
