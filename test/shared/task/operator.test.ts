import { describe, expect, test } from 'vitest';
import { operatorOf } from '../../../shared/task/operators.ts';
import { readFields, readUnrendered } from '../../../shared/task/read-fields.ts';
import { clusterOfTask } from '../../../shared/task/rules/operator.ts';

const create = {
  task_id: 't',
  operator: 'gke_create_cluster',
  project_id: 'p',
  location: 'l',
  body: { name: 'c', initialNodeCount: 1 },
};
const remove = {
  task_id: 't',
  operator: 'gke_delete_cluster',
  project_id: 'p',
  location: 'l',
  cluster_name: 'c',
};
const problems = (task: object) =>
  readFields(task).problems.map(({ path, message }) => `${path}: ${message}`);
const nameRule = 'must be a name of 1 to 40 lower-case letters, digits and "-" that begins with a letter';

describe('what is right', () => {
  test.each<[string, object]>([
    ['a creation', create],
    ['a deletion', remove],
    [
      'with all that an operation takes',
      {
        ...create,
        ...{ dag_id: 'd', run_id: 'r', map_index: 1, params: {}, conf: {}, do_xcom_push: true, retries: 2 },
        ...{ retry_delay_seconds: 1, retry_exponential_backoff: true, max_retry_delay_seconds: 9 },
        ...{ retry_on: ['cluster_failed'], no_retry_on: ['capacity'], delete_cluster_on_failure: false },
        ...{ execution_timeout_seconds: 9, total_timeout_seconds: 9, logical_date: '2026-01-01T00:00:00Z' },
      },
    ],
    ['with node pools', { ...create, body: { name: 'c', nodePools: [{ name: 'n' }] } }],
    ['in the words of the protobuf message', { ...create, body: { name: 'c', initial_node_count: 3 } }],
    ['on Autopilot', { ...create, body: { name: 'c', autopilot: { enabled: true } } }],
    ['a name of 40 characters', { ...remove, cluster_name: `c${'0'.repeat(39)}` }],
    ['a Pod that says so', { task_id: 't', image: 'busybox', operator: 'kubernetes_pod' }],
    ['a domain’s project', { ...remove, project_id: 'example.com:my-project' }],
  ])('%s', (_, task) => {
    expect(problems(task)).toEqual([]);
  });
});

test.each<[string, object, string[]]>([
  [
    'no such operator',
    { ...remove, operator: 'gke' },
    ['operator: must be one of: kubernetes_pod, gke_create_cluster, gke_delete_cluster'],
  ],
  [
    'a body without an operator',
    { task_id: 't', image: 'i', body: {}, delete_cluster_on_failure: true },
    [
      'body: is only for a task with operator "gke_create_cluster": set the operator, or remove this',
      'delete_cluster_on_failure: is only for a task with operator "gke_create_cluster": set the operator, or remove this',
    ],
  ],
  [
    'nothing of a creation',
    { operator: 'gke_create_cluster' },
    [
      'location: is required for operator "gke_create_cluster"',
      'body: is required for operator "gke_create_cluster"',
    ],
  ],
  [
    'nothing of a deletion',
    { operator: 'gke_delete_cluster' },
    [
      'location: is required for operator "gke_delete_cluster"',
      'cluster_name: is required for operator "gke_delete_cluster"',
    ],
  ],
  [
    'what only a Pod has',
    { ...create, image: 'i', namespace: 'n', on_kill_action: 'keep_pod', name: 'x' },
    [
      'name: means nothing for operator "gke_create_cluster": name the cluster in body.name',
      'image: means nothing for operator "gke_create_cluster": remove it',
      'namespace: means nothing for operator "gke_create_cluster": remove it',
      'on_kill_action: means nothing for operator "gke_create_cluster": use delete_cluster_on_failure',
    ],
  ],
  [
    'a deletion with what a creation has',
    { ...remove, body: {}, name: 'c' },
    [
      'name: means nothing for operator "gke_delete_cluster": use cluster_name',
      'body: means nothing for operator "gke_delete_cluster": remove it',
    ],
  ],
  [
    'an empty body',
    { ...create, body: {} },
    [
      'body.name: is required: a name as text',
      'body: needs nodePools, initialNodeCount, or autopilot: {"enabled": true}',
    ],
  ],
  [
    'Autopilot that is off',
    { ...create, body: { name: 'c', autopilot: { enabled: false } } },
    ['body: needs nodePools, initialNodeCount, or autopilot: {"enabled": true}'],
  ],
  [
    'pools beside what they hold',
    { ...create, body: { name: 'c', nodePools: [], initialNodeCount: 1, node_config: {} } },
    ['body.nodePools: must not stand beside initialNodeCount and node_config: put those into each node pool'],
  ],
  [
    'a name with a path in it',
    { ...create, body: { ...create.body, name: '../c' } },
    [`body.name: ${nameRule}`],
  ],
  [
    'a name that is too long',
    { ...remove, cluster_name: `c${'0'.repeat(40)}` },
    [`cluster_name: ${nameRule}`],
  ],
  [
    'a place with a path in it',
    { ...remove, project_id: 'p/locations/l/clusters/x', location: '-/..' },
    [
      'project_id: must be lower-case letters, digits and "-"',
      'location: must be lower-case letters, digits and "-"',
    ],
  ],
])('%s', (_, task, expected) => {
  expect(problems(task)).toEqual(expected);
});

test('what depends on a template is not judged before it is rendered', () => {
  const task = { ...create, body: '{{ var.json.body }}', location: '{{ params.l }}' };
  expect(readUnrendered(task).problems).toEqual([]);
  const named = { ...create, body: { name: 'n-{{ ds }}', initialNodeCount: 1 } };
  expect(readUnrendered(named).problems).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['of a task', create, 'gke_create_cluster'],
  ['of none', null, 'kubernetes_pod'],
  ['of a text', 'gke_create_cluster', 'kubernetes_pod'],
  ['of a template', { operator: '{{ x }}' }, 'kubernetes_pod'],
])('the operator %s', (_, task, expected) => {
  expect(operatorOf(task)).toBe(expected);
});

test.each<[object, string | undefined, string | undefined]>([
  [create, undefined, 'projects/p/locations/l/clusters/c'],
  [remove, undefined, 'projects/p/locations/l/clusters/c'],
  [{ ...remove, project_id: undefined }, 'q', 'projects/q/locations/l/clusters/c'],
  [{ ...remove, cluster_name: 'C' }, undefined, undefined],
  [{ ...remove, location: 'a/b' }, undefined, undefined],
  [{ ...create, body: 'c' }, undefined, undefined],
])('the cluster of %j', (task, project, expected) => {
  expect(clusterOfTask({ ...task }, project)).toBe(expected);
});
