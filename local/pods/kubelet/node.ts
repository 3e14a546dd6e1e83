import type { Clock } from '../../../shared/time.ts';
import type { ProcessRunner } from '../process/process.ts';
import type { ConfigSources } from './config-sources.ts';
import type { PodEvents } from './pod-events.ts';
import type { NodeSize } from './resource-ref.ts';

/** What every Pod of the node shares. */
export interface Node {
  name: string;
  size: NodeSize;
  clock: Clock;
  /** Nanoseconds since the epoch, for the lines of logs. */
  nowNs: () => bigint;
  runner: ProcessRunner;
  sources: ConfigSources;
  events: PodEvents;
}
