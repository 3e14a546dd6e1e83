import type { Config } from '../../shared/config.ts';
import type { Pods } from '../../shared/ports/pods.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import type { WorkLog } from '../../shared/work-log.ts';

/** All that launching needs from outside. */
export interface LaunchDeps {
  store: ObjectStore;
  pods: Pick<Pods, 'create' | 'read' | 'remove'>;
  publisher: Publisher;
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  log: WorkLog;
  settings: LaunchSettings;
}

/** The part of the deployment's configuration that launching reads. */
type LaunchSettings = Pick<
  Config,
  | 'bucket'
  | 'watchTopic'
  | 'eventsTopic'
  | 'cluster'
  | 'defaultNamespace'
  | 'namespaces'
  | 'shards'
  | 'xcomSidecarImage'
  | 'xcomMaxBytes'
  | 'activeDeadlineSeconds'
>;
