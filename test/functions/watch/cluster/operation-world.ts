import { watchOperations } from '../../../../functions/watch/cluster/watch-operations.ts';
import type { OperationDeps } from '../../../../functions/watch/deps.ts';
import type { TurnEnd } from '../../../../functions/watch/turn.ts';
import { attemptOf } from '../../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../../shared/claim.ts';
import {
  attemptLabel,
  attemptLabelKey,
  operationsScope,
  type SentOperation,
} from '../../../../shared/cluster-operation.ts';
import { attemptObjects, openMarker } from '../../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../../shared/outcome.ts';
import type { Retries } from '../../../../shared/retries.ts';
import { WatchWorld } from '../watch-world.ts';

export const scope = operationsScope('b');
export const location = 'projects/p/locations/l';
export const cluster = `${location}/clusters/nightly`;
const retries: Retries = {
  left: 0,
  infrastructure_left: 3,
  delay_seconds: 300,
  exponential_backoff: false,
  max_delay_seconds: null,
  retry_on: null,
  no_retry_on: [],
};

const never = new AbortController().signal;

/** Cluster operations as launch leaves them, and Turns that follow them. */
export class OperationWorld extends WatchWorld {
  shutdown = new AbortController();
  readonly gke = this.operations.gke;

  /** Marker and claim. */
  async claimed(
    action: 'create' | 'delete',
    changes: Partial<ClusterClaim['gke_cluster']> & { runId?: string; record?: object } = {},
  ): Promise<ClusterClaim> {
    const { runId = 'r', record = {}, ...gkeCluster } = changes;
    const nowMs = this.clock.now();
    const claim: ClusterClaim = {
      version: 1,
      message_id: 'm0',
      claimed_at: new Date(nowMs).toISOString(),
      record: {
        version: 1,
        ...{ dag_id: 'd', run_id: runId, task_id: 'make', try_number: 1, scope },
        queued_at: new Date(nowMs).toISOString(),
        total_timeout_seconds: 3_600,
        total_deadline_at: new Date(nowMs + 3_600_000).toISOString(),
        retries,
        ...record,
      },
      gke_cluster: { action, name: cluster, delete_on_failure: true, push_xcom: false, ...gkeCluster },
      task: { task_id: 'make' },
    };
    const attempt = attemptOf(claim.record);
    await this.store.create(openMarker(scope, attempt), '{}', { signal: never });
    await this.store.create(attemptObjects(attempt).launch, JSON.stringify(claim), { signal: never });
    return claim;
  }

  /** What launch writes after the request. */
  async sent(claim: ClusterClaim, changes: Partial<SentOperation> = {}): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    const operation = this.gke.operations.at(-1)?.name ?? null;
    const sent: SentOperation = { version: 1, kind: 'started', operation, at, ...changes };
    const name = attemptObjects(attemptOf(claim.record)).operation;
    await this.store.create(name, JSON.stringify(sent), { signal: never });
  }

  /** A creation that was asked for. */
  async creation(changes: Parameters<OperationWorld['claimed']>[1] = {}): Promise<ClusterClaim> {
    const claim = await this.claimed('create', changes);
    const label = attemptLabel(attemptOf(claim.record), 'b');
    const name = claim.gke_cluster.name.split('/').at(-1) ?? '';
    this.gke.create(location, { name, resourceLabels: { [attemptLabelKey]: label } });
    await this.sent(claim);
    return claim;
  }

  /** A deletion, of a cluster that runs, that was asked for. */
  async deletion(): Promise<ClusterClaim> {
    this.gke.create(location, { name: 'nightly' });
    this.gke.end('operation-1');
    const claim = await this.claimed('delete');
    this.gke.remove(cluster);
    await this.sent(claim);
    return claim;
  }

  /** Somebody wants an attempt to end. */
  async cancel({ record }: ClusterClaim): Promise<void> {
    await this.store.create(attemptObjects(attemptOf(record)).cancel, '{}', { signal: never });
  }

  start(messageId = 'm1', deps: OperationDeps = this.functionDeps()): Promise<TurnEnd> {
    const turn = watchOperations({ scope, messageId }, deps, this.shutdown.signal);
    turn.catch(() => undefined);
    return turn;
  }

  /** Runs a Turn to its end. */
  run(messageId = 'm1'): Promise<TurnEnd> {
    return this.clock.runUntil(this.start(messageId), 7_200_000);
  }

  /** Runs Turns, one after another, until nothing is open; how many it took. */
  async runToTheEnd(): Promise<number> {
    for (let turns = 1; ; turns++) {
      await this.run(`m${turns}`);
      if (this.markers().length === 0) return turns;
    }
  }

  outcomeOf({ record }: ClusterClaim): Outcome | undefined {
    const text = this.store.text(attemptObjects(attemptOf(record)).outcome);
    return text === undefined ? undefined : parseOutcome(text);
  }
}
