import { baseOperator } from './base-operator.ts';
import { gkeClusterOperators } from './gke-cluster-operators.ts';
import { gkeStartPodOperator } from './gke-start-pod-operator.ts';
import { kubernetesPodOperator } from './kubernetes-pod-operator.ts';
import type { Parameter, TakenParameter } from './parameter.ts';
import { taskpodParameters } from './taskpod.ts';

/** Every parameter that is known of, by name: what docs/parameters.md lists, and what messages are made from. */
export const catalogue: ReadonlyMap<string, Parameter> = new Map<string, Parameter>([
  ...Object.entries(kubernetesPodOperator),
  ...Object.entries(gkeStartPodOperator),
  ...Object.entries(gkeClusterOperators),
  ...Object.entries(baseOperator),
  ...Object.entries(taskpodParameters),
]);

/** isTaken tells whether a task can have the parameter. */
export function isTaken(parameter: Parameter): parameter is TakenParameter {
  return 'meaning' in parameter;
}
