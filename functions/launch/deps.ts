import type { Config } from '../../shared/config.ts';
import type { ClusterOperations } from '../../shared/ports/cluster-operations.ts';
import type { Clusters } from '../../shared/ports/clusters.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import type { WorkLog } from '../../shared/work-log.ts';
import type { TaskSources } from './prepare/task-sources.ts';

/** All that launching needs from outside. */
export interface LaunchDeps {
  store: ObjectStore;
  podsOf: Clusters<LaunchPods>['podsOf'];
  /** For tasks that create or delete a cluster. */
  operations: ClusterOperations;
  /** Variables, connections, XComs and Pod templates. */
  sources: TaskSources;
  publisher: Publisher;
  clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  log: WorkLog;
  settings: LaunchSettings;
}

/** What launching does with the Pods of a cluster. */
type LaunchPods = Pick<Pods, 'create' | 'read' | 'remove' | 'heardOf'>;

/** Launching, when it is known on which cluster. */
export interface StartDeps extends LaunchDeps {
  pods: LaunchPods;
}

/** The part of the deployment's configuration that launching reads. */
type LaunchSettings = Pick<
  Config,
  | 'bucket'
  | 'watchTopic'
  | 'eventsTopic'
  | 'cluster'
  | 'clusters'
  | 'access'
  | 'accessByCluster'
  | 'clusterOperations'
  | 'defaultNamespace'
  | 'policy'
  | 'shards'
  | 'xcomSidecarImage'
  | 'xcomMaxBytes'
  | 'activeDeadlineSeconds'
  | 'infrastructureRetries'
>;
