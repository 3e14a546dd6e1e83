import { isRecord } from '../../../shared/task/raw.ts';

/**
 * JSON of which every part knows the place where it was written: a path in the task, or '' for what Taskpod adds. It is whole
 * when all of it stands at one place; else an object or a list that was put together.
 */
export type Sourced =
  | { at: string; value: unknown }
  | { at: string; fields: ReadonlyMap<string, Sourced> }
  | { at: string; items: readonly Sourced[] };

/** whole is JSON as it stands at a place. */
export function whole(at: string, value: unknown): Sourced {
  return { at, value };
}

/** The layer without anything. */
export const nothing = whole('', {});

/** objectOf puts an object together; what is undefined is left out. */
export function objectOf(at: string, fields: Record<string, Sourced | undefined>): Sourced {
  const given = Object.entries(fields).flatMap(([key, field]) => (field ? [[key, field] as const] : []));
  return { at, fields: new Map(given) };
}

/** listOf puts a list together. */
export function listOf(at: string, items: readonly Sourced[]): Sourced {
  return { at, items };
}

/** fieldsOf gives the fields of an object, and none of anything else. Null is a field that is not there. */
export function fieldsOf(part: Sourced): ReadonlyMap<string, Sourced> {
  if ('fields' in part) return part.fields;
  if (!('value' in part) || !isRecord(part.value)) return new Map();
  const given = Object.entries(part.value).filter(([, value]) => value !== null && value !== undefined);
  return new Map(given.map(([key, value]) => [key, whole(join(part.at, key), value)]));
}

/** itemsOf gives the items of a list, and none of anything else. */
export function itemsOf(part: Sourced): readonly Sourced[] {
  if ('items' in part) return part.items;
  if (!('value' in part) || !Array.isArray(part.value)) return [];
  return part.value.map((value: unknown, index) => whole(join(part.at, String(index)), value));
}

/**
 * toJson gives the JSON alone. An object that was put together is without its empty lists and objects: they won over what was
 * below them, and to Kubernetes they say nothing.
 */
export function toJson(part: Sourced): unknown {
  if ('value' in part) return part.value;
  if ('items' in part) return part.items.map(toJson);
  const fields = [...part.fields].map(([key, field]) => [key, toJson(field)] as const);
  return Object.fromEntries(fields.filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** placeOf tells where the part at a dotted path was written, or would have to be; undefined when nothing says. */
export function placeOf(part: Sourced, path: string): string | undefined {
  if (path === '') return part.at;
  for (const [key, child] of childrenOf(part)) {
    if (path === key) return child.at;
    if (path.startsWith(`${key}.`)) return placeOf(child, path.slice(key.length + 1));
  }
  return 'value' in part || part.at !== '' ? join(part.at, path) : undefined;
}

/** The longest keys first: a key may have dots, and so be the beginning of another. */
function childrenOf(part: Sourced): [string, Sourced][] {
  if ('items' in part) return part.items.map((item, index) => [String(index), item]);
  if ('fields' in part) return [...part.fields].sort(([a], [b]) => b.length - a.length);
  return [];
}

function join(at: string, path: string): string {
  return at === '' ? '' : `${at}.${path}`;
}
