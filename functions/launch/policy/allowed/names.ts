import type { Policy } from '../../../../shared/policy.ts';
import { stringIn } from '../../../../shared/task/raw.ts';
import { matchesGlob } from '../glob.ts';
import type { Finding, PodView } from '../pod-view.ts';
import { notAllowed } from './not-allowed.ts';

/** namespaceFindings refuses a namespace that is not one of the deployment's. */
export function namespaceFindings(namespace: string, { namespaces }: Policy): Finding[] {
  if (namespaces === undefined || namespaces.includes(namespace)) return [];
  const message = `is not a namespace of this deployment: use one of ${namespaces.join(', ')}, or have it added to TASKPOD_NAMESPACES`;
  return [{ at: 'metadata.namespace', parameter: 'namespace', message }];
}

/** serviceAccountFindings refuses service accounts that are not listed; a Pod that names none runs as `default`. */
export function serviceAccountFindings(
  pod: PodView,
  namespace: string,
  { serviceAccounts }: Policy,
): Finding[] {
  if (serviceAccounts === undefined) return [];
  // The second is an old name of the first, which the API server still takes.
  const named = ['serviceAccountName', 'serviceAccount'].flatMap(field => {
    const name = stringIn(pod.spec.value, field) || undefined;
    return name === undefined ? [] : [{ at: `spec.${field}`, name }];
  });
  const accounts = named.length > 0 ? named : [{ at: 'spec.serviceAccountName', name: 'default' }];
  return accounts
    .filter(({ name }) => !isListed(serviceAccounts, namespace, name))
    .map(({ at, name }) => ({ at, message: notAllowed(name, 'TASKPOD_SERVICE_ACCOUNTS', serviceAccounts) }));
}

/** priorityClassFindings refuses priority classes that are not listed; without a list, those of the system. */
export function priorityClassFindings(pod: PodView, { priorityClasses }: Policy): Finding[] {
  const at = 'spec.priorityClassName';
  const name = stringIn(pod.spec.value, 'priorityClassName') ?? '';
  if (priorityClasses === undefined) {
    if (!name.startsWith('system-')) return [];
    const message =
      'is a priority class of the system: use another, or have it added to TASKPOD_PRIORITY_CLASSES';
    return [{ at, message }];
  }
  if (name === '' || priorityClasses.some(pattern => matchesGlob(pattern, name))) return [];
  return [{ at, message: notAllowed(name, 'TASKPOD_PRIORITY_CLASSES', priorityClasses) }];
}

/** nodeFindings refuses a Pod that names its node, which goes past the scheduler and the nodes' taints. */
export function nodeFindings(pod: PodView): Finding[] {
  if ((pod.spec.value.nodeName ?? '') === '') return [];
  const message = 'goes past the scheduler, which no task may: use node_selector or affinity';
  return [{ at: 'spec.nodeName', message }];
}

/** isListed tells whether a list of `NAME` and `NAMESPACE/NAME` has a name of a namespace. */
export function isListed(patterns: readonly string[], namespace: string, name: string): boolean {
  return patterns.some(pattern =>
    matchesGlob(pattern, pattern.includes('/') ? `${namespace}/${name}` : name),
  );
}
