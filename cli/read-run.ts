import { runPrefix } from '../shared/object-names.ts';
import type { ObjectInfo, ObjectStore } from '../shared/ports/store.ts';
import type { RunKey } from '../shared/run.ts';
import {
  type AttemptFiles,
  type DocumentName,
  documentNames,
  filesOf,
  parseAttemptDocuments,
  type RunState,
  runState,
} from '../shared/run-state.ts';

/** What the bucket has of a Run: its attempts, and the state they make; undefined when there is none. */
export interface StoredRun {
  attempts: AttemptFiles[];
  state: RunState | undefined;
}

/** Documents that have been read, by object name; they never change (invariant I4). */
export type KnownDocuments = Map<string, string>;

/** readRun reads a Run from the bucket: one listing, and those of its three documents that are not yet known. */
export async function readRun(
  run: RunKey,
  store: ObjectStore,
  signal: AbortSignal,
  known: KnownDocuments = new Map(),
): Promise<StoredRun> {
  const objects: ObjectInfo[] = [];
  for await (const info of store.list(`${runPrefix(run)}attempt=`, { signal })) objects.push(info);
  const attempts = filesOf(run, objects);
  const last = attempts.at(-1);
  if (last === undefined) return { attempts, state: undefined };
  const texts: Partial<Record<DocumentName, string>> = {};
  await Promise.all(
    documentNames(run, last).map(async ({ name, object }) => {
      const text = known.get(object) ?? (await store.read(object, signal))?.body.toString('utf8');
      if (text === undefined) return;
      known.set(object, text);
      texts[name] = text;
    }),
  );
  return { attempts, state: runState(run, last, parseAttemptDocuments(texts)) };
}
