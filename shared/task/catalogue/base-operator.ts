import { different, ignored, type Parameter, refused, same } from './parameter.ts';

const callback =
  'Python code of a DAG cannot run here. Subscribe to the events topic, which tells every change of state (docs/events.md).';
const mail =
  'No mail is sent from here. Subscribe to the events topic, which tells every change of state (docs/events.md).';
const order = 'A task runs when its message is published: whoever publishes decides what comes after what.';
const queueing =
  'No task waits here for a slot: the cluster decides. Use priority_class_name for precedence.';
const schedule = 'A task runs when its message is published: whoever publishes decides when.';
const description = 'It has no place in a Pod. Use annotations.';
const worker = 'There is no Airflow worker here. Remove it.';
const assets = 'There are no assets here. Subscribe to the events topic (docs/events.md).';
const timeout = 'Use execution_timeout_seconds, a whole number of seconds.';

/** What every operator of Airflow's has, as far as it means something for a single task. */
export const baseOperator = {
  task_id: same("Third part of the run's key."),
  params: different(
    'Values for templates: `{{ params.x }}`.',
    'Plain values; a Param and its schema are not known here.',
  ),
  retries: different(
    'How often a failed run is tried again.',
    'A failure of the infrastructure, such as a lost node, has retries of its own and costs none of these.',
  ),
  retry_delay: refused('Use retry_delay_seconds, a whole number of seconds.'),
  retry_exponential_backoff: same('Whether the delay doubles with each attempt.'),
  max_retry_delay: refused('Use max_retry_delay_seconds, a whole number of seconds.'),
  execution_timeout: refused(timeout),
  depends_on_past: ignored(order, false),
  doc: ignored(description),
  doc_md: ignored(description),
  doc_json: ignored(description),
  doc_yaml: ignored(description),
  doc_rst: ignored(description),
  email: ignored(mail),
  email_on_failure: ignored(mail, false),
  email_on_retry: ignored(mail, false),
  end_date: ignored(schedule),
  executor: ignored(worker),
  executor_config: ignored(worker),
  inlets: ignored(assets),
  max_active_tis_per_dag: ignored(queueing),
  max_active_tis_per_dagrun: ignored(queueing),
  on_execute_callback: refused(callback),
  on_failure_callback: refused(callback),
  on_retry_callback: refused(callback),
  on_skipped_callback: refused(callback),
  on_success_callback: refused(callback),
  outlets: ignored(assets),
  owner: ignored('It has no place in a Pod. Use labels.'),
  pool: ignored(queueing),
  pool_slots: ignored(queueing),
  post_execute: refused(callback),
  pre_execute: refused(callback),
  priority_weight: ignored(queueing),
  queue: ignored(worker),
  run_as_user: ignored('There is no Airflow worker here. Use security_context.runAsUser for the Pod.'),
  sla: ignored(mail),
  start_date: ignored(schedule),
  task_display_name: ignored(description),
  trigger_rule: ignored(order, 'all_success'),
  wait_for_downstream: ignored(order, false),
  weight_rule: ignored(queueing),
} satisfies Record<string, Parameter>;
