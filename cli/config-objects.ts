import { TaskpodError } from '../shared/errors.ts';
import type { ObjectInfo, ObjectStore, StoredObject } from '../shared/ports/store.ts';

/** A variable or a connection in the bucket. */
export interface ConfigObject {
  /** Key of the variable, id of the connection. */
  name: string;
  info: ObjectInfo;
}

/** Where variables, or connections, stand. */
export interface ConfigFolder {
  prefix: string;
  /** What follows the name. */
  suffix: string;
}

/** What came of a write: new, instead of another, not done as it is there, not done as somebody else has changed it in the same moment. */
export type Written = 'created' | 'replaced' | 'kept' | 'lost';

/** How many objects are read or written at once. */
const width = 16;

/** Does the work for every item, some at once, and gives the results in the order of the items. */
async function together<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += width)
    results.push(...(await Promise.all(items.slice(at, at + width).map(work))));
  return results;
}

/** listConfig lists a folder in the order of the names; what is not named as Taskpod names it is left out. */
export async function listConfig(
  { prefix, suffix }: ConfigFolder,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<ConfigObject[]> {
  const found: ConfigObject[] = [];
  for await (const info of store.list(prefix, { signal })) {
    const name = decode(info.name.slice(prefix.length), suffix);
    if (name !== undefined) found.push({ name, info });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** readConfig reads a whole folder; an object that is deleted meanwhile is left out. */
export async function readConfig(
  folder: ConfigFolder,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<{ name: string; object: StoredObject }[]> {
  const listed = await listConfig(folder, store, signal);
  const read = await together(listed, async ({ name, info }) => {
    const object = await store.read(info.name, signal);
    return object === undefined ? [] : [{ name, object }];
  });
  return read.flat();
}

/** writeAll writes every item, and gives their names by what came of it, in order. */
export async function writeAll<T>(
  items: ReadonlyMap<string, T>,
  write: (name: string, item: T) => Promise<Written>,
): Promise<Record<Written, string[]>> {
  const all = await together([...items], async ([name, item]) => ({
    name,
    written: await write(name, item),
  }));
  const named = (wanted: Written): string[] =>
    all.filter(({ written }) => written === wanted).map(({ name }) => name);
  return { created: named('created'), replaced: named('replaced'), kept: named('kept'), lost: named('lost') };
}

/** bodyText is an object's text; throws `invalid_document` when somebody has put something else there. */
export function bodyText({ name, body }: StoredObject): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new TaskpodError('invalid_document', `${name} is not UTF-8 text`, {
      action: 'Set it again, or delete it.',
    });
  }
}

function decode(encoded: string, suffix: string): string | undefined {
  if (!encoded.endsWith(suffix) || encoded.length === suffix.length || encoded.includes('/'))
    return undefined;
  try {
    return decodeURIComponent(encoded.slice(0, encoded.length - suffix.length));
  } catch {
    return undefined;
  }
}
