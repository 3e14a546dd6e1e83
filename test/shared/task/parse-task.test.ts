import { describe, expect, test } from 'vitest';
import { longestObjectNameBytes, maxObjectNameBytes } from '../../../shared/object-names.ts';
import { parseTask } from './parse-task.ts';

const context = { messageId: 'm1', defaultNamespace: 'tasks' };
const parse = (value: unknown) => parseTask(Buffer.from(JSON.stringify(value)), context);
const parseText = (text: string | Buffer) => parseTask(Buffer.from(text), context);

const defaults = {
  get_logs: true,
  init_container_logs: [],
  log_events_on_failure: false,
  log_pod_spec_on_failure: true,
  skip_on_exit_code: [],
  do_xcom_push: false,
  xcom_transport: 'sidecar',
  on_finish_action: 'delete_pod',
  on_kill_action: 'delete_pod',
  retries: 0,
  retry_delay_seconds: 300,
  retry_exponential_backoff: false,
  no_retry_on: [],
  startup_timeout_seconds: 120,
};

describe('a task that is right', () => {
  test('the smallest one gets every default', () => {
    expect(parse({ task_id: 'hello', image: 'busybox' })).toEqual({
      ok: true,
      task: { ...defaults, image: 'busybox' },
      run: { dagId: 'default', runId: 'm1', taskId: 'hello' },
    });
  });

  test('null is Airflow’s None: the default', () => {
    const nulls = Object.fromEntries(
      [
        ...Object.keys(defaults),
        'dag_id',
        'run_id',
        'map_index',
        'name',
        'logical_date',
        'affinity',
        'retries',
        'callbacks',
      ].map(key => [key, null]),
    );
    expect(parse({ ...nulls, task_id: 'hello', image: 'busybox' })).toEqual({
      ok: true,
      task: { ...defaults, image: 'busybox' },
      run: { dagId: 'default', runId: 'm1', taskId: 'hello' },
    });
  });

  test('everything that can be said', () => {
    const said = {
      name: 'pi',
      image: 'perl:5.34.0',
      cmds: ['perl'],
      arguments: ['-wle', ''],
      namespace: 'other',
      labels: { 'pod-label': 'label-name', none: '' },
      annotations: { key1: 'any text: ü' },
      container_resources: { requests: { cpu: '1000m', memory: '10G' }, limits: { 'ephemeral-storage': 10 } },
      image_pull_policy: 'Always',
      service_account_name: 'robot.v1',
      get_logs: false,
      container_logs: true,
      init_containers: [
        {
          name: 'prepare',
          image: 'busybox',
          env: [{ name: 'A', value: null }],
          volumeMounts: [{ name: 'xcom', mountPath: '/x' }],
        },
      ],
      init_container_logs: true,
      volumes: [{ name: 'data', configMap: { name: 'c', items: [{ key: 'k', path: 'p', mode: 420 }] } }],
      volume_mounts: [{ name: 'data', mountPath: '/data', subPath: 'a..b/c', readOnly: true }],
      do_xcom_push: true,
      xcom_transport: 'sidecar',
      on_finish_action: 'delete_succeeded_pod',
      startup_timeout_seconds: 600,
      schedule_timeout_seconds: 1,
      active_deadline_seconds: 31_536_000,
      logical_date: '2024-03-08T22:16:25.123456+09:00',
    };
    const run = { dag_id: 'd', run_id: 'scheduled__2024-03-08T22:16:25+00:00', task_id: 't', map_index: 0 };
    expect(parse({ ...said, ...run, env_vars: { A: '1', B: null } })).toEqual({
      ok: true,
      task: {
        ...defaults,
        ...said,
        env_vars: [
          { name: 'A', value: '1' },
          { name: 'B', value: '' },
        ],
      },
      run: { dagId: 'd', runId: run.run_id, taskId: 't', mapIndex: 0 },
    });
  });

  test.each([
    { keys: { labels: { a: null } }, task: { labels: { a: '' } } },
    { keys: { annotations: { a: null } }, task: { annotations: { a: '' } } },
    { keys: { container_logs: 'base' }, task: { container_logs: ['base'] } },
    { keys: { env_vars: [{ name: 'A' }] }, task: { env_vars: [{ name: 'A' }] } },
    { keys: { map_index: -1 }, task: {} },
    {
      keys: { volumes: [{ name: 'xcom' }], do_xcom_push: true, xcom_transport: 'termination_message' },
      task: { volumes: [{ name: 'xcom' }], do_xcom_push: true, xcom_transport: 'termination_message' },
    },
    {
      keys: { volumes: [{ name: 'a' }], volume_mounts: [{ name: 'a', mountPath: '/airflow/xcom' }] },
      task: { volumes: [{ name: 'a' }], volume_mounts: [{ name: 'a', mountPath: '/airflow/xcom' }] },
    },
    { keys: { labels: { task_id: 'mine' } }, task: { labels: { task_id: 'mine' } } },
    { keys: { name: '---' }, task: { name: '---' } },
  ])('$keys', ({ keys, task }) => {
    expect(parse({ task_id: 'hello', image: 'busybox', ...keys })).toEqual({
      ok: true,
      task: { ...defaults, image: 'busybox', ...task },
      run: { dagId: 'default', runId: 'm1', taskId: 'hello' },
    });
  });

  test.each([0, 999_999_999])('map_index %d', mapIndex => {
    expect(parse({ task_id: 't', image: 'x', map_index: mapIndex })).toMatchObject({
      ok: true,
      run: { mapIndex },
    });
  });

  test('ids that fill an object name to its last byte are taken', () => {
    const fits = (length: number) =>
      parse({ task_id: '円'.repeat(length), dag_id: 'd', run_id: 'r', image: 'x', name: 'x' });
    const longest =
      Array.from({ length: 250 }, (_, index) => index + 1).findLast(length => fits(length).ok) ?? 0;
    const run = { dagId: 'd', runId: 'r', taskId: '円'.repeat(longest), tryNumber: 999_999 };
    const spare = maxObjectNameBytes - longestObjectNameBytes(run);
    expect(
      parse({ task_id: run.taskId, dag_id: `d${'x'.repeat(spare)}`, run_id: 'r', image: 'x', name: 'x' }).ok,
    ).toBe(true);
    expect(
      parse({ task_id: run.taskId, dag_id: `d${'x'.repeat(spare + 1)}`, run_id: 'r', image: 'x', name: 'x' }),
    ).toEqual({
      ok: false,
      run: undefined,
      problems: [
        {
          path: '',
          message:
            'dag_id, run_id and task_id are 1 bytes too long together for an object name: shorten them',
        },
      ],
    });
  });

  test('a byte order mark and blanks around do no harm', () => {
    expect(parseText('\ufeff {"task_id": "hello", "image": "busybox"}\n').ok).toBe(true);
  });
});

describe('the run key of a task that is wrong', () => {
  const run = { dagId: 'default', runId: 'm1', taskId: 't' };
  test.each<{ name: string; text: string; run: unknown }>([
    { name: 'wrong elsewhere', text: '{"task_id": "t", "imag": "x"}', run },
    {
      name: 'with all ids',
      text: '{"task_id": "t", "dag_id": "d", "run_id": "r", "map_index": 3}',
      run: { dagId: 'd', runId: 'r', taskId: 't', mapIndex: 3 },
    },
    { name: 'a key twice elsewhere', text: '{"task_id": "t", "image": "x", "image": "y"}', run },
    {
      name: 'an inner task_id twice',
      text: '{"task_id": "t", "image": "x", "labels": {"task_id": "a", "task_id": "b"}}',
      run,
    },
    { name: 'task_id twice', text: '{"task_id": "a", "task_id": "b", "image": "x"}', run: undefined },
    {
      name: 'run_id twice',
      text: '{"task_id": "a", "run_id": "a", "run_id": "b", "image": "x"}',
      run: undefined,
    },
    { name: 'no task_id', text: '{"image": "x"}', run: undefined },
    { name: 'task_id of another type', text: '{"task_id": 5, "image": "x"}', run: undefined },
    { name: 'an id that cannot be', text: '{"task_id": "..", "image": "x"}', run: undefined },
    { name: 'a wrong dag_id', text: '{"task_id": "t", "dag_id": "", "image": "x"}', run: undefined },
    { name: 'a wrong map_index', text: '{"task_id": "t", "map_index": 1.5, "image": "x"}', run: undefined },
    { name: 'a list', text: '[{"task_id": "t"}]', run: undefined },
    { name: 'not JSON', text: '{"task_id": "t"', run: undefined },
  ])('$name', ({ text, run: expected }) => {
    const parsed = parseText(text);
    expect([parsed.ok, parsed.run]).toEqual([false, expected]);
  });

  test.each([
    { keys: { task_id: undefined }, path: 'task_id', message: 'is required' },
    { keys: { run_id: 5 }, path: 'run_id', message: 'must be a string' },
    { keys: { dag_id: 'a\nb' }, path: 'dag_id', message: 'must not hold control characters' },
    { keys: { task_id: 'x'.repeat(251) }, path: 'task_id', message: 'must have 1 to 250 characters' },
    { keys: { run_id: '.' }, path: 'run_id', message: 'must not be "." or ".."' },
    ...[-2, 1.5, '3', 1_000_000_000, true].map(map_index => ({
      keys: { map_index },
      path: 'map_index',
      message: 'must be a whole number from 0 to 999999999, or -1 for none',
    })),
    {
      keys: { task_id: '円'.repeat(100), name: 'x' },
      path: '',
      message: expect.stringMatching(/^dag_id, run_id and task_id are \d+ bytes too long together/),
    },
  ])('$path: $message', ({ keys, path, message }) => {
    const parsed = parse({ task_id: 't', image: 'x', ...keys });
    expect(parsed).toEqual({ ok: false, problems: [{ path, message }], run: undefined });
  });
});

describe('text that is not JSON', () => {
  test.each<{ name: string; data: string | Buffer; message: string }>([
    { name: 'empty', data: '', message: 'is not JSON: publish one JSON object' },
    {
      name: 'cut',
      data: '{"a": [1',
      message: 'is not JSON (line 1 column 9): publish one JSON object',
    },
    {
      name: 'a comma too many',
      data: '{"a": 1,}',
      message: 'is not JSON (line 1 column 9): publish one JSON object',
    },
    { name: 'words', data: 'TOKEN=geheim', message: 'is not JSON: publish one JSON object' },
    {
      name: 'Latin-1',
      data: Buffer.from([0x22, 0xfc, 0x22]),
      message: 'is not UTF-8 text: publish the task as JSON',
    },
    {
      name: 'too much',
      data: `"${'a'.repeat(262_143)}"`,
      message: 'has 262145 bytes; at most 262144 are taken: pass large data by a file or a bucket',
    },
    {
      name: 'JSON that is no object',
      data: '"task"',
      message: 'must be one JSON object, such as {"task_id": "hello", "image": "busybox"}',
    },
  ])('$name', ({ data, message }) => {
    expect(parseText(data)).toEqual({ ok: false, problems: [{ path: '', message }], run: undefined });
  });

  test('a message of exactly 256 KiB is read', () => {
    const empty = JSON.stringify({ task_id: 't', image: 'x', arguments: [''] });
    const text = JSON.stringify({
      task_id: 't',
      image: 'x',
      arguments: ['a'.repeat(262_144 - empty.length)],
    });
    expect([text.length, parseText(text).ok]).toEqual([262_144, true]);
  });
});

describe('JSON that JSON.parse lets pass', () => {
  const task = (more: string): string => `{"task_id": "t", "image": "x", ${more}}`;
  const never = 'is a key that is never taken: remove it';
  const twice = 'is there twice: keep one of them';
  const unicode = 'is not Unicode text: it holds half of a surrogate pair';
  test.each<{ more: string; problems: { path: string; message: string }[] }>([
    { more: '"env_vars": {"A": "1", "A": "2"}', problems: [{ path: 'env_vars.A', message: twice }] },
    { more: '"arguments": ["a", "b"], "image": "y"', problems: [{ path: 'image', message: twice }] },
    { more: '"labels": {"\\u0061": "1", "a": "2"}', problems: [{ path: 'labels.a', message: twice }] },
    {
      more: '"volumes": [{"name": "a"}, {"name": "b", "name": "c"}]',
      problems: [{ path: 'volumes.1.name', message: twice }],
    },
    { more: '"env_vars": {"__proto__": "x"}', problems: [{ path: 'env_vars.__proto__', message: never }] },
    {
      more: '"labels": {"a\\"b": "1", "constructor": "x"}',
      problems: [
        { path: 'labels.constructor', message: never },
        { path: 'labels.a"b', message: expect.stringMatching(/^is not a key that Kubernetes takes/) },
      ],
    },
    {
      more: '"volumes": [{"name": "a", "emptyDir": {"prototype": {"x": [1]}}}]',
      problems: [
        { path: 'volumes.0.emptyDir.prototype', message: never },
        {
          path: 'volumes.0.emptyDir.prototype',
          message: 'is not a field of EmptyDirVolumeSource: remove it',
        },
      ],
    },
    { more: '"arguments": ["ok", "\\ud800"]', problems: [{ path: 'arguments.1', message: unicode }] },
    {
      more: '"annotations": {"a": "\\udfff\\ud83d"}',
      problems: [{ path: 'annotations.a', message: unicode }],
    },
  ])('$more', ({ more, problems }) => {
    expect(parseText(task(more))).toMatchObject({ ok: false, problems });
  });

  test('a word in a list is no key, however often it is there', () => {
    expect(parseText(task('"arguments": ["a", "constructor", "constructor", "__proto__"]')).ok).toBe(true);
  });

  test('braces, commas and keys inside strings are text', () => {
    expect(parseText(task('"arguments": ["{\\"a\\": [1, {\\"a\\": 2}]}", "\\\\", "}]"]')).ok).toBe(true);
  });

  test('32 levels of nesting are read, and no more', () => {
    const nested = (levels: number): string =>
      task(`"arguments": ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`);
    const tooDeep = { path: `arguments${'.0'.repeat(31)}`, message: 'is nested deeper than 32 levels' };
    const parsed = [parseText(nested(32)), parseText(nested(33))];
    expect(parsed.map(({ ok }) => ok)).toEqual([false, false]);
    expect(
      parsed.map(result => (result.ok ? [] : result.problems).some(({ path }) => path === tooDeep.path)),
    ).toEqual([false, true]);
    expect(parsed[1]).toMatchObject({ problems: [tooDeep, {}] });
  });

  test('100,000 open brackets end in an answer', () => {
    expect(parseText(`{"task_id": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`).ok).toBe(false);
  });
});

describe('all problems at once', () => {
  test('from every rule, each once', () => {
    const parsed = parse({
      imag: 'x',
      cmds: 'echo',
      env_vars: { A: 5 },
      map_index: 'x',
      volumes: [{ name: 'Data', confgMap: {}, hostPath: { path: '/' } }],
      volume_mounts: [{ name: 'dat', mountPath: '/x' }],
      container_logs: 'bas',
      labels: { 'a b': 'x' },
    });
    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual([
      'task_id',
      'map_index',
      'imag',
      'cmds',
      'env_vars.A',
      'volumes.0.confgMap',
      'labels.a b',
      'image',
    ]);
  });

  test('a hundred are told, the rest counted', () => {
    const parsed = parse({ task_id: 't', image: 'x', cmds: Array.from({ length: 250 }, () => 1) });
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      ...Array.from({ length: 100 }, (_, index) => ({ path: `cmds.${index}`, message: 'must be a string' })),
      { path: '', message: 'and 150 more problems' },
    ]);
  });
});
