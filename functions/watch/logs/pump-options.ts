import type { Pods } from '../../../shared/ports/pods.ts';
import type { ObjectInfo, ObjectStore } from '../../../shared/ports/store.ts';
import type { Attempt } from '../../../shared/run.ts';
import type { Clock } from '../../../shared/time.ts';

/**
 * How a container's end became known: its status says `terminated`, or the Pod itself is gone. `untold`: nobody has told it, but
 * nothing more is waited for, because a deadline has passed or the node does not answer.
 */
export type ContainerEnd = 'terminated' | 'untold' | 'gone';

/** Which log to pump, and with what. */
export interface PumpLogOptions {
  attempt: Attempt;
  namespace: string;
  pod: string;
  container: string;
  /** What a listing of `attemptObjects(attempt).logs` has found; objects of other containers are ignored. */
  stored: readonly ObjectInfo[];
  pods: Pick<Pods, 'openLog'>;
  store: ObjectStore;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Resolves (never rejects) as soon as the container's end is known; may be resolved from the start. */
  ended: Promise<ContainerEnd>;
  /** Ends everything at once; what was not yet written is read again by the next Turn. */
  signal: AbortSignal;
  /** Fires when the Turn hands over: received lines are written first (within `signal`), then `aborted` is thrown. */
  handover?: AbortSignal | undefined;
  /** Largest segment; two of this size may be in memory. Default 4 MiB. */
  segmentBytes?: number | undefined;
}

/** A container's whole log in the bucket. */
export interface PumpedLog {
  /** Object name of the composed log. */
  log: string;
  bytes: number;
  /** Places where lines are missing, each marked by a `[taskpod]` line in the log. */
  gaps: number;
}
