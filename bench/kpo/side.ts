import type { BenchTask } from './tasks.ts';

/** One task as it went; milliseconds since the epoch. */
export interface Ran {
  id: string;
  goMs: number;
  createdMs: number;
  /** The container's own first and last moment. */
  containerBeganMs: number;
  containerEndedMs: number;
  /** When the result was read. */
  readMs: number;
  /** When the task was over for whoever waits for it. */
  resultMs: number;
}

/** Tasks that were started at once. */
export interface Batch {
  ran: Ran[];
  /** CPU time of all processes of this side, until nothing is left to do for these tasks. */
  cpuMs: number;
  /** The most memory of all processes of this side together. */
  peakMiB: number;
  /** Calls of exec, which an audit log does not tell whose they are. */
  execs: number;
}

/** The log of a task, as a side has it. */
export interface ReceivedLog {
  missing: number;
  repeated: number;
  /** When 95 percent of the lines were there, and when the last one was; milliseconds since the epoch. */
  markMs: number;
  lastMs: number;
}

/** Of the two that are compared, one. */
export interface Side {
  readonly name: 'kpo' | 'taskpod';
  /** Runs tasks at once. Throws when one fails. */
  run(tasks: readonly BenchTask[]): Promise<Batch>;
  /** Runs one task by processes that are started for it. */
  runAnew(task: BenchTask): Promise<{ wholeMs: number; cpuMs: number }>;
  /** The log of a writing task that has run. */
  log(task: BenchTask, lines: number): Promise<ReceivedLog>;
}

/** The share of the lines at which the speed is taken. */
export const markShare = 0.95;
