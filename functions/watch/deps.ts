import type { ClusterOperations } from '../../shared/ports/cluster-operations.ts';
import type { Clusters } from '../../shared/ports/clusters.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import type { WorkLog } from '../../shared/work-log.ts';
import type { TurnsHere } from './turns-here.ts';

/** All that watching a scope needs from outside. */
export interface WatchDeps {
  store: ObjectStore;
  /** Of the scope's cluster. */
  pods: Pods;
  publisher: Publisher;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** A new id, different each time. */
  newId: () => string;
  log: WorkLog;
  /** Of this instance. */
  turnsHere: TurnsHere;
  settings: WatchSettings;
}

/** What a Turn needs, whatever its scope holds. */
export type TurnDeps = Omit<WatchDeps, 'pods' | 'settings'> & { settings: Omit<WatchSettings, 'cluster'> };

/** All that watching cluster operations needs from outside. */
export interface OperationDeps extends TurnDeps {
  operations: ClusterOperations;
}

/** The part of the deployment's configuration that watching reads. */
export interface WatchSettings {
  bucket: string;
  tasksTopic: string;
  watchTopic: string;
  eventsTopic: string;
  /** That of the scope. */
  cluster: string;
  namespaces: readonly string[];
  shards: number;
  turnSeconds: number;
  xcomMaxBytes: number;
  /** Containers of a Pod that are not waited for, and whose end does not count. */
  ignoredContainers: readonly string[];
}

/** All that the watch function needs from outside: what watching a scope needs, for the scopes of any cluster. */
export interface FunctionDeps extends OperationDeps {
  podsOf: Clusters['podsOf'];
  settings: TurnDeps['settings'] & { clusters: readonly string[] };
}

/** How a piece of watching is ended from outside. */
export interface StopSignals {
  /** Stop at once and write nothing more: the lease is lost or the process has no time left. */
  signal: AbortSignal;
  /** Stop soon: write down what has been received, so that the next Turn goes on from there. */
  handover: AbortSignal;
}
