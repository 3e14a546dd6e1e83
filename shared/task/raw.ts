/** An object somewhere in a task as it came, with its path. */
export interface Located {
  path: string;
  value: Record<string, unknown>;
}

/** isRecord tells whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * objectsIn lists the objects of a list, with their paths, and passes over everything else: rules look at what is there even
 * while other parts of the task are wrong, so that all problems are told at once.
 */
export function objectsIn(value: unknown, path: string): Located[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) =>
    isRecord(item) ? [{ path: `${path}.${index}`, value: item }] : [],
  );
}

/** objectIn gives the object in a field, or nothing. */
export function objectIn(parent: Located, field: string): Located | undefined {
  const value = parent.value[field];
  return isRecord(value) ? { path: `${parent.path}.${field}`, value } : undefined;
}

/** stringIn gives the string in a field, or nothing. */
export function stringIn(value: Record<string, unknown>, field: string): string | undefined {
  const text = value[field];
  return typeof text === 'string' ? text : undefined;
}
