import { safeLabelValue } from './names.ts';
import type { Attempt } from './run.ts';

/** The label that a Turn's watch selects by: the scope's name. */
export const scopeLabel = 'taskpod.dev/scope';

const managedLabel = 'app.kubernetes.io/managed-by';
const managedBy = 'taskpod';

/** The label selector of the Pods of all deployments. */
export const managedSelector = `${managedLabel}=${managedBy}`;

/** The annotation in which a Pod explains itself to a Turn (see pod-annotation.ts). */
export const runAnnotation = 'taskpod.dev/run';

/**
 * systemLabels are the labels every Pod of ours carries: Airflow's (so that existing dashboards go on) and the scope.
 * They win over a user's label of the same key, as KubernetesPodOperator's do. `airflow_version` is left out on purpose:
 * `airflow kubernetes cleanup-pods` deletes finished Pods that have it, perhaps before their log is read.
 */
export function systemLabels(attempt: Attempt, scope: string): Record<string, string> {
  const labels: Record<string, string> = {
    dag_id: safeLabelValue(attempt.dagId),
    task_id: safeLabelValue(attempt.taskId),
    run_id: safeLabelValue(attempt.runId),
    try_number: String(attempt.tryNumber),
    kubernetes_pod_operator: 'True',
    [managedLabel]: managedBy,
    [scopeLabel]: scope,
  };
  if (attempt.mapIndex !== undefined) labels.map_index = String(attempt.mapIndex);
  return labels;
}

/** scopeSelector is the label selector of a scope's Pods. */
export function scopeSelector(scope: string): string {
  return `${scopeLabel}=${scope}`;
}
