import type { AuditedCall } from '../../cluster/support/audit.ts';

/** An event as a subscriber has got it. */
export interface SeenEvent {
  data: string;
  attributes: Record<string, string>;
}

/** All that a verdict is made from. */
export interface Evidence {
  /** What the API server was asked about the namespace. */
  calls: AuditedCall[];
  /** The whole bucket, by object name. */
  objects: Map<string, Buffer>;
  /** Names of the objects that were composed of others. */
  composed: Set<string>;
  /** All that were announced, repetitions included, in any order. */
  events: SeenEvent[];
  /** Names of the Pods that are still there. */
  pods: string[];
  /** Names of the Pods that somebody else than the functions has deleted. */
  deletedFromOutside: string[];
  /** Those of them that no node had been told to run when they were deleted, once for each such deletion. */
  deletedUnbound: string[];
  /** Ids of the messages that were published and name no run. */
  strays: string[];
}

/** Something that is not as it has to be. */
export interface Violation {
  /** Name of the rule: an invariant, or what was promised besides. */
  rule: string;
  /** What it is about: a run, an attempt (`DAG/RUN/TASK try N`), an object, a Pod, an event. */
  subject: string;
  /** One sentence for a person. */
  detail: string;
}
