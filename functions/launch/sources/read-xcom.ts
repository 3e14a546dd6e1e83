import {
  attemptObjects,
  maxObjectNameBytes,
  parseAttemptObject,
  runPrefix,
} from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import type { Attempt, RunKey } from '../../../shared/run.ts';
import type { Lookup, LookupAnswer } from '../../../shared/template/lookup.ts';
import { inParallel } from './in-parallel.ts';
import type { KnownObjects } from './known-objects.ts';

/** Most results of a mapped task that one pull gives. */
const maxMapped = 100;

/** Most characters of all those results together. */
const maxMappedLength = 1_048_576;

const tooLarge = 'are too large for a template: read them in the task itself';

/** What reading an XCom needs. */
export interface XcomDeps {
  store: Pick<ObjectStore, 'list'>;
  objects: KnownObjects;
  /** Most reads at once. */
  width: number;
  signal: AbortSignal;
}

type XcomLookup = Extract<Lookup, { kind: 'xcom' }>;

/**
 * readXcom finds what a task has pushed: its result (`return_value`), and the name and namespace of its Pod as
 * KubernetesPodOperator pushes them (`pod_name`, `pod_namespace`); nothing under any other key. The newest attempt that ended in success
 * counts. A mapped task gives the list of its results, unless one map index is asked for.
 */
export async function readXcom(lookup: XcomLookup, asking: RunKey, deps: XcomDeps): Promise<LookupAnswer> {
  const none = { value: undefined };
  if (!['return_value', 'pod_name', 'pod_namespace'].includes(lookup.key)) return none;
  const run = {
    dagId: lookup.dagId ?? asking.dagId,
    runId: lookup.runId ?? asking.runId,
    taskId: lookup.taskId ?? asking.taskId,
  };
  const byIndex = await endedAttempts(run, deps);
  const wanted = lookup.mapIndex ?? (byIndex.has(-1) || byIndex.size === 0 ? -1 : undefined);
  if (wanted !== undefined) return (await pushed(byIndex.get(wanted) ?? [], lookup.key, deps)) ?? none;
  if (byIndex.size > maxMapped) {
    return {
      ...none,
      problem: `the task has ${byIndex.size} mapped results: pull at most ${maxMapped}, each by map_indexes`,
    };
  }
  const indexes = [...byIndex].sort(([a], [b]) => a - b).map(([, attempts]) => attempts);
  const all = await inParallel(indexes, deps.width, attempts => pushed(attempts, lookup.key, deps));
  const found = all.filter(answer => answer !== undefined);
  return found.find(answer => answer.problem !== undefined) ?? listAnswer(found, run.taskId);
}

function listAnswer(found: readonly LookupAnswer[], taskId: string): LookupAnswer {
  const [first, ...rest] = found;
  if (first === undefined) return { value: undefined };
  const length = found.reduce((sum, { json = '' }) => sum + json.length, 0);
  if (length > maxMappedLength)
    return { value: undefined, problem: `the results of the task ${taskId} ${tooLarge}` };
  // as Airflow does: one result is no list
  return rest.length === 0 ? first : { value: null, json: `[${found.map(({ json }) => json).join(',')}]` };
}

/** The attempts of a task that have ended, the newest first, by map index; -1 for a task that is not mapped. */
async function endedAttempts(run: RunKey, { store, signal }: XcomDeps): Promise<Map<number, Attempt[]>> {
  const attempts: Attempt[] = [];
  const prefix = prefixOf(run);
  if (prefix !== undefined) {
    for await (const { name } of store.list(prefix, { signal })) {
      const parsed = parseAttemptObject(name);
      if (parsed?.rest === 'outcome.json') attempts.push(parsed.attempt);
    }
  }
  attempts.sort((a, b) => b.tryNumber - a.tryNumber);
  return Map.groupBy(attempts, ({ mapIndex = -1 }) => mapIndex);
}

/** Undefined for ids that no object can be filed under. */
function prefixOf(run: RunKey): string | undefined {
  try {
    const prefix = runPrefix(run);
    return Buffer.byteLength(prefix) < maxObjectNameBytes ? prefix : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function pushed(
  newestFirst: readonly Attempt[],
  key: string,
  { objects, signal }: XcomDeps,
): Promise<LookupAnswer | undefined> {
  for (const attempt of newestFirst) {
    const names = attemptObjects(attempt);
    const outcome = outcomeIn(await objects.read(names.outcome, signal));
    if (key !== 'return_value') {
      const pod = outcome?.pod;
      if (pod) return textAnswer(key === 'pod_name' ? pod.name : pod.namespace);
    } else if (outcome?.state === 'success') {
      if (outcome.xcom === null) return undefined;
      return resultAnswer(await objects.read(names.xcom, signal), attempt.taskId);
    }
  }
  return undefined;
}

function outcomeIn(read: Awaited<ReturnType<KnownObjects['read']>>): Outcome | undefined {
  return read?.kind === 'text' ? parseOutcome(read.text) : undefined;
}

function resultAnswer(read: Awaited<ReturnType<KnownObjects['read']>>, taskId: string): LookupAnswer {
  // an empty file is Airflow's None
  if (read?.kind === 'text') return { value: null, json: read.text.trim() === '' ? 'null' : read.text };
  const problem =
    read === undefined
      ? `the result of the task ${taskId} is not in the bucket any more: run the task again`
      : `the results of the task ${taskId} ${tooLarge}`;
  return { value: undefined, problem };
}

function textAnswer(text: string): LookupAnswer {
  return { value: text, json: JSON.stringify(text) };
}
