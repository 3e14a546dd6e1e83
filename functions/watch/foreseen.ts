import type { Claim, ClusterClaim } from '../../shared/claim.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import type { Attempt } from '../../shared/run.ts';
import type { PlainHealing } from './heal-decision.ts';

/** What would be done now, in words that scripts may rely on. */
export type ForeseenAction =
  /** A Turn of the scope is woken. */
  | 'wake_turn'
  /** The Turn follows the attempt's Pod. */
  | 'watch_pod'
  /** The Turn follows the attempt's operation on a cluster. */
  | 'watch_operation'
  /** The end is announced again, the Pod deleted by policy, the marker removed. */
  | 'finish'
  /** The Pod is gone: the attempt ends as `pod_lost`. */
  | 'end_as_lost'
  /** The task goes through launch again, which continues its claim. */
  | 'publish_task'
  | 'start_retry'
  | 'remove_marker'
  | 'adopt_pod'
  | 'delete_pod'
  | 'nothing'
  /** It depends on a Pod that was not looked at, or on what could not be read. */
  | 'unknown';

/** One thing that would be done, and why. */
export interface Foreseen {
  action: ForeseenAction;
  /** A sentence without a capital and a stop. */
  why: string;
  scope: string;
  /** Absent for what is about a scope as a whole. */
  attempt?: Attempt;
  /** `namespace/name`. */
  pod?: string;
  /** Milliseconds since the epoch: not before. */
  atMs?: number;
}

/** What would be done about one marker. */
export type Told = Pick<Foreseen, 'action' | 'why' | 'atMs' | 'pod'>;

/** A marker that is looked at. */
export interface OpenMarker {
  scope: string;
  attempt: Attempt;
  marker: ObjectInfo;
}

/** toldPlainly puts into words what is done alike about the marker of a Pod and of an operation. */
export function toldPlainly(healing: PlainHealing, nowMs: number): Told {
  switch (healing.kind) {
    case 'nothing': {
      const { why, untilMs } = healing;
      return { action: 'nothing', why, ...(untilMs === undefined ? {} : { atMs: untilMs }) };
    }
    case 'wait for retry':
      return {
        action: 'start_retry',
        why: 'the retry waits for its time',
        atMs: Date.parse(healing.retry.at),
      };
    case 'start retry':
      return { action: 'start_retry', why: healing.why, atMs: nowMs };
    case 'launch again':
      return { action: 'publish_task', why: 'its launch was never finished' };
    case 'remove marker':
      return { action: 'remove_marker', why: healing.why };
  }
}

/** toldEnd puts into words what is done about an attempt that has its outcome. */
export function toldEnd({ state }: Outcome, claim: Claim | ClusterClaim | undefined): Told {
  if (!claim) return { action: 'remove_marker', why: `it has ended: ${state}` };
  return { action: 'finish', why: `it has ended (${state}), and what follows was not done to its end` };
}
