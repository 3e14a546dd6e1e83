import type { Policy } from '../../../../shared/policy.ts';
import { isRecord, objectsIn, stringIn } from '../../../../shared/task/raw.ts';
import type { Finding, PodView } from '../pod-view.ts';
import { isListed } from './names.ts';
import { notAllowed } from './not-allowed.ts';

/**
 * secretFindings refuses Secrets that are not listed, wherever a Pod can name one: environment, volumes of every kind, pulling of
 * images. What the task's service account may read through Kubernetes' API is not its matter.
 */
export function secretFindings(pod: PodView, namespace: string, { secrets }: Policy): Finding[] {
  if (secrets === undefined) return [];
  const named = [
    ...pod.containers.flatMap(({ path, value }) => [
      ...secretsIn(value.env, `${path}.env`),
      ...secretsIn(value.envFrom, `${path}.envFrom`),
    ]),
    ...pod.volumes.flatMap(({ path, value }) => secretsIn(value, path)),
    ...objectsIn(pod.spec.value.imagePullSecrets, 'spec.imagePullSecrets').flatMap(({ path, value }) =>
      nameIn(value, 'name', path),
    ),
  ];
  return named
    .filter(({ name }) => !isListed(secrets, namespace, name))
    .map(({ at, name }) => ({ at, message: notAllowed(name, 'TASKPOD_SECRETS', secrets) }));
}

/** A Secret that is named, and where. */
interface NamedSecret {
  at: string;
  name: string;
}

/** Finds `secretName`, and `name` in `secret`, `secretRef`, `secretKeyRef`, `nodePublishSecretRef` and their like, at any depth. */
function secretsIn(value: unknown, path: string): NamedSecret[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => secretsIn(item, `${path}.${index}`));
  }
  if (!isRecord(value)) return [];
  return [
    ...nameIn(value, 'secretName', path),
    ...Object.entries(value).flatMap(([key, child]) => {
      const at = `${path}.${key}`;
      const isReference = isRecord(child) && /secret((Key)?Ref)?$/i.test(key);
      return [...(isReference ? nameIn(child, 'name', at) : []), ...secretsIn(child, at)];
    }),
  ];
}

function nameIn(value: Record<string, unknown>, field: string, path: string): NamedSecret[] {
  const name = stringIn(value, field);
  return name === undefined ? [] : [{ at: `${path}.${field}`, name }];
}
