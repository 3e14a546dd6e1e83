import type { Problem } from '../errors.ts';
import { closestName } from './did-you-mean.ts';
import { pathPart } from './json.ts';

/** Kubernetes' or docker's word for what KubernetesPodOperator calls otherwise, too far apart for a likeness of letters. */
const otherWords: Record<string, string> = {
  args: 'arguments',
  command: 'cmds',
  env: 'env_vars',
  resources: 'container_resources',
};

/** Parameters of KubernetesPodOperator, its GKE version and Airflow's BaseOperator that this version does not take. */
const unsupportedParameters: ReadonlySet<string> = new Set([
  'affinity',
  'automount_service_account_token',
  'base_container_name',
  'base_container_status_polling_interval',
  'callbacks',
  'cluster_context',
  'cluster_name',
  'config_file',
  'configmaps',
  'container_name_log_prefix_enabled',
  'container_security_context',
  'deferrable',
  'dns_config',
  'dnspolicy',
  'durable',
  'env_from',
  'execution_timeout',
  'full_pod_spec',
  'gcp_conn_id',
  'host_aliases',
  'hostname',
  'hostnetwork',
  'image_pull_secrets',
  'impersonation_chain',
  'in_cluster',
  'is_delete_operator_pod',
  'kubernetes_conn_id',
  'location',
  'log_events_on_failure',
  'log_formatter',
  'log_pod_spec_on_failure',
  'logging_interval',
  'max_retry_delay',
  'node_selector',
  'on_failure_callback',
  'on_kill_action',
  'on_retry_callback',
  'on_success_callback',
  'params',
  'pod_runtime_info_envs',
  'pod_template_dict',
  'pod_template_file',
  'poll_interval',
  'pool',
  'ports',
  'priority_class_name',
  'priority_weight',
  'progress_callback',
  'project_id',
  'random_name_suffix',
  'reattach_on_restart',
  'retries',
  'retry_delay',
  'retry_exponential_backoff',
  'runtime_class_name',
  'schedulername',
  'secrets',
  'security_context',
  'skip_on_exit_code',
  'startup_check_interval_seconds',
  'subdomain',
  'termination_grace_period',
  'termination_message_policy',
  'tolerations',
  'trigger_kwargs',
  'trigger_rule',
  'use_dns_endpoint',
  'use_internal_ip',
  'xcom_sidecar_container_security_context',
]);

const notTakenYet =
  "a parameter of Airflow's that this version does not take yet: remove it (docs/task.md lists what it takes)";

/**
 * unknownKeyProblems finds the keys of a task that are no parameter, and says what is meant or missing. A parameter that is
 * not taken yet may be there with null, which is Airflow's None.
 */
export function unknownKeyProblems(task: Record<string, unknown>, known: readonly string[]): Problem[] {
  return Object.entries(task)
    .filter(([key, value]) => !known.includes(key) && !(value === null && unsupportedParameters.has(key)))
    .map(([key]) => ({ path: pathPart(key), message: messageOf(key, known) }));
}

function messageOf(key: string, known: readonly string[]): string {
  if (unsupportedParameters.has(key)) return `is ${notTakenYet}`;
  const meant = Object.hasOwn(otherWords, key) ? otherWords[key] : closestName(key, known);
  if (meant !== undefined) return `is not a parameter; did you mean "${meant}"?`;
  const other = closestName(key, [...unsupportedParameters]);
  if (other !== undefined) return `is not a parameter; "${other}" is ${notTakenYet}`;
  return 'is not a parameter: remove it (docs/task.md lists them)';
}
