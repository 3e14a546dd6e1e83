import { type AttemptRecord, attemptOf, readAttemptRecord } from '../../shared/attempt-record.ts';
import { errorMessage, isAbort, TaskpodError } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker } from '../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../shared/outcome.ts';
import { managedSelector } from '../../shared/pod-labels.ts';
import { hasEnded } from '../../shared/pod-progress.ts';
import type { Clusters } from '../../shared/ports/clusters.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { formatRun } from '../../shared/run.ts';
import type { Clock } from '../../shared/time.ts';
import { shouldDelete } from './attempt/finish-attempt.ts';
import type { FunctionDeps } from './deps.ts';
import { clusterOfScope } from './scope-cluster.ts';

/** A cluster that does not answer must not hold up the sweep of the others; a listing takes about a second. */
const listMs = 15_000;

/** A Pod of this deployment, with what it says of itself. */
export interface OwnPod {
  cluster: string;
  pod: Pod;
  record: AttemptRecord;
}

/** What a sweep does with a Pod that has no marker. */
export interface UnmarkedPod extends OwnPod {
  /** `adopt`: nobody watches it and it has no outcome. `delete`: its attempt is over, and it should be gone. */
  verdict: 'adopt' | 'delete';
}

/** Pods that could not be looked at, and why. */
export interface UnseenPods {
  cluster: string;
  namespace: string;
  error: string;
}

/** The settings by which the Pods of a deployment are found. */
export type SweepSettings = Pick<FunctionDeps['settings'], 'bucket' | 'clusters' | 'namespaces'>;

/** What listing Pods needs from outside. */
export interface ListDeps {
  podsOf: Clusters<Pick<Pods, 'list'>>['podsOf'];
  clock: Clock;
  settings: SweepSettings;
}

/**
 * listOwnPods lists the Pods of this deployment on all its clusters, with one listing for each namespace. What does not answer is
 * told and left out: the next sweep comes in a minute.
 */
export async function listOwnPods(
  deps: ListDeps,
  signal: AbortSignal,
): Promise<{ pods: OwnPod[]; unseen: UnseenPods[] }> {
  const { clusters, namespaces } = deps.settings;
  const places = clusters.flatMap(cluster => namespaces.map(namespace => ({ cluster, namespace })));
  const unseen: UnseenPods[] = [];
  const lists = places.map(async ({ cluster, namespace }): Promise<OwnPod[]> => {
    const done = new AbortController();
    try {
      const inTime = AbortSignal.any([signal, timeLimit(deps.clock, done.signal)]);
      const pods = await deps.podsOf(cluster, inTime);
      const { pods: found } = await pods.list(namespace, managedSelector, inTime);
      return found.flatMap(pod => ownPod(pod, cluster, deps.settings) ?? []);
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error;
      unseen.push({ cluster, namespace, error: errorMessage(error) });
      return [];
    } finally {
      done.abort();
    }
  });
  return { pods: (await Promise.all(lists)).flat(), unseen };
}

/** Fires when a listing has taken too long. */
function timeLimit(clock: Clock, done: AbortSignal): AbortSignal {
  const late = new AbortController();
  const reason = new TaskpodError('deadline_exceeded', `no answer within ${listMs / 1_000} s`, {
    retryable: true,
  });
  clock.sleep(listMs, done).then(
    () => late.abort(reason),
    () => undefined,
  );
  return late.signal;
}

/** findUnmarked looks at the Pods whose marker is not among these. The markers must have been listed after the Pods. */
export async function findUnmarked(
  pods: readonly OwnPod[],
  markers: ReadonlySet<string>,
  deps: { store: Pick<ObjectStore, 'read'> },
  signal: AbortSignal,
): Promise<UnmarkedPod[]> {
  const found: UnmarkedPod[] = [];
  for (const own of pods) {
    const { pod, record } = own;
    if (markers.has(openMarker(record.scope, attemptOf(record))) || isSettled(pod, record)) continue;
    const stored = await deps.store.read(attemptObjects(attemptOf(record)).outcome, signal);
    const verdict = judge(pod, record, stored && parseOutcome(stored.body.toString('utf8')));
    if (verdict !== 'leave') found.push({ ...own, verdict });
  }
  return found;
}

/** settleUnmarked deletes what should be gone, and gives what nobody watches a marker, so that a Turn takes it. */
export async function settleUnmarked(
  { cluster, pod, record, verdict }: UnmarkedPod,
  deps: FunctionDeps,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  const facts = { run: formatRun(attemptOf(record)), try_number: record.try_number, pod: name, namespace };
  if (verdict === 'delete') {
    const pods = await deps.podsOf(cluster, signal);
    await pods.remove(namespace, name, { uid, signal });
    deps.log('NOTICE', 'a Pod is deleted whose attempt is over', facts);
    return;
  }
  const json = { contentType: 'application/json', signal };
  await deps.store.create(openMarker(record.scope, attemptOf(record)), '{"adopted":true}', json);
  deps.log('NOTICE', 'a Pod is adopted that nobody watched', facts);
}

/** A Pod that has ended and is kept by its policy is as it should be; no object needs to be read for it. */
function isSettled(pod: Pod, record: AttemptRecord): boolean {
  return hasEnded(pod) && !shouldDelete(record.on_finish_action, pod, record.base_container);
}

function judge(pod: Pod, record: AttemptRecord, outcome: Outcome | undefined): 'adopt' | 'delete' | 'leave' {
  if (outcome === undefined) return 'adopt';
  if (outcome.state === 'cancelled' && record.on_kill_action === 'keep_pod') return 'leave';
  // A Pod that came after the end of its attempt: docs/adr/0002.
  if (outcome.pod?.uid !== pod.metadata.uid) return 'delete';
  return shouldDelete(record.on_finish_action, pod, record.base_container) ? 'delete' : 'leave';
}

/** What carries our label and is of another deployment, or of nobody's, is left alone. */
function ownPod(pod: Pod, cluster: string, settings: SweepSettings): OwnPod | undefined {
  try {
    const record = readAttemptRecord(pod);
    if (record === undefined || clusterOfScope(record.scope, settings) !== cluster) return undefined;
    return { cluster, pod, record };
  } catch {
    return undefined;
  }
}
