import { describe, expect, test } from 'vitest';
import { checkTask } from '../../../shared/task/check-task.ts';
import { readUnrendered } from '../../../shared/task/read-fields.ts';
import { parseTask } from './parse-task.ts';

const check = (text: string, namespaces?: readonly string[]) =>
  checkTask(Buffer.from(text), 'm1', namespaces ? { namespaces } : {});

/** `path: message` of each. */
const lines = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`);

describe('what depends on a template is not judged', () => {
  test.each<Record<string, unknown>>([
    { namespace: '{{ params.namespace }}', image: '{{ var.value.image }}' },
    { startup_timeout_seconds: '{{ var.value.t }}', get_logs: '{{ x }}', env_vars: '{{ var.json.env }}' },
    { image_pull_policy: '{% if x %}Always{% else %}Never{% endif %}' },
    { labels: { a: '{{ run_id }}' } },
    { ports: [{ containerPort: '{{ params.port }}' }] },
    { secrets: [{ deploy_type: '{{ params.type }}', secret: 's', key: 'k' }] },
    { skip_on_exit_code: ['{{ params.code }}'] },
    { volumes: '{{ var.json.volumes }}' },
    { pod_template_dict: { spec: { containers: '{{ params.containers }}' } } },
  ])('%j', given => {
    expect(readUnrendered(given)).toEqual({ ...readUnrendered({}), problems: [], warnings: [] });
  });

  test('the rest of the same parameter is', () => {
    const given = {
      env_vars: { A: '{{ ds }}', B: 5 },
      labels: { a: '{{ ds }}', b: 'x y' },
      volumes: [{ name: '{{ ds }}', emptyDir: { mediun: 'Memory' } }],
      volume_mounts: [{ name: 'a' }, { name: '{{ ds }}' }],
      secrets: [
        { deploy_type: 'env', secret: '{{ ds }}', deploy_target: 'A' },
        { deploy_type: 'env', key: 'k', secret: 's' },
      ],
      'x {{ ds }}': 1,
      image: 'busybox',
    };
    const { fields, task, problems } = readUnrendered(given);
    expect(lines(problems)).toEqual([
      'x {{ ds }}: is not a parameter: remove it (docs/parameters.md lists them)',
      'env_vars.B: must be a string: put the value in quotes',
      'volumes.0.emptyDir.mediun: is not a field of EmptyDirVolumeSource; did you mean "medium"?',
      'volume_mounts.0.mountPath: is required',
      'secrets.1.deploy_target: is required when key is set: the name of the variable',
      'labels.b: must be at most 63 letters, digits, "-", "_" or ".", with a letter or digit first and last; use an annotation for other text',
    ]);
    expect([fields.image, 'labels' in fields, 'env_vars' in fields, task?.image]).toEqual([
      'busybox',
      false,
      false,
      'busybox',
    ]);
  });

  test('a template that does not parse is told, wherever it is', () => {
    const given = {
      image: '{{ a',
      arguments: ['ok', '{% if %}'],
      env_vars: { A: "{{ 'x' | nope }}" },
      poll_interval: '{{',
    };
    expect(readUnrendered(given).problems.map(({ path }) => path)).toEqual([
      'image',
      'arguments.1',
      'env_vars.A',
    ]);
    expect(readUnrendered({ image: '{{ a' }).problems).toEqual([
      { path: 'image', message: expect.stringMatching(/^line 1, column \d+: /) },
    ]);
  });

  test('what is never rendered is taken as it is', () => {
    const given = { conf: { a: '{{' }, params: { a: '{{ b }}' }, pool: '{{', logical_date: '{{ ds }}' };
    expect(lines(readUnrendered(given).problems)).toEqual([
      'logical_date: must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00',
    ]);
  });

  test('a parameter that is not there is missing, whatever templates are elsewhere', () => {
    const given = { task_id: 't', arguments: ['{{ ds }}'] };
    const parsed = parseTask(Buffer.from(JSON.stringify(given)), {
      messageId: 'm1',
      defaultNamespace: 'tasks',
    });
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: 'image', message: 'is required' }] });
  });

  test('nesting without end ends in an answer', () => {
    const text = `{"task_id": "t", "cmds": ${'['.repeat(50_000)}"{{ x }}"${']'.repeat(50_000)}}`;
    expect(check(text).problems[0]?.message).toBe('is nested deeper than 32 levels');
  });
});

describe('checkTask', () => {
  test('gives the task, its run, its fields and its warnings', () => {
    const text = '{"task_id": "t", "dag_id": "d", "image": "busybox", "name": "{{ ds }}", "pool": "p"}';
    const { fields, ...checked } = check(text, ['tasks']);
    expect(checked).toEqual({
      value: JSON.parse(text),
      run: { dagId: 'd', runId: 'm1', taskId: 't' },
      problems: [],
      warnings: [
        {
          path: 'pool',
          message:
            'has no effect. No task waits here for a slot: the cluster decides. Use priority_class_name for precedence.',
        },
      ],
    });
    expect([fields.image, 'name' in fields]).toEqual(['busybox', false]);
  });

  test.each<[text: string, problems: string[]]>([
    ['{', [expect.stringMatching(/^: is not JSON/)]],
    ['[]', [expect.stringMatching(/^: must be one JSON object/)]],
    ['{"task_id": "a", "task_id": "b"}', ['task_id: is there twice: keep one of them']],
    ['{"task_id": "{{ ds }}"}', ['task_id: must not be a template: it is read before templates are']],
    [
      '{"task_id": "t", "run_id": "{% x %}", "image": 5}',
      ['run_id: must not be a template: it is read before templates are', 'image: must be a string'],
    ],
    [
      '{"task_id": "t", "namespace": "other"}',
      [
        'namespace: is not a namespace of this deployment: use one of tasks, or have it added to TASKPOD_NAMESPACES',
      ],
    ],
  ])('%s', (text, problems) => {
    const checked = check(text, ['tasks']);
    expect(lines(checked.problems)).toEqual(problems);
  });

  test.each(['{', '[]', '{"task_id": "a", "task_id": "b"}', '{"task_id": "{{ ds }}"}', '{}'])(
    '%s has no run',
    text => {
      expect(check(text).run).toBeUndefined();
    },
  );

  test('a namespace that is a template, or not given, is not judged', () => {
    expect(check('{"task_id": "t", "namespace": "{{ x }}"}', ['tasks']).problems).toEqual([]);
    expect(check('{"task_id": "t"}', ['tasks']).problems).toEqual([]);
  });
});
