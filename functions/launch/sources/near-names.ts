import type { ObjectStore } from '../../../shared/ports/store.ts';
import { closestName } from '../../../shared/task/did-you-mean.ts';

/** Most names that are looked through for a hint. */
const maxNames = 1_000;

/** Names are compared by so many at once; shared/task/did-you-mean.ts looks at no more. */
const chunkSize = 100;

/** How the names under a prefix are found and read. */
export interface NearNamesRequest {
  /** The name that does not exist. */
  wanted: string;
  /** Of the objects. */
  prefix: string;
  /** What stands behind every name, such as `.json`. */
  suffix: string;
  store: Pick<ObjectStore, 'list'>;
  signal: AbortSignal;
}

/** nearNames finds names that exist and are like one that does not, by a listing of the first {@link maxNames} objects. */
export async function nearNames(request: NearNamesRequest): Promise<string[]> {
  const { wanted, prefix, suffix, store, signal } = request;
  const names: string[] = [];
  let count = 0;
  for await (const { name } of store.list(prefix, { signal })) {
    if (++count > maxNames) break;
    const decoded = name.endsWith(suffix)
      ? decode(name.slice(prefix.length, name.length - suffix.length))
      : '';
    if (decoded !== '') names.push(decoded);
  }
  const chunks = Array.from({ length: Math.ceil(names.length / chunkSize) }, (_, index) =>
    names.slice(index * chunkSize, (index + 1) * chunkSize),
  );
  return chunks.flatMap(chunk => closestName(wanted, chunk) ?? []);
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}
