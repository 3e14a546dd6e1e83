import { clusterNameSchema } from '../../cluster-name.ts';
import type { Problem } from '../../errors.ts';
import { hasTemplate } from '../../template/template.ts';
import { type Operator, operatorOf } from '../operators.ts';
import { isRecord } from '../raw.ts';
import { contextFields } from '../schema/run.ts';

/** What every cluster operation takes. */
const common = [
  ...['dag_id', 'run_id', 'task_id', 'map_index', ...Object.keys(contextFields)],
  ...['project_id', 'location', 'do_xcom_push', 'execution_timeout_seconds', 'total_timeout_seconds'],
  ...['retries', 'retry_delay_seconds', 'retry_exponential_backoff', 'max_retry_delay_seconds'],
  ...['retry_on', 'no_retry_on'],
];

/** The parameters that only a creation has. */
const ofCreation = ['body', 'delete_cluster_on_failure'];

const taken: Record<Exclude<Operator, 'kubernetes_pod'>, readonly string[]> = {
  gke_create_cluster: [...common, ...ofCreation],
  gke_delete_cluster: [...common, 'cluster_name'],
};

/** What is meant by a parameter that a cluster operation does not take. */
const instead: Record<string, string> = {
  'gke_create_cluster cluster_name': 'name the cluster in body.name',
  'gke_create_cluster name': 'name the cluster in body.name',
  'gke_create_cluster on_kill_action': 'use delete_cluster_on_failure',
  'gke_delete_cluster name': 'use cluster_name',
};

/** GKE's own rule: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters */
const clusterName = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/;
const nameRule = 'must be a name of 1 to 40 lower-case letters, digits and "-" that begins with a letter';

/**
 * operatorProblems says which parameters of a task (`known`: those that any task can have) mean nothing for its operator, and what a cluster
 * operation lacks. Source: GKECreateClusterOperator and GKEDeleteClusterOperator of apache-airflow-providers-google.
 */
export function operatorProblems(task: Record<string, unknown>, known: readonly string[]): Problem[] {
  const operator = operatorOf(task);
  const given = known.filter(name => Object.hasOwn(task, name));
  if (operator === 'kubernetes_pod') {
    const message = 'is only for a task with operator "gke_create_cluster": set the operator, or remove this';
    return given.filter(name => ofCreation.includes(name)).map(path => ({ path, message }));
  }
  const foreign = given
    .filter(name => !taken[operator].includes(name))
    .map(path => {
      const hint = instead[`${operator} ${path}`] ?? 'remove it';
      return { path, message: `means nothing for operator "${operator}": ${hint}` };
    });
  return [
    ...foreign,
    ...required(
      task,
      operator === 'gke_create_cluster' ? ['location', 'body'] : ['location', 'cluster_name'],
    ),
    ...partProblems(task),
    ...(operator === 'gke_create_cluster' && isRecord(task.body) ? bodyProblems(task.body) : []),
    ...(operator === 'gke_delete_cluster' ? nameProblems(task.cluster_name, 'cluster_name') : []),
  ];
}

function required(task: Record<string, unknown>, names: readonly string[]): Problem[] {
  return names
    .filter(name => !Object.hasOwn(task, name))
    .map(path => ({ path, message: `is required for operator "${operatorOf(task)}"` }));
}

/** A part that held a slash would name another resource than the one that policies look at. */
function partProblems(task: Record<string, unknown>): Problem[] {
  return ['project_id', 'location'].flatMap(path => {
    const value = task[path];
    if (typeof value !== 'string' || hasTemplate(value) || /^[a-z0-9][a-z0-9.:-]*$/.test(value)) return [];
    return [{ path, message: 'must be lower-case letters, digits and "-"' }];
  });
}

function nameProblems(value: unknown, path: string): Problem[] {
  if (typeof value !== 'string' || hasTemplate(value) || clusterName.test(value)) return [];
  return [{ path, message: nameRule }];
}

function bodyProblems(body: Record<string, unknown>): Problem[] {
  const [count, config, pools] = [
    either(body, 'initialNodeCount', 'initial_node_count'),
    either(body, 'nodeConfig', 'node_config'),
    either(body, 'nodePools', 'node_pools'),
  ];
  const isAutopilot = isRecord(body.autopilot) && body.autopilot.enabled === true;
  const problems = typeof body.name === 'string' ? nameProblems(body.name, 'body.name') : [];
  if (typeof body.name !== 'string')
    problems.push({ path: 'body.name', message: 'is required: a name as text' });
  if (pools !== undefined) {
    const beside = [count, config].filter(name => name !== undefined);
    const message = `must not stand beside ${beside.join(' and ')}: put those into each node pool`;
    if (beside.length > 0) problems.push({ path: `body.${pools}`, message });
  } else if (count === undefined && config === undefined && !isAutopilot) {
    const message = 'needs nodePools, initialNodeCount, or autopilot: {"enabled": true}';
    problems.push({ path: 'body', message });
  }
  return problems;
}

/** Google's JSON takes both spellings of a field. */
function either(body: Record<string, unknown>, ...names: readonly string[]): string | undefined {
  return names.find(name => Object.hasOwn(body, name) && body[name] !== null);
}

/** clusterOfTask is the full name of the cluster that a cluster operation is about; undefined while a part of it is missing or wrong. */
export function clusterOfTask(
  task: Record<string, unknown>,
  defaultProject: string | undefined,
): string | undefined {
  const { project_id = defaultProject, location, body, cluster_name } = task;
  const name = operatorOf(task) === 'gke_create_cluster' ? isRecord(body) && body.name : cluster_name;
  if (typeof name !== 'string' || !clusterName.test(name)) return undefined;
  return clusterNameSchema.safeParse(`projects/${project_id}/locations/${location}/clusters/${name}`).data;
}
