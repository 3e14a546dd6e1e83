import { describe, expect, test } from 'vitest';
import { FakeSources, least, prepare, prepared } from './fake-sources.ts';

const gpu = `
# a comment
metadata:
  labels: {day: 2024-01-31, debug: "yes"}
  namespace: of-the-file
spec:
  priorityClassName: "{{ not rendered }}"
  containers:
    - name: base
      image: busybox
      volumeMounts: [{name: key, mountPath: /key}]
  volumes:
    - name: key
      secret: {secretName: key, defaultMode: 0400}
`;
const podTemplates = {
  'gpu.yaml': gpu,
  'deep/a.json': JSON.stringify({ spec: { nodeName: 'n', containers: [] } }),
  'broken.yaml': 'spec: [geheim',
  'bomb.yaml': `a: &a [${'x,'.repeat(50)}]\nb: &b [${'*a,'.repeat(50)}]\nspec: [${'*b,'.repeat(50)}]`,
  'wrong.yaml': 'spec: {contaners: [], containers: [{name: base, image: geheim, imag: x}]}',
  'empty.yaml': '',
};

describe('pod_template_file', () => {
  test('is read as Kubernetes reads YAML, and not rendered', async () => {
    const published = { ...least, pod_template_file: 'gpu.yaml', image: null };
    const { pod, namespace } = await prepared({}, { podTemplates }, { published });
    expect(namespace).toBe('of-the-file');
    expect(pod.metadata.labels).toMatchObject({ day: '2024-01-31', debug: 'yes' });
    expect(pod.spec).toMatchObject({
      priorityClassName: '{{ not rendered }}',
      containers: [{ image: 'busybox' }],
      volumes: [{ secret: { defaultMode: 0o400 } }],
    });
  });

  test('its name may be a template, and it may be JSON in a folder', async () => {
    const sources = new FakeSources({ podTemplates });
    const keys = { pod_template_file: 'deep/{{ params.x }}.json', params: { x: 'a' } };
    await prepare(keys, {}, { sources });
    expect(sources.asked).toEqual(['default connection', 'template deep/a.json']);
  });

  test.each<[unknown, string]>([
    ['gone.yaml', 'names a file that does not exist: upload it to config/pod_templates/ in the bucket'],
    ['/opt/airflow/gpu.yaml', 'must be a path below config/pod_templates/ of the bucket, such as gpu.yaml'],
    ['gs://bucket/gpu.yaml', 'must be a path below config/pod_templates/ of the bucket, such as gpu.yaml'],
    ['broken.yaml', 'names a file that is not YAML: line 1,'],
    ['bomb.yaml', 'names a file that holds too many aliases: write the values out'],
    [5, 'must be a string'],
    ['{{ x }}', 'line 1, column 4: x is not defined'],
  ])('%j: %s, and nothing that depends on it', async (file, message) => {
    const published = { ...least, image: null, pod_template_file: file, imag: 1 };
    const done = await prepare({}, { podTemplates }, { published });
    expect(done).toMatchObject({ ok: false, reason: 'invalid_task' });
    expect(done.ok ? [] : done.problems.map(({ path }) => path).sort()).toEqual([
      'imag',
      'pod_template_file',
    ]);
    expect(JSON.stringify(done)).toContain(message);
    expect(JSON.stringify(done)).not.toContain('geheim');
  });

  test('what is wrong within it is told with its place', async () => {
    const done = await prepare({ pod_template_file: 'wrong.yaml' }, { podTemplates });
    expect(done).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([
        { path: 'pod_template_file.spec.contaners', message: expect.stringMatching(/^is not a field/) },
        {
          path: 'pod_template_file.spec.containers.0.imag',
          message: expect.stringMatching(/^is not a field/),
        },
      ]),
    });
  });

  test('an empty one says nothing', async () => {
    expect((await prepared({ pod_template_file: 'empty.yaml' }, { podTemplates })).namespace).toBe('tasks');
  });
});
