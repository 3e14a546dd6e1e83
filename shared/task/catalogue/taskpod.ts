import { own, type Parameter } from './parameter.ts';

/** What a task has besides: what Airflow knows of a run, and Taskpod's own. */
export const taskpodParameters = {
  dag_id: own("First part of the run's key: 1 to 250 characters, without control characters."),
  run_id: own("Second part of the run's key. A second task with the same key starts nothing."),
  map_index: own("Fourth part of the run's key, for a mapped task: a whole number; -1 means none."),
  operator: own(
    'What the task is: kubernetes_pod, or gke_create_cluster or gke_delete_cluster (docs/gke-clusters.md). It is never rendered.',
  ),
  xcom_transport: own(
    'How the result leaves the Pod: sidecar, or termination_message for at most 4,095 bytes and without a second container.',
  ),
  logical_date: own('The time that the run is for, as in RFC 3339.'),
  data_interval_start: own('The begin of the time that the run covers, as in RFC 3339.'),
  data_interval_end: own('The end of the time that the run covers, as in RFC 3339.'),
  conf: own('Values of the run for templates: `{{ conf.x }}` and `{{ dag_run.conf.x }}`.'),
  retry_delay_seconds: own('Seconds from a failure to the next attempt.'),
  max_retry_delay_seconds: own('The longest delay, in seconds; none: a day.'),
  retry_on: own(
    'Only these failures use a retry: exit codes, failure classes and reason codes (docs/outcomes.md). None: every failure, as in Airflow.',
  ),
  no_retry_on: own('These failures are never tried again: exit codes, failure classes and reason codes.'),
  execution_timeout_seconds: own('Seconds that the main container may run; then the run fails.'),
  total_timeout_seconds: own('Seconds from the launch to the end; then the run fails.'),
} satisfies Record<string, Parameter>;
