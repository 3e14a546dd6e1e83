import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { input, runOn } from './run-on.ts';
import { TestContext } from './test-context.ts';

class FolderContext extends TestContext {
  override readonly cwd: string;

  constructor(cwd: string) {
    super(false);
    this.cwd = cwd;
  }
}

let context: FolderContext;
beforeEach(async () => {
  context = new FolderContext(await mkdtemp(join(tmpdir(), 'taskpod-init-')));
});
afterEach(async () => {
  await rm(context.cwd, { recursive: true, force: true });
});

const path = () => join(context.cwd, 'taskpod.json');
const written = async (): Promise<unknown> => JSON.parse(await readFile(path(), 'utf8'));

const topic = (name: string): string => `projects/p/topics/${name}`;
const subscription = (name: string): string => `projects/p/subscriptions/${name}`;
const value = {
  bucket: 'b-1',
  tasks_topic: topic('tasks'),
  watch_topic: topic('watch'),
  events_topic: topic('events'),
  dead_letters_subscription: subscription('dead'),
  launch_subscription: subscription('launch'),
  watch_subscription: subscription('watch'),
  cluster: 'projects/p/locations/l/clusters/c',
  clusters: ['projects/p/locations/l/clusters/c', 'projects/p/locations/l/clusters/d'],
  namespace: 'n',
  namespaces: ['n', 'm'],
  launch_service_account: 'launch@p.iam.gserviceaccount.com',
  watch_service_account: 'watch@p.iam.gserviceaccount.com',
};

/** What `terraform output -json` prints. */
function outputs(value: unknown): string {
  const type = ['object', { bucket: 'string' }];
  return JSON.stringify({
    project: { sensitive: false, type: 'string', value: 'p' },
    taskpod: { sensitive: false, type, value },
  });
}

describe('taskpod init --from-terraform', () => {
  test('writes what Terraform says, shows it, and says the next step', async () => {
    context.stdin = input(outputs({ ...value, region: 'l' }));
    const said = await runOn(context, 'init', '--from-terraform', '-');
    expect(said).toEqual({
      code: 0,
      err: '',
      out: expect.stringMatching(
        /^wrote +\S+\/taskpod\.json\nbucket +b-1\n(.*\n)*namespaces +n, m\n(.*\n)*Next: see that everything is in order with "taskpod doctor"\.\n$/,
      ),
    });
    expect(await written()).toEqual({ version: 1, ...value });
  });

  test('reads a file; an option wins over it, and stands in for what it has wrong', async () => {
    await writeFile(join(context.cwd, 'out.json'), outputs({ ...value, bucket: 'gs://x', namespace: null }));
    const said = await runOn(
      context,
      ...['init', '--from-terraform', 'out.json', '--json', '--bucket', 'mine', '--namespace', 'o'],
      ...['--clusters', 'kubeconfig:a', 'kubeconfig:b'],
    );
    const expected = { ...value, bucket: 'mine', namespace: 'o', clusters: ['kubeconfig:a', 'kubeconfig:b'] };
    expect({ ...said, out: JSON.parse(said.out) }).toEqual({
      code: 0,
      err: '',
      out: { path: path(), ...expected },
    });
    expect(await written()).toEqual({ version: 1, ...expected });
  });

  test('tells all that is missing or wrong, and writes nothing', async () => {
    const { bucket: _, watch_topic: __, ...rest } = value;
    context.stdin = input(outputs({ ...rest, cluster: 'c' }));
    const said = await runOn(context, 'init', '--from-terraform', '-', '--clusters', 'kubeconfig');
    expect(said).toEqual({
      code: 2,
      out: '',
      err: [
        'taskpod: the output "taskpod" does not make a deployment',
        '  taskpod.bucket: is missing: bucket that holds runs, without gs://',
        '  taskpod.watch_topic: is missing: topic that wakes the watch function',
        '  taskpod.cluster: must be "kubeconfig", kubeconfig:CONTEXT or projects/PROJECT/locations/LOCATION/clusters/CLUSTER',
        'Apply the current terraform/modules/platform and print its outputs again, or give what is missing as options, such as --bucket.',
        '',
      ].join('\n'),
    });
    await expect(written()).rejects.toThrow('ENOENT');
  });

  const all = 'Give all outputs: without -raw, and without the name of one.';
  test.each([
    ['', 'this is not JSON', 'Give what "terraform output -json" prints.'],
    [
      JSON.stringify(value),
      'this is not what "terraform output -json" prints: each output is an object with a value',
      all,
    ],
    ['[]', 'this is not what "terraform output -json" prints: each output is an object with a value', all],
    [
      '{}',
      'no output is named "taskpod": there are none',
      'Put this into the configuration, then "terraform apply": output "taskpod" { value = module.NAME.taskpod }',
    ],
    [
      '{"a": {"value": 1}, "b": {"value": 2}}',
      'no output is named "taskpod": there are a, b',
      'Put this into the configuration, then "terraform apply": output "taskpod" { value = module.NAME.taskpod }',
    ],
    [
      '{"taskpod": {"value": "x"}}',
      'the output "taskpod" does not make a deployment\n  taskpod: must be an object',
      'Apply the current terraform/modules/platform and print its outputs again, or give what is missing as options, such as --bucket.',
    ],
  ])('%s: %s', async (text, message, action) => {
    context.stdin = input(text);
    expect(await runOn(context, 'init', '--from-terraform', '-')).toEqual({
      code: 2,
      out: '',
      err: `taskpod: ${message}\n${action}\n`,
    });
  });
});

describe('taskpod init', () => {
  const few = ['init', '--bucket', 'b-1', '--tasks-topic', topic('tasks')];

  test('takes the values as options, and never replaces a file unasked', async () => {
    expect(await runOn(context, ...few)).toMatchObject({ code: 0, err: '' });
    expect(await runOn(context, 'init', '--bucket', 'b-2', '--tasks-topic', topic('t'))).toEqual({
      code: 2,
      out: '',
      err: `taskpod: ${path()} is there already\nReplace it with --force.\n`,
    });
    expect(await written()).toEqual({ version: 1, bucket: 'b-1', tasks_topic: topic('tasks') });
    expect(await runOn(context, ...few, '--watch-service-account', 'w@p', '--force')).toMatchObject({
      code: 0,
    });
    expect(await written()).toEqual({
      version: 1,
      bucket: 'b-1',
      tasks_topic: topic('tasks'),
      watch_service_account: 'w@p',
    });
  });

  test('tells what is needed', async () => {
    expect(await runOn(context, 'init', '--bucket', 'B', '--json')).toEqual({
      code: 2,
      err: '',
      out: `${JSON.stringify({
        error: {
          code: 'bad_usage',
          message: 'this does not make a deployment',
          action:
            'Give them as options, such as --bucket; or all at once: terraform output -json | taskpod init --from-terraform -',
          problems: [
            {
              path: 'bucket',
              message: 'must be the name of a Cloud Storage bucket, without gs://',
            },
            { path: 'tasks_topic', message: 'is missing: topic on which tasks are published' },
          ],
        },
      })}\n`,
    });
  });
});
