import { z } from 'zod';

const json = z.record(z.string(), z.unknown());

/** Keys below which everything that has a `value` is somebody's data: environment variables, and headers of probes. */
const valueLists = new Set(['env', 'httpHeaders']);
/** kubectl's copy of a manifest, with all values. */
const appliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * podWithoutValues takes out of a Pod's JSON what may be a secret (invariant I9): the values of environment variables and of
 * probes' headers; references to secrets stay. What only the API server needs (managedFields) goes too. Pure.
 */
export function podWithoutValues(pod: unknown): unknown {
  const parsed = json.safeParse(pod);
  if (!parsed.success) return undefined;
  const metadata = json.safeParse(parsed.data.metadata).data ?? {};
  const { managedFields: _, ...kept } = metadata;
  const annotations = json.safeParse(metadata.annotations).data;
  if (annotations !== undefined) {
    const { [appliedAnnotation]: __, ...others } = annotations;
    kept.annotations = others;
  }
  return { ...json.parse(withoutValues(parsed.data)), metadata: kept };
}

function withoutValues(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return value.map(item => (valueLists.has(key) ? withoutValue(item) : withoutValues(item)));
  }
  const object = json.safeParse(value);
  if (!object.success) return value;
  return Object.fromEntries(
    Object.entries(object.data).map(([name, item]) => [name, withoutValues(item, name)]),
  );
}

function withoutValue(item: unknown): unknown {
  const object = json.safeParse(item);
  if (!object.success) return item;
  const { value: _, ...rest } = object.data;
  return rest;
}
