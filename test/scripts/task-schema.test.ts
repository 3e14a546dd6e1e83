import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { taskJsonSchema } from '../../scripts/task-schema.ts';
import { catalogue, isTaken } from '../../shared/task/catalogue/catalogue.ts';
import podFields from '../../shared/task/pod-fields.json' with { type: 'json' };
import { isRecord } from '../../shared/task/raw.ts';
import { readFields, readUnrendered } from '../../shared/task/read-fields.ts';
import { taskSchema } from '../../shared/task/task.ts';
import { misfits } from './json-schema.ts';

const root = join(import.meta.dirname, '..', '..');
const file = join(root, 'schema', 'task.schema.json');
const readJson = (path: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isRecord(value)) throw new Error(`${path} holds no object`);
  return value;
};
const schema = readJson(file);
const misfitsOf = (keys: Record<string, unknown>) => misfits(schema, { task_id: 't', ...keys });

describe('schema/task.schema.json', () => {
  test('is what the script makes; if not, run: node scripts/task-schema.ts', () => {
    expect(schema).toEqual(taskJsonSchema());
  });

  test('is small enough for an editor', () => {
    expect(statSync(file).size).toBeLessThan(400_000);
  });

  test('has every parameter that a task may have, with words; those without effect are deprecated', () => {
    const expected = [...catalogue]
      .filter(([, parameter]) => isTaken(parameter) || parameter.effect === 'warning')
      .map(([name, parameter]) => [name, !isTaken(parameter)]);
    const properties = isRecord(schema.properties) ? schema.properties : {};
    const described = Object.entries(properties)
      .filter(([name, property]) => name !== '$schema' && isRecord(property) && property.description !== '')
      .map(([name, property]) => [name, isRecord(property) && property.deprecated === true]);
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  test('knows the fields of Kubernetes objects that a task may have', () => {
    const known: Record<string, Record<string, string>> = podFields;
    const definitions = isRecord(schema.$defs) ? schema.$defs : {};
    const [told, expected] = [new Map<string, string[]>(), new Map<string, string[]>()];
    for (const [name, definition] of Object.entries(definitions)) {
      if (name === 'Template' || !isRecord(definition)) continue;
      const type = name.replace(/Layer$/, '');
      told.set(name, Object.keys(isRecord(definition.properties) ? definition.properties : {}).toSorted());
      expected.set(name, Object.keys(known[`V1${type}`] ?? known[`CoreV1${type}`] ?? {}).toSorted());
    }
    expect(told).toEqual(expected);
  });
});

describe('what fits', () => {
  test.each(globSync('examples/*.json', { cwd: root }))('%s', path => {
    expect(misfits(schema, readJson(join(root, path)))).toEqual([]);
  });

  test.each<Record<string, unknown>>([
    {},
    { $schema: '../schema/task.schema.json' },
    Object.fromEntries(Object.keys(taskSchema.shape).map(name => [name, null])),
    { env_vars: { A: '1', B: null } },
    { env_vars: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    { env_vars: '{{ var.json.env }}' },
    { skip_on_exit_code: 4 },
    { skip_on_exit_code: [4, 5] },
    { skip_on_exit_code: ['{{ params.code }}'] },
    { container_logs: true, init_container_logs: 'prepare' },
    { image_pull_secrets: ['a', { name: 'b' }] },
    { startup_timeout_seconds: '{{ var.value.t }}', get_logs: '{% if x %}true{% endif %}' },
    { image_pull_policy: '{{ params.policy }}' },
    { ports: [{ containerPort: '{{ params.port }}' }] },
    { container_resources: { limits: { cpu: 1, memory: '1Gi', 'nvidia.com/gpu': '{{ params.gpus }}' } } },
    { pod_template_dict: { spec: { containers: [{ env: [{ name: 'A' }] }], nodeSelector: '{{ x }}' } } },
    { full_pod_spec: { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: 'b' } } } },
    { secrets: [{ deploy_type: 'env', deploy_target: null, secret: 's' }] },
    {
      secrets: [
        { deploy_type: 'volume', deploy_target: '/s', secret: 's', items: [{ key: 'k', path: 'p' }] },
      ],
    },
    { params: { anything: [1, { x: null }] }, conf: {}, logical_date: '2024-03-08T22:16:25+00:00' },
    { deferrable: true, poll_interval: 5 },
    {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
    },
  ])('%j', keys => {
    expect(misfitsOf(keys)).toEqual([]);
    expect(readUnrendered({ task_id: 't', ...keys }).problems).toEqual([]);
  });
});

describe('what does not fit, where, and that reading it finds it too', () => {
  test.each<[keys: Record<string, unknown>, places: string[]]>([
    [{ imag: 'x' }, ['imag']],
    [{ callbacks: [] }, ['callbacks']],
    [{ image: 5 }, ['image']],
    [{ cmds: 'echo' }, ['cmds']],
    [{ arguments: [1] }, ['arguments.0']],
    [{ get_logs: 'yes' }, ['get_logs']],
    [{ startup_timeout_seconds: '600' }, ['startup_timeout_seconds']],
    [{ startup_timeout_seconds: 0 }, ['startup_timeout_seconds']],
    [{ startup_timeout_seconds: 1.5 }, ['startup_timeout_seconds']],
    [{ image_pull_policy: 'always' }, ['image_pull_policy']],
    [{ labels: { a: 1 } }, ['labels.a']],
    [{ env_vars: { A: 5 } }, ['env_vars.A']],
    [{ env_vars: [{ value: 'x' }] }, ['env_vars.0.name']],
    [{ skip_on_exit_code: 256 }, ['skip_on_exit_code']],
    [{ container_logs: false }, ['container_logs']],
    [{ volumes: [{ name: 'a', confgMap: {} }] }, ['volumes.0.confgMap']],
    [{ volumes: [{ name: 'a', secret: { defaultMode: '0644' } }] }, ['volumes.0.secret.defaultMode']],
    [{ tolerations: [{ operator: 'Exist' }] }, ['tolerations.0.operator']],
    [{ affinity: [] }, ['affinity']],
    [{ secrets: [{ deploy_type: 'file', secret: 's' }] }, ['secrets.0.deploy_type']],
    [{ secrets: [{ deploy_type: 'env', secrt: 's' }] }, ['secrets.0.secret', 'secrets.0.secrt']],
    [{ pod_template_dict: { spec: { containers: {} } } }, ['pod_template_dict.spec.containers']],
    [{ full_pod_spec: { kind: 'Job' } }, ['full_pod_spec.kind']],
    [{ full_pod_spec: { spec: { volumes: [{}] } } }, ['full_pod_spec.spec.volumes.0.name']],
    [{ conf: [] }, ['conf']],
  ])('%j', (keys, places) => {
    expect(misfitsOf(keys)).toEqual(places);
    const parameter = places[0]?.split('.')[0] ?? '';
    const found = readFields({ task_id: 't', ...keys }).problems.map(({ path }) => path.split('.')[0]);
    expect(new Set(found)).toEqual(new Set([parameter]));
  });

  test('a task without task_id, and one whose task_id is null', () => {
    expect([misfits(schema, {}), misfits(schema, { task_id: null })]).toEqual([['task_id'], ['task_id']]);
  });
});
