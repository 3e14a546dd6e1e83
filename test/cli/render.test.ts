import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../cli/run.ts';
import { variableObject } from '../../shared/object-names.ts';
import { TestContext } from './test-context.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-render-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function call(args: readonly string[], change: (context: TestContext) => unknown = () => undefined) {
  const context = new TestContext(false);
  await change(context);
  const code = await runCli(args, context);
  return { code, out: context.out.text, err: context.err.text };
}

const task = {
  task_id: 't',
  run_id: 'r',
  image: 'bash',
  cmds: ['echo'],
  arguments: ['{{ var.value.v }}', '{{ conn.db.host }}', "{{ ti.xcom_pull('up')['n'] }}"],
};
const given = ['--var', 'v=one', '--xcom', 'up={"n": 7}'];

describe('render', () => {
  test('prints the whole Pod, names first, with what is given', async () => {
    const path = await file('task.json', JSON.stringify(task));
    const connections = await file('connections.json', '{"db": {"conn_type": "http", "host": "h"}}');
    const { code, out, err } = await call(['render', path, ...given, '--connections', connections]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^apiVersion: v1\nkind: Pod\nmetadata:\n {2}name: t-\w{12}\n {2}namespace: n\n/);
    expect(parse(out)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: expect.stringMatching(/^t-\w{12}$/),
        namespace: 'n',
        labels: expect.objectContaining({ task_id: 't', run_id: 'r', try_number: '1' }),
        annotations: expect.objectContaining({ 'taskpod.dev/run': expect.stringContaining('"run_id":"r"') }),
      },
      spec: {
        containers: [{ name: 'base', image: 'bash', command: ['echo'], args: ['one', 'h', '7'] }],
        restartPolicy: 'Never',
        activeDeadlineSeconds: 604_800,
      },
    });
  });

  test('takes from the bucket what is not given, unless it is told not to', async () => {
    const path = await file('bucket.json', JSON.stringify({ ...task, arguments: ['{{ var.value.v }}'] }));
    const inBucket = (context: TestContext) =>
      context.bucket.create(variableObject('v'), 'stored', { signal: AbortSignal.timeout(1_000) });
    const stored = await call(['render', path, '--json'], inBucket);
    expect(JSON.parse(stored.out).pod.spec.containers[0].args).toEqual(['stored']);
    const over = await call(['render', path, '--json', '--var', 'v=mine'], inBucket);
    expect(JSON.parse(over.out).pod.spec.containers[0].args).toEqual(['mine']);
    const offline = await call(['render', path, '--offline', '--var', 'vv=mine'], inBucket);
    expect(offline).toMatchObject({ code: 2, out: '' });
    expect(offline.err).toContain(
      'arguments.0: line 1, column 14: there is no variable v; did you mean "vv"?',
    );
  });

  test('variables come from a file, and --var wins', async () => {
    const path = await file(
      'two.json',
      JSON.stringify({ ...task, arguments: ['{{ var.value.v }}{{ var.value.w }}'] }),
    );
    const variables = await file('variables.json', '{"v": "1", "w": {"a": 2}}');
    const { out } = await call([
      'render',
      path,
      '--offline',
      '--json',
      '--variables',
      variables,
      '--var',
      'v=x',
    ]);
    expect(JSON.parse(out).pod.spec.containers[0].args).toEqual(['x{\n  "a": 2\n}']);
  });

  test('tells every problem, and what is ignored', async () => {
    const path = await file('bad.json', JSON.stringify({ task_id: 't', arguments: '{{ x', volumes: 3 }));
    const { code, out, err } = await call(['render', path]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const field of ['arguments', 'volumes']) expect(err).toContain(`${field}:`);
    const warned = await file('warned.json', JSON.stringify({ task_id: 't', image: 'i', deferrable: true }));
    expect((await call(['render', warned])).err).toContain('warning: deferrable: has no effect');
  });

  test.each([
    [['--var', 'v'], '--var v: not of the form name=value'],
    [['--xcom', 'up=text'], 'up: must have a JSON value'],
    [['--variables', 'nothing.json'], 'there is no such file'],
  ])('%j is refused', async (args, says) => {
    const path = await file('good.json', JSON.stringify({ task_id: 't', image: 'i' }));
    const { code, err } = await call(['render', path, ...args]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('a task’s file', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: x\n      image: base\n      args: ["{%", "{{ not }} \\"x\\""]\n';

  test('may be YAML, and is published as JSON', async () => {
    const path = await file(
      'task.yaml',
      'task_id: t # why\nimage: i\nenv_vars: {A: "1"}\nlogical_date: 2024-03-08T00:00:00Z\n',
    );
    const context = new TestContext(false);
    expect(await runCli(['submit', path], context)).toBe(0);
    expect(context.messages.map(({ data }) => JSON.parse(String(data)))).toEqual([
      { task_id: 't', image: 'i', env_vars: { A: '1' }, logical_date: '2024-03-08T00:00:00Z' },
    ]);
  });

  test('that is JSON is published byte for byte', async () => {
    const text = '{ "task_id":"t",\n"image": "i" }\n';
    const context = new TestContext(false);
    await runCli(['submit', await file('bytes.json', text)], context);
    expect(context.messages.map(({ data }) => String(data))).toEqual([text]);
  });

  test.each([
    ['task_id: [', 'is not YAML: line 1'],
    ['task_id: t\ntask_id: u', 'is not YAML: line 2, duplicate key'],
    ['a: 1\n---\nb: 2', 'is not YAML'],
    ['', 'must be one JSON object'],
  ])('%j is told', async (text, says) => {
    const { code, err } = await call(['submit', await file('broken.yaml', text)]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  test('takes a Pod template of this machine in, word for word', async () => {
    await file('pod.yaml', pod);
    const path = await file('with.yaml', 'task_id: t\nimage: mine\npod_template_file: pod.yaml\n');
    const context = new TestContext(false);
    await runCli(['submit', path], context);
    const [message] = context.messages.map(({ data }) => JSON.parse(String(data)));
    expect(Object.keys(message)).toEqual(['task_id', 'image', 'pod_template_dict']);
    const rendered = await call(['render', path, '--json']);
    expect(JSON.parse(rendered.out).pod.spec.containers[0]).toMatchObject({
      image: 'mine',
      args: ['{%', '{{ not }} "x"'],
    });
  });

  test('whose Pod template is not of this machine stays as it is', async () => {
    const text = '{"task_id":"t","pod_template_file":"gpu.yaml"}';
    const context = new TestContext(false);
    await runCli(['submit', await file('remote.json', text)], context);
    expect(context.messages.map(({ data }) => String(data))).toEqual([text]);
  });
});

describe('validate', () => {
  test('tells of each file whether it is valid, and ends with 2 when one is not', async () => {
    const good = await file('v-good.json', JSON.stringify(task));
    const warned = await file('v-warned.yaml', 'task_id: t\nimage: i\ndeferrable: true\n');
    const bad = await file(
      'v-bad.json',
      '{"task_id": "t", "image": "i", "volume_mounts": [{"name": "v", "mountPath": "/v"}]}',
    );
    const { code, out } = await call(['validate', good, warned, bad, join(folder, 'none.json')]);
    expect(code).toBe(2);
    const lines = out.replaceAll(`${folder}/`, '').split('\n');
    expect(lines).toEqual([
      'v-good.json: valid',
      'v-warned.yaml: valid',
      expect.stringMatching(/^ {2}warning: deferrable: has no effect/),
      'v-bad.json: 1 problem',
      expect.stringMatching(/^ {2}volume_mounts\.0\.name: names no volume/),
      'none.json: 1 problem',
      expect.stringContaining('there is no such file'),
      '',
    ]);
    expect(await call(['validate', good, '--json'])).toEqual({
      code: 0,
      out: `${JSON.stringify({ files: [{ file: good, problems: [], warnings: [] }] })}\n`,
      err: '',
    });
  });

  test('needs nobody to talk to', async () => {
    const context = new TestContext(false);
    context.settings = async () => {
      throw new Error('nobody is to be asked');
    };
    expect(await runCli(['validate', await file('alone.json', JSON.stringify(task))], context)).toBe(0);
  });

  test('finds a template that does not parse', async () => {
    const path = await file('t.json', JSON.stringify({ ...task, name: '{{ a b }}' }));
    const { code, out } = await call(['validate', path]);
    expect(code).toBe(2);
    expect(out).toMatch(/name: line 1, column \d+: /);
  });
});
