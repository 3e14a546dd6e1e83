import podFields from '../../../shared/task/pod-fields.json' with { type: 'json' };

const table: Record<string, Record<string, string>> = podFields;

/** unknownPodFields lists the paths in a posted Pod that Kubernetes does not know, as `fieldValidation=Strict` does. */
export function unknownPodFields(pod: unknown): string[] {
  if (!isRecord(pod)) return [];
  const known = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
  return [
    ...Object.keys(pod).filter(key => !known.includes(key)),
    ...unknown('V1ObjectMeta', pod.metadata, 'metadata'),
    ...unknown('V1PodSpec', pod.spec, 'spec'),
  ];
}

function unknown(type: string, value: unknown, path: string): string[] {
  const fields = table[type];
  if (fields === undefined || !isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const childPath = `${path}.${key}`;
    const childType = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (childType === undefined) return [childPath];
    if (!childType.endsWith('[]')) return unknown(childType, child, childPath);
    const items = Array.isArray(child) ? child : [];
    return items.flatMap((item, index) => unknown(childType.slice(0, -2), item, `${childPath}[${index}]`));
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
