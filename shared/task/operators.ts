/** What a task can be: a Pod, or an operation on a cluster of GKE. */
export const operators = ['kubernetes_pod', 'gke_create_cluster', 'gke_delete_cluster'] as const;
export type Operator = (typeof operators)[number];

/** operatorOf reads what a task is, before anything else of it; what is no operator's name counts as a Pod, and is told as a problem. */
export function operatorOf(task: unknown): Operator {
  const given = typeof task === 'object' && task !== null && 'operator' in task ? task.operator : undefined;
  return operators.find(name => name === given) ?? 'kubernetes_pod';
}
