import type { FinalState, OutcomeClass } from '../../../shared/outcome.ts';
import type { ChaosTask, ContainerLog, Fate, Work } from './chaos-task.ts';
import { burstsTold, printedLog, stopCode, stoppedLog } from './log-output.ts';
import { writtenResult } from './xcom-output.ts';

/** How a try ends that nobody disturbs. */
export interface ExpectedEnd {
  state: FinalState;
  reason: string;
  class: OutcomeClass;
  /** Null: there is none. */
  exitCode: number | null;
}

/**
 * expectedEnd tells how a try ends when nobody deletes its Pod, and a cancellation that cannot come too late comes first. docs/outcomes.md
 */
export function expectedEnd({ work, fate }: ChaosTask, tryNumber: number): ExpectedEnd {
  switch (fate?.kind) {
    case 'rejected':
      return { state: 'rejected', reason: fate.reason, class: 'config', exitCode: null };
    case 'cancelled': {
      const own = ownEnd(work, tryNumber);
      return fate.inTime ? cancelledEnd(stops(work) ? stopCode : own.exitCode) : own;
    }
    case 'deadline':
      return endAt(fate.deadline);
    case undefined:
      return ownEnd(work, tryNumber);
  }
}

/** cancelledEnd tells how a try ends that was cancelled. */
export function cancelledEnd(exitCode: number | null): ExpectedEnd {
  return { state: 'cancelled', reason: 'cancelled', class: 'cancelled', exitCode };
}

function stops({ logs }: Work): boolean {
  return logs.some(({ plan }) => plan.stops);
}

function endAt(deadline: Extract<Fate, { kind: 'deadline' }>['deadline']): ExpectedEnd {
  switch (deadline) {
    case 'schedule':
      return { state: 'failed', reason: 'unschedulable', class: 'capacity', exitCode: null };
    case 'start':
      return { state: 'failed', reason: 'start_timeout', class: 'config', exitCode: null };
    case 'execution':
      return { state: 'failed', reason: 'execution_timeout', class: 'user', exitCode: stopCode };
  }
}

/** ownEnd tells how a try ends whose containers come to their end. */
export function ownEnd(work: Work, tryNumber: number): ExpectedEnd {
  const failed = (reason: string, exitCode: number): ExpectedEnd => ({
    state: 'failed',
    reason,
    class: 'user',
    exitCode,
  });
  if (work.initCode) return failed('init_container_failed', work.initCode);
  const exitCode = tryNumber <= work.failures ? work.failCode : work.lastCode;
  if (exitCode !== 0 && work.skipCodes.includes(exitCode)) {
    return { state: 'skipped', reason: 'skipped_by_exit_code', class: 'none', exitCode };
  }
  if (exitCode !== 0) return failed('exit_code', exitCode);
  if (work.extraCode) return failed('extra_container_failed', 0);
  if (work.xcom?.kind === 'invalid') return failed('xcom_invalid', 0);
  return { state: 'success', reason: 'completed', class: 'none', exitCode };
}

/** expectedLogs gives the containers that run in a try and whose logs are kept. */
export function expectedLogs({ work }: ChaosTask): ContainerLog[] {
  return work.initCode ? work.logs.filter(({ role }) => role === 'init') : work.logs;
}

/** expectedLog is what a container prints in a try that nobody ends. */
export function expectedLog({ role, plan }: ContainerLog, tryNumber: number): Buffer {
  return printedLog(plan, role === 'init' ? 0 : tryNumber);
}

/** wholeLog is what a container has printed to its end, whose log is `kept`: that tells whether it was told to end, and when. */
export function wholeLog(log: ContainerLog, tryNumber: number, kept: Buffer): Buffer {
  const bursts = log.plan.stops ? burstsTold(kept) : undefined;
  return bursts === undefined ? expectedLog(log, tryNumber) : stoppedLog(log.plan, tryNumber, bursts);
}

/** expectedResult is the result that has to be stored of a try; undefined: none. */
export function expectedResult(task: ChaosTask, tryNumber: number): Buffer | undefined {
  const { xcom } = task.work;
  const { state } = expectedEnd(task, tryNumber);
  return xcom === undefined || state !== 'success' ? undefined : writtenResult(xcom, tryNumber);
}

/** expectedTries is how many attempts a task takes that nobody disturbs. docs/retries.md */
export function expectedTries(task: ChaosTask): number {
  for (let tryNumber = 1; ; tryNumber++) {
    const left = task.retries.count - (tryNumber - 1);
    if (!isTriedAgain(task, expectedEnd(task, tryNumber), left)) return tryNumber;
  }
}

/** isTriedAgain tells whether such an end is followed by another attempt, when so many retries of the task are left. */
export function isTriedAgain(
  task: ChaosTask,
  end: { state: string; class: string; exitCode: number | null },
  left: number,
): boolean {
  const isNever = task.retries.never.some(code => code === end.exitCode);
  return end.state === 'failed' && end.class !== 'cancelled' && !isNever && left > 0;
}

/** podStays tells whether the finished Pod of a try that nobody disturbs is left where it is. */
export function podStays(task: ChaosTask, tryNumber: number): boolean {
  switch (task.onFinishAction) {
    case 'delete_pod':
      return false;
    case 'delete_succeeded_pod':
      return Boolean(task.work.initCode) || expectedEnd(task, tryNumber).exitCode !== 0;
    case 'delete_active_pod':
    case 'keep_pod':
      return true;
  }
}
