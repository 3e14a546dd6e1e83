import { pathPart } from '../../../../shared/task/json.ts';
import { dnsSubdomain, labelKey, labelValue, type TextRule } from '../../../../shared/task/name-rules.ts';
import { isRecord, stringIn } from '../../../../shared/task/raw.ts';
import type { Finding, PodView } from '../pod-view.ts';

/** Keys below this prefix are the project's own. */
const ownPrefix = 'taskpod.dev/';

/** Fields that a Pod of a task never has, whoever allows it, with the reason. */
const neverTaken = [
  ['metadata', 'finalizers', 'would keep the Pod from being deleted: remove it'],
  ['metadata', 'ownerReferences', 'would let the Pod be deleted with another object: remove it'],
  ['spec', 'ephemeralContainers', 'cannot be there when a Pod is created: remove it'],
] as const;

/** metadataFindings checks labels, annotations and the service account's name, and refuses what no task may set. */
export function metadataFindings(pod: PodView): Finding[] {
  const account = stringIn(pod.spec.value, 'serviceAccountName') || undefined;
  const accountMessage = account === undefined ? undefined : dnsSubdomain(account);
  return [
    ...keyedFindings(pod, 'labels', labelValue),
    ...keyedFindings(pod, 'annotations', () => undefined),
    ...(accountMessage === undefined ? [] : [{ at: 'spec.serviceAccountName', message: accountMessage }]),
    ...neverTaken.flatMap(([part, field, message]) => {
      const value = pod[part].value[field] ?? [];
      return Array.isArray(value) && value.length === 0 ? [] : [{ at: `${part}.${field}`, message }];
    }),
  ];
}

function keyedFindings(pod: PodView, field: 'labels' | 'annotations', rule: TextRule): Finding[] {
  const map = pod.metadata.value[field];
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([key, text]) => {
    const at = `metadata.${field}.${pathPart(key)}`;
    if (key.startsWith(ownPrefix)) {
      return [{ at, message: "is a key of Taskpod's own: use another prefix" }];
    }
    const messages = [labelKey(key), typeof text === 'string' ? rule(text) : undefined];
    return messages.flatMap(message => (message === undefined ? [] : [{ at, message }]));
  });
}
