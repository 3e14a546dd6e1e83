import type { Violation } from '../verdict/evidence.ts';
import type { Summary } from '../verdict/summarize.ts';
import type { Count } from './tally.ts';

/** Deliveries of a function's messages by Pub/Sub; repetitions by the chaos are left out. */
export interface Deliveries {
  messages: number;
  deliveries: number;
  /** Of the message that came most often. */
  most: number;
}

/** What a run has come to, as `--report` writes it. */
export interface ChaosReport {
  version: 1;
  /** By which it is repeated. */
  command: string;
  seed: number;
  /** `none`: those that no node ever gets, among them messages that name no run. */
  tasks: { real: number; fake: number; none: number };
  /** How long faults have happened. */
  seconds: number;
  /** Whether servers of the cluster were killed. */
  restarts: boolean;
  /** Whether the API server's audit log was read: only it tells how many Pods were made, and when they were deleted. */
  audited: boolean;
  began_at: string;
  /** From the first task to the end of the last work. */
  duration_seconds: number;
  /** From the end of the faults to the end of the last work. */
  settled_seconds: number;
  /** What was done, how often it was planned, and how often it has happened. */
  faults: Count[];
  /** Processes that were started. */
  processes: Record<'launch' | 'watch', number>;
  deliveries: Record<'launch' | 'watch', Deliveries>;
  /** Messages that Pub/Sub has given up. */
  dead_letters: number;
  found: Summary;
  violations: Violation[];
}
