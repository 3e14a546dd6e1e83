import { stringify } from 'yaml';
import type { OperationHttpRequest } from '../functions/launch/cluster/operation-request.ts';
import type { PodManifest } from '../shared/kubernetes/pod.ts';

/** What a reader looks for first; the others follow in their own order. */
const first = ['apiVersion', 'kind', 'metadata', 'spec', 'name', 'namespace', 'image', 'command', 'args'];

/** podYaml writes a Pod as YAML, with what names a thing before what describes it. */
export function podYaml(pod: PodManifest): string {
  return stringify(inOrder(pod), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** requestYaml writes the request of a cluster operation as YAML. */
export function requestYaml(request: OperationHttpRequest): string {
  return stringify(request, { lineWidth: 0, aliasDuplicateObjects: false });
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const rank = ([key]: [string, unknown]): number => {
    const place = first.indexOf(key);
    return place < 0 ? first.length : place;
  };
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, inOrder(item)]);
  return Object.fromEntries(entries.toSorted((a, b) => rank(a) - rank(b)));
}
