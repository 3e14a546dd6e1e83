import type { Problem } from '../../../../shared/errors.ts';
import { podLayer } from '../../../../shared/task/schema/kubernetes.ts';
import { fieldsOf, nothing, type Sourced, whole } from '../sourced.ts';

/** What of a Pod's metadata is its author's; the rest is the API server's, as is the status. */
const metadataKeys = ['name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences'];

/** templateLayer takes what a task may say out of a Pod; `at` is where the Pod stands. No Pod, no layer. */
export function templateLayer(pod: unknown, at: string): Sourced {
  if (pod === undefined) return nothing;
  const fields = fieldsOf(whole(at, pod));
  const [metadata, spec] = [fields.get('metadata'), fields.get('spec')];
  const kept = [...(metadata ? fieldsOf(metadata) : [])].filter(([key]) => metadataKeys.includes(key));
  return {
    at,
    fields: new Map([
      ...(metadata ? [['metadata', { at: metadata.at, fields: new Map(kept) }] as const] : []),
      ...(spec ? [['spec', spec] as const] : []),
    ]),
  };
}

/** templateProblems checks the content of a file as the schema checks the Pods that stand in the task itself. */
export function templateProblems(pod: unknown, at: string): Problem[] {
  const issues = podLayer.safeParse(pod).error?.issues ?? [];
  return issues.map(({ path, message }) => ({ path: [at, ...path.map(String)].join('.'), message }));
}
