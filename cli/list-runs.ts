import { encodeSegment, parseAttemptObject, runsPrefix } from '../shared/object-names.ts';
import type { State } from '../shared/outcome.ts';
import type { ObjectInfo, ObjectStore } from '../shared/ports/store.ts';
import { formatRun, type RunKey } from '../shared/run.ts';
import {
  type AttemptFiles,
  filesOf,
  parseAttemptDocuments,
  type RunState,
  runState,
} from '../shared/run-state.ts';

/** Which runs to list. */
export interface ListOptions {
  dagId?: string | undefined;
  runId?: string | undefined;
  state?: State | undefined;
  /** At most so many, the newest. */
  limit: number;
  signal: AbortSignal;
}

/** A Run in the list. */
export interface ListedRun {
  state: RunState;
  /** RFC 3339: when its last attempt was claimed. */
  queuedAt: string;
}

/** How many outcomes are read at once. */
const together = 16;

/**
 * listRuns lists runs, the newest first. It reads the names of all objects of the chosen DAG (of all DAGs when none is chosen),
 * and the outcomes of as many runs as it takes.
 */
export async function listRuns(store: ObjectStore, options: ListOptions): Promise<ListedRun[]> {
  const newest = (await allRuns(store, options)).sort((a, b) => (a.queuedAt < b.queuedAt ? 1 : -1));
  const listed: ListedRun[] = [];
  for (let at = 0; at < newest.length && listed.length < options.limit; at += together) {
    const states = await Promise.all(
      newest.slice(at, at + together).map(async ({ run, last, queuedAt }) => {
        const outcome = last.outcome && (await store.read(last.outcome.name, options.signal));
        const texts = outcome === undefined ? {} : { outcome: outcome.body.toString('utf8') };
        const state = runState(run, last, parseAttemptDocuments(texts));
        return state === undefined ? [] : [{ state, queuedAt }];
      }),
    );
    listed.push(...states.flat().filter(({ state }) => [undefined, state.state].includes(options.state)));
  }
  return listed.slice(0, options.limit);
}

interface FoundRun {
  run: RunKey;
  last: AttemptFiles;
  queuedAt: string;
}

async function allRuns(store: ObjectStore, options: ListOptions): Promise<FoundRun[]> {
  const { dagId, runId, signal } = options;
  const dag = dagId === undefined ? '' : `dag_id=${encodeSegment(dagId)}/`;
  const narrow = dagId === undefined || runId === undefined ? '' : `run_id=${encodeSegment(runId)}/`;
  const runs = new Map<string, { run: RunKey; objects: ObjectInfo[] }>();
  for await (const info of store.list(`${runsPrefix}${dag}${narrow}`, { signal })) {
    const parsed = parseAttemptObject(info.name);
    // What a listing of many runs is made of, and says nothing about their states.
    if (parsed === undefined || parsed.rest.startsWith('logs/')) continue;
    const { tryNumber: _, ...run } = parsed.attempt;
    if (runId !== undefined && run.runId !== runId) continue;
    const name = formatRun(run);
    const entry = runs.get(name) ?? { run, objects: [] };
    runs.set(name, entry);
    entry.objects.push(info);
  }
  return [...runs.values()].flatMap(({ run, objects }) => {
    const last = filesOf(run, objects).at(-1);
    const queuedAt = last?.launch?.updatedAt ?? last?.outcome?.updatedAt ?? '';
    return last === undefined ? [] : [{ run, last, queuedAt }];
  });
}
