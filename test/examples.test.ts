import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../cli/run.ts';
import { kubernetesProblems } from '../shared/task/kubernetes-object.ts';
import { TestContext } from './cli/test-context.ts';

const folder = join(import.meta.dirname, '..', 'examples');
const files = globSync('*.{json,yaml}', { cwd: folder }).toSorted();
const functions = globSync('*/index.ts', { cwd: folder }).map(file => file.slice(0, -'index.ts'.length));
const given = ['--var', 'my_value=example_value', '--xcom', 'extract={"table": "events", "rows": 3}'];

const nightly = 'projects/my-project/locations/europe-west1/clusters';

/** What the examples without a Pod send to GKE. */
const requests: Record<string, object> = {
  'create-cluster.yaml': {
    method: 'POST',
    path: `/v1/${nightly}`,
    body: {
      cluster: {
        name: 'nightly-20240308',
        autopilot: { enabled: true },
        resourceLabels: { team: 'reports', 'taskpod-attempt': expect.stringMatching(/^[a-z2-7]{24}$/) },
      },
    },
  },
  'delete-cluster.yaml': { method: 'DELETE', path: `/v1/${nightly}/nightly-20240308` },
};

/** The Pod that a task becomes, as `taskpod render` tells. */
async function render(file: string) {
  const context = new TestContext(false);
  const code = await runCli(['render', join(folder, file), '--offline', '--json', ...given], context);
  return { code, ...JSON.parse(context.out.text) };
}

test('examples/README.md lists every example', () => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([\w./-]+)` \| (.*?\.) \|$/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([...files, ...functions].toSorted());
});

test.each(functions)('%s has the versions of this repository', name => {
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8')).dependencies;
  expect(read('../package.json')).toMatchObject(read(`${name}package.json`));
});

describe.each(files)('%s', file => {
  test('is valid', async () => {
    const context = new TestContext(false);
    expect(await runCli(['validate', join(folder, file)], context)).toBe(0);
    expect(context.out.text).toMatch(/: valid\n$/);
  });

  test('becomes a Pod that Kubernetes knows all of, or a request, without a warning', async () => {
    const { code, pod, request, warnings } = await render(file);
    if (request !== undefined) {
      expect({ code, warnings, request }).toEqual({ code: 0, warnings: [], request: requests[file] });
      return;
    }
    expect({ code, warnings, problems: kubernetesProblems('V1Pod', pod) }).toEqual({
      code: 0,
      warnings: [],
      problems: [],
    });
  });
});

test.each(files.filter(file => file.endsWith('.yaml')))('%s names the schema for editors', file => {
  const [first] = readFileSync(join(folder, file), 'utf8').split('\n');
  expect(first).toBe('# yaml-language-server: $schema=../schema/task.schema.json');
});

describe('the Pods of', () => {
  test.each([
    ['templates.yaml', ['2024-03-08']],
    ['load.yaml', ['load', '3 rows', 'into events']],
    ['own-image.yaml', ['--day', '2024-03-08']],
  ])('%s have rendered arguments', async (file, args) => {
    const { pod } = await render(file);
    const { command = [], args: rendered } = pod.spec.containers[0];
    expect([...command.slice(1), ...rendered].slice(-args.length)).toEqual(args);
  });

  test('with-template.yaml have what the template says, and what the task says', async () => {
    const { pod } = await render('with-template.yaml');
    expect(pod.metadata.labels).toMatchObject({ team: 'reports', task_id: 'shared-settings' });
    expect(pod.spec).toMatchObject({
      securityContext: { runAsNonRoot: true, runAsUser: 1_000, fsGroup: 1_000 },
      containers: [{ image: 'bash', env: [{ name: 'REGION', value: 'europe-west4' }] }],
    });
  });

  test('hello leave a result', async () => {
    const { pod } = await render('hello.json');
    expect(pod.spec.initContainers).toMatchObject([
      { name: 'airflow-xcom-sidecar', restartPolicy: 'Always' },
    ]);
  });
});
