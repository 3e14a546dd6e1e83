import type { OnFinishAction } from '../../../shared/attempt-record.ts';
import type { LogPlan } from './log-output.ts';
import type { XcomPlan } from './xcom-output.ts';

/** A task of a chaos run, and what it does. All of it is plain data, and a function of the run's seed. */
export interface ChaosTask {
  dagId: string;
  runId: string;
  taskId: string;
  /** The task to publish, as JSON. What its Pod prints and leaves is a function of the seed, of taskId and of the try's number. */
  message: object;
  /** `fake`: on a node that runs no containers (label type=fake): no logs, success 3 to 9 s after its start. `none`: it gets no node. */
  node: 'fake' | 'real' | 'none';
  /** What kind of task it is, for the report. */
  kind: string;
  onFinishAction: OnFinishAction;
  retries: {
    /** Retries of the task. */
    count: number;
    /** Exit codes that are never tried again. */
    never: number[];
  };
  work: Work;
  /** What ends it before its work does; absent: nothing. */
  fate?: Fate | undefined;
}

/** What ends a run otherwise than its own work. */
export type Fate =
  /** The message is not a valid task: its one attempt has no Pod. */
  | { kind: 'rejected'; reason: 'invalid_task' | 'template_failed' | 'policy_refused' }
  /** It is cancelled some time after it was published. */
  | {
      kind: 'cancelled';
      afterMs: number;
      /** Whether it goes on for so long, by one try or by many, that the message cannot come too late. */
      inTime: boolean;
    }
  /** This deadline passes in each of its tries: it never gets a node, never starts, or runs for ten minutes. */
  | { kind: 'deadline'; deadline: 'schedule' | 'start' | 'execution' };

/** A message of the tasks topic that names no run; `data` is published as it is. */
export interface Stray {
  /** What is wrong with it, for the report. */
  kind: string;
  data: Buffer;
}

/** What the containers of a task do in each try. */
export interface Work {
  /** Of every container whose log is kept, in the Pod's order. */
  logs: ContainerLog[];
  /** Undefined: no result is wanted. */
  xcom: XcomPlan | undefined;
  /** So many tries fail, with this exit code; the later ones exit with `lastCode`. */
  failures: number;
  failCode: number;
  lastCode: number;
  /** Exit codes that mean "skipped". */
  skipCodes: number[];
  /** Exit code of the init container, in every try; absent: 0, or there is none. */
  initCode?: number;
  /** Exit code of the second main container, in every try; absent: 0, or there is none. */
  extraCode?: number;
}

/** What one container prints. */
export interface ContainerLog {
  container: string;
  /** An init container prints the same in every try, as try 0. */
  role: 'init' | 'base' | 'extra';
  plan: LogPlan;
}
