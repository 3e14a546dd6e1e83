import type { ChaosTask, Work } from '../tasks/chaos-task.ts';
import type { LogPlan } from '../tasks/log-output.ts';

const log: LogPlan = {
  seed: 5,
  bursts: 1,
  linesPerBurst: 3,
  pauseSeconds: 0,
  longLines: false,
  unfinished: true,
  stream: 'stdout',
};
const endless: LogPlan = { ...log, bursts: 600, linesPerBurst: 1, pauseSeconds: 1, stops: true };
const work: Work = {
  logs: [{ container: 'base', role: 'base', plan: log }],
  xcom: undefined,
  failures: 0,
  failCode: 0,
  lastCode: 0,
  skipCodes: [],
};

/** A small task; `more` wins. */
function sampleTask(taskId: string, more: Partial<ChaosTask> = {}): ChaosTask {
  return {
    dagId: 'chaos',
    runId: 'r',
    taskId,
    message: { dag_id: 'chaos', run_id: 'r', task_id: taskId },
    node: 'real',
    kind: 'sample',
    onFinishAction: 'delete_pod',
    retries: { count: 0, never: [] },
    work,
    ...more,
  };
}

const xcom = { seed: 6, kind: 'value', letters: 20 } as const;

/** Ids of messages that name no run. */
export const sampleStrays: readonly string[] = ['901', '902'];

/** One task of each sort that the rules tell apart. */
export const sampleTasks: readonly ChaosTask[] = [
  sampleTask('done', { work: { ...work, xcom } }),
  sampleTask('retried', {
    retries: { count: 2, never: [] },
    work: { ...work, failures: 1, failCode: 3, xcom },
  }),
  sampleTask('kept', { onFinishAction: 'keep_pod', work: { ...work, lastCode: 4 } }),
  sampleTask('never', { retries: { count: 2, never: [4] }, work: { ...work, lastCode: 4 } }),
  sampleTask('skipped', { work: { ...work, lastCode: 9, skipCodes: [9] } }),
  sampleTask('init', {
    work: { ...work, logs: [{ container: 'prepare', role: 'init', plan: log }, ...work.logs], initCode: 7 },
  }),
  sampleTask('rejected', {
    node: 'none',
    work: { ...work, logs: [] },
    fate: { kind: 'rejected', reason: 'invalid_task' },
  }),
  sampleTask('cancelled', {
    work: { ...work, logs: [{ container: 'base', role: 'base', plan: endless }] },
    retries: { count: 2, never: [] },
    fate: { kind: 'cancelled', afterMs: 1_000, inTime: true },
  }),
  sampleTask('perhaps', {
    node: 'fake',
    work: { ...work, logs: [] },
    fate: { kind: 'cancelled', afterMs: 1_000, inTime: false },
  }),
  sampleTask('no-node', {
    node: 'none',
    work: { ...work, logs: [] },
    retries: { count: 1, never: [] },
    fate: { kind: 'deadline', deadline: 'schedule' },
  }),
  sampleTask('no-start', {
    work: { ...work, logs: [] },
    fate: { kind: 'deadline', deadline: 'start' },
  }),
  sampleTask('too-long', {
    work: { ...work, logs: [{ container: 'base', role: 'base', plan: endless }] },
    fate: { kind: 'deadline', deadline: 'execution' },
  }),
  sampleTask('fake', { node: 'fake', work: { ...work, logs: [] } }),
];

/** sampleOf gives the sample task of that name. */
export function sampleOf(taskId: string): ChaosTask {
  const found = sampleTasks.find(task => task.taskId === taskId);
  if (found === undefined) throw new Error(`there is no ${taskId}`);
  return found;
}
