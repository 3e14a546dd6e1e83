import { attemptOf } from '../../shared/attempt-record.ts';
import { operationsScope } from '../../shared/cluster-operation.ts';
import { errorMessage, isAbort } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { openMarker, parseAttemptObject } from '../../shared/object-names.ts';
import type { Clusters } from '../../shared/ports/clusters.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import { shouldGo } from './attempt/finish-attempt.ts';
import { foreseeOperation } from './cluster/foresee-operation.ts';
import { type Foreseen, type OpenMarker, type Told, toldEnd, toldPlainly } from './foreseen.ts';
import { claimHere, decideHealing, type HealFacts, type Healing, youngUntilMs } from './heal-decision.ts';
import { readHealFacts } from './heal-facts.ts';
import { clusterOfScope } from './scope-cluster.ts';
import { scopeOfMarker } from './sweep.ts';
import {
  findUnmarked,
  listOwnPods,
  type OwnPod,
  type SweepSettings,
  type UnmarkedPod,
  type UnseenPods,
} from './unmarked-pods.ts';

/** What looking ahead needs; everything is only read. */
export interface ForeseeDeps {
  store: Pick<ObjectStore, 'read' | 'list'>;
  podsOf: Clusters<Pick<Pods, 'read' | 'list'>>['podsOf'];
  clock: Clock;
  settings: SweepSettings;
}

/** What a sweep and the Turns that it wakes would do now; `unseen`: Pods that were not looked at. */
export interface Foresight {
  items: Foreseen[];
  unseen: UnseenPods[];
}

/**
 * foreseeSweep tells what a sweep and the Turns that it wakes would do at this moment, by the very decisions that they take, and changes
 * nothing: one listing of the markers, one of the Pods of each namespace, and what is written of each open attempt.
 */
export async function foreseeSweep(deps: ForeseeDeps, signal: AbortSignal): Promise<Foresight> {
  // The Pods first, as the sweep does.
  const { pods, unseen } = await listOwnPods(deps, signal);
  const markers = await Array.fromAsync(deps.store.list('open/', { signal }));
  const names = new Set(markers.map(({ name }) => name));
  const unmarked = await findUnmarked(pods, names, deps, signal);
  const view = new PodView(pods, unseen, deps);
  const byScope = new Map<string, Foreseen[]>();
  const add = (item: Foreseen): void => {
    const items = byScope.get(item.scope) ?? [];
    byScope.set(item.scope, items);
    items.push(item);
  };
  for (const marker of markers) {
    const scope = scopeOfMarker(marker.name);
    const attempt = parseAttemptObject(marker.name)?.attempt;
    if (scope !== undefined && attempt)
      add(await foreseeMarker({ scope, attempt, marker }, view, deps, signal));
  }
  for (const found of unmarked) add(foreseePod(found));
  return { items: [...byScope].flatMap(([scope, items]) => withTurn(scope, items)), unseen };
}

/** A Turn is woken wherever there is a marker or will be one. */
function withTurn(scope: string, items: Foreseen[]): Foreseen[] {
  const open = items.filter(({ action }) => action !== 'delete_pod').length;
  if (open === 0) return items;
  const why = `${open === 1 ? 'an attempt is' : `${open} attempts are`} open in it`;
  return [{ action: 'wake_turn', scope, why }, ...items];
}

function foreseePod({ pod, record, verdict }: UnmarkedPod): Foreseen {
  const of = { scope: record.scope, attempt: attemptOf(record), pod: podName(pod) };
  return verdict === 'adopt'
    ? { ...of, action: 'adopt_pod', why: 'nobody watches it, and it has no outcome' }
    : { ...of, action: 'delete_pod', why: 'its attempt is over' };
}

async function foreseeMarker(
  open: OpenMarker,
  view: PodView,
  deps: ForeseeDeps,
  signal: AbortSignal,
): Promise<Foreseen> {
  const { scope, attempt, marker } = open;
  const of = { scope, attempt };
  if (scope === operationsScope(deps.settings.bucket)) return foreseeOperation(open, deps, signal);
  const cluster = clusterOfScope(scope, deps.settings);
  if (cluster === undefined) {
    return { ...of, action: 'nothing', why: "its scope is of none of this deployment's clusters" };
  }
  const followed = view.followedBy(marker.name);
  const untilMs = youngUntilMs({ attempt, marker, nowMs: deps.clock.now() });
  if (untilMs !== undefined && !followed) {
    return { ...of, action: 'nothing', why: 'its launch may still be on its way', atMs: untilMs };
  }
  try {
    const pods = view.podsOf(cluster);
    const facts = await readHealFacts(attempt, marker, { ...deps, pods, settings: { cluster } }, signal);
    const healing = decideHealing(facts);
    if (followed && healing.kind !== 'finish') {
      const why = 'the Turn follows its Pod';
      return { ...of, action: 'watch_pod', why, pod: podName(followed) };
    }
    const claim = claimHere(facts);
    if (dependsOnPod(healing) && typeof claim === 'object' && !view.isSeen(cluster, claim.pod.namespace)) {
      return { ...of, action: 'unknown', why: 'it depends on its Pod, which was not looked at' };
    }
    return { ...of, ...told(healing, facts) };
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw error;
    return { ...of, action: 'unknown', why: errorMessage(error) };
  }
}

function dependsOnPod({ kind }: Healing): boolean {
  return kind === 'end as lost' || kind === 'launch again' || kind === 'start retry';
}

function told(healing: Healing, { nowMs }: HealFacts): Told {
  switch (healing.kind) {
    case 'end as lost':
      return { action: 'end_as_lost', why: 'its Pod was seen and is gone' };
    case 'follow unlabelled':
      return {
        action: 'watch_pod',
        why: 'the Turn follows it, though its label of the scope is gone',
        pod: podName(healing.pod),
      };
    case 'finish':
      return toldFinish(healing);
    default:
      return toldPlainly(healing, nowMs);
  }
}

function toldFinish({ outcome, claim, pod }: Extract<Healing, { kind: 'finish' }>): Told {
  const deleted = claim && pod && shouldGo(outcome, claim.record, pod);
  return { ...toldEnd(outcome, claim), ...(deleted ? { pod: podName(pod) } : {}) };
}

function podName({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** The listed Pods; one that is not among them is asked for, where its namespace could be listed. */
class PodView {
  readonly #deps: ForeseeDeps;
  readonly #byPlace: Map<string, Pod>;
  readonly #byMarker: Map<string, Pod>;
  readonly #unseen: Set<string>;

  constructor(pods: readonly OwnPod[], unseen: readonly UnseenPods[], deps: ForeseeDeps) {
    this.#deps = deps;
    this.#byPlace = new Map(pods.map(({ cluster, pod }) => [`${cluster} ${podName(pod)}`, pod]));
    this.#byMarker = new Map(
      pods.map(({ pod, record }) => [openMarker(record.scope, attemptOf(record)), pod]),
    );
    this.#unseen = new Set(unseen.map(({ cluster, namespace }) => `${cluster} ${namespace}`));
  }

  /** The Pod by which a Turn follows the attempt of a marker. */
  followedBy(marker: string): Pod | undefined {
    return this.#byMarker.get(marker);
  }

  isSeen(cluster: string, namespace: string): boolean {
    return !this.#unseen.has(`${cluster} ${namespace}`);
  }

  podsOf(cluster: string): Pick<Pods, 'read'> {
    return {
      read: async (namespace, name, signal) => {
        const listed = this.#byPlace.get(`${cluster} ${namespace}/${name}`);
        if (listed !== undefined || !this.isSeen(cluster, namespace)) return listed;
        const pods = await this.#deps.podsOf(cluster, signal);
        return pods.read(namespace, name, signal);
      },
    };
  }
}
