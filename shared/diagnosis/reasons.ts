import type { FinalState, OutcomeClass } from '../outcome.ts';

const transient = 'Submit the task again; if it happens often, look at the nodes and their autoscaler.';

/** Every reason code of an outcome; stable. docs/outcomes.md is compared with it. */
export const reasonCodes = {
  completed: { class: 'none', action: '' },
  skipped_by_exit_code: { class: 'none', action: '' },

  exit_code: { class: 'user', action: 'Read the end of the log, mend the task and submit it again.' },
  killed_by_signal: {
    class: 'user',
    action: 'See in the log and in the events what has sent the signal, mend the task and submit it again.',
  },
  oom_killed: { class: 'user', action: 'Raise container_resources.limits.memory and submit the task again.' },
  storage_limit_exceeded: {
    class: 'user',
    action:
      'Raise the limit of ephemeral-storage or the sizeLimit of the emptyDir, or write less to the disk.',
  },
  init_container_failed: {
    class: 'user',
    action: 'Read the init container’s log (set init_container_logs), mend it and submit the task again.',
  },
  extra_container_failed: {
    class: 'user',
    action:
      'Read that container’s log (set container_logs), mend it; name it in TASKPOD_IGNORED_CONTAINERS if its end does not matter.',
  },
  deadline_exceeded: { class: 'user', action: 'Raise active_deadline_seconds, or make the task shorter.' },
  execution_timeout: { class: 'user', action: 'Raise execution_timeout_seconds, or make the task shorter.' },
  total_timeout: {
    class: 'user',
    action: 'Raise total_timeout_seconds, or see what the task waited for before it started.',
  },
  xcom_invalid: { class: 'user', action: 'Write valid JSON (UTF-8) to /airflow/xcom/return.json.' },
  xcom_too_big: {
    class: 'user',
    action: 'Write the result to a bucket and return its name, or use xcom_transport "sidecar".',
  },

  image_not_found: { class: 'config', action: 'Correct the image’s name and tag, or push the image.' },
  image_not_allowed: {
    class: 'config',
    action:
      'Check the image’s name, and give the nodes’ service account or image_pull_secrets the right to read it.',
  },
  image_name_invalid: { class: 'config', action: 'Correct the image’s name: HOST/PATH:TAG, in lower case.' },
  image_not_present: {
    class: 'config',
    action: 'Set image_pull_policy to IfNotPresent, or bring the image to the nodes.',
  },
  image_pull_failed: { class: 'config', action: 'See the detail; check the image and its registry.' },
  secret_missing: {
    class: 'config',
    action: 'Create the secret in the Pod’s namespace, or correct its name in the task.',
  },
  config_map_missing: {
    class: 'config',
    action: 'Create the ConfigMap in the Pod’s namespace, or correct its name in the task.',
  },
  key_missing: {
    class: 'config',
    action: 'Add the key to the secret or ConfigMap, or correct its name in the task.',
  },
  container_config_error: {
    class: 'config',
    action: 'Correct what the detail names in the task, and submit it again.',
  },
  container_create_error: {
    class: 'config',
    action: 'Correct what the detail names in the task or its image, and submit it again.',
  },
  start_error: {
    class: 'config',
    action: 'Check cmds and the working directory: the command must be in the image and be executable.',
  },
  volume_mount_failed: {
    class: 'config',
    action: 'Check the volume that the detail names: does what it refers to exist, and may the node use it?',
  },
  start_timeout: {
    class: 'config',
    action: 'Check image, secrets and volumes, or raise startup_timeout_seconds.',
  },
  invalid_task: { class: 'config', action: 'Correct every problem listed and submit the task again.' },
  template_failed: {
    class: 'config',
    action:
      'Correct the template, or set what it names (taskpod variables set, taskpod connections add), and submit the task again.',
  },
  policy_refused: {
    class: 'config',
    action:
      'Keep to what this deployment allows (docs/policy.md), or have it allowed, and submit the task again.',
  },
  pod_refused: { class: 'config', action: 'Correct what the API server refused and submit the task again.' },
  pod_name_taken: { class: 'config', action: 'Delete the Pod of that name, or give the task another name.' },
  admission_refused: {
    class: 'config',
    action:
      'Change the task as the cluster’s policy in the detail asks, or ask its administrator to allow it.',
  },
  forbidden: {
    class: 'config',
    action: 'Grant the launch function’s service account "create" on pods in this namespace.',
  },
  cluster_refused: {
    class: 'config',
    action:
      'Do what the detail says (docs/clusters.md, "The way to a cluster"), or name another cluster; then submit the task again.',
  },
  namespace_missing: {
    class: 'config',
    action: 'Create the namespace, or name another one in the task or in TASKPOD_NAMESPACE.',
  },
  service_account_missing: {
    class: 'config',
    action: 'Create the service account in the namespace, or correct service_account_name.',
  },

  cluster_forbidden: {
    class: 'config',
    action:
      'Grant the functions what docs/gke-clusters.md lists, on the cluster’s project, and submit the task again.',
  },
  cluster_request_refused: {
    class: 'config',
    action: 'Correct what GKE refused in body, project_id or location, and submit the task again.',
  },

  cluster_no_capacity: {
    class: 'capacity',
    action: 'Have the quota that the detail names raised, or use another location or machine type.',
  },
  schedule_timeout: {
    class: 'capacity',
    action: 'Check what the Pod asks for (resources, node selector), or raise schedule_timeout_seconds.',
  },
  unschedulable: {
    class: 'capacity',
    action:
      'Ask for less, correct node selector and tolerations, add nodes, or raise schedule_timeout_seconds.',
  },
  quota_exceeded: {
    class: 'capacity',
    action: 'Wait for other Pods to end, or raise the namespace’s ResourceQuota; then submit the task again.',
  },

  registry_unavailable: {
    class: 'infrastructure',
    action: 'Check that the nodes reach the registry; submit the task again when it answers.',
  },
  registry_rate_limited: {
    class: 'infrastructure',
    action: 'Pull through a mirror or with credentials, or start fewer Pods at once; submit the task again.',
  },
  evicted: { class: 'infrastructure', action: transient },
  preempted: {
    class: 'infrastructure',
    action: 'Submit the task again, or give it a higher priority_class_name.',
  },
  drained: { class: 'infrastructure', action: transient },
  node_lost: { class: 'infrastructure', action: transient },
  node_shutdown: { class: 'infrastructure', action: transient },
  not_admitted: { class: 'infrastructure', action: transient },
  cluster_failed: {
    class: 'infrastructure',
    action: 'See the detail, and the operation in Google’s console; submit the task again.',
  },
  pod_failed: {
    class: 'infrastructure',
    action: 'See the detail; submit the task again if the cluster was at fault.',
  },

  pod_deleted: {
    class: 'cancelled',
    action: 'Find out who deleted the Pod; submit the task again if it was a mistake.',
  },

  cancelled: { class: 'cancelled', action: 'Run it again with taskpod retry, if it is wanted after all.' },

  pod_lost: {
    class: 'lost',
    action:
      'The Pod vanished before its end was seen; check whether the work was done, then submit the task again.',
  },
  cluster_lost: {
    class: 'lost',
    action:
      'The cluster went while it was made, or somebody deletes it; find out who, then submit the task again.',
  },
  xcom_lost: {
    class: 'lost',
    action:
      'The task exited 0 but its result could not be read; check its effects before you submit it again.',
  },
} as const satisfies Record<string, { class: OutcomeClass; action: string }>;
export type ReasonCode = keyof typeof reasonCodes;

/** Why an attempt ended as it did. */
export interface Diagnosis {
  state: FinalState;
  reason: ReasonCode;
  class: OutcomeClass;
  exitCode: number | null;
  /** One sentence. */
  summary: string;
  /** What was seen; may be empty. */
  detail: string;
  action: string;
}

/** Longer details are cut: the status of a Pod may hold several kilobytes of text. */
const maxDetail = 2_000;

/** diagnosis puts state, class and action to a reason code. */
export function diagnosis(
  reason: ReasonCode,
  text: { summary: string; detail?: string | undefined; exitCode?: number | null },
): Diagnosis {
  return {
    state: states[reason] ?? 'failed',
    reason,
    class: reasonCodes[reason].class,
    exitCode: text.exitCode ?? null,
    summary: text.summary,
    detail: (text.detail ?? '').trim().slice(0, maxDetail),
    action: reasonCodes[reason].action,
  };
}

/** The states of those reasons that are no failure of an attempt that ran. */
const states: Partial<Record<ReasonCode, FinalState>> = {
  completed: 'success',
  skipped_by_exit_code: 'skipped',
  cancelled: 'cancelled',
};
