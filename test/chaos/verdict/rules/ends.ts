import type { Outcome } from '../../../../shared/outcome.ts';
import { cancelledEnd, expectedEnd, isTriedAgain, ownEnd } from '../../tasks/expected.ts';
import type { Violation } from '../evidence.ts';
import { type Case, type SeenAttempt, type SeenRun, wasStopped } from '../read-runs.ts';

/** How a container ends whose Pod is deleted and that has no word in it: unseen, by SIGKILL, by SIGTERM. */
const deletedExitCodes = [null, 137, 143];

/** I5: every published run has ended: its attempts are 1 to n, each has its outcome, and after the last nothing is due. */
export function everyRunEnds({ runs }: Case): Violation[] {
  const rule = 'I5 every run ends';
  return runs.flatMap(({ subject, attempts }) => {
    const last = attempts.at(-1);
    if (last === undefined) return [{ rule, subject, detail: 'there is nothing of it' }];
    const numbers = attempts.map(({ attempt }) => attempt.tryNumber);
    if (numbers.some((number, index) => number !== index + 1))
      return [{ rule, subject, detail: `it has the attempts ${numbers.join(', ')}` }];
    const open = attempts.filter(({ files }) => !files.has('outcome.json'));
    if (open.length > 0)
      return open.map(seen => ({ rule, subject: seen.subject, detail: 'it has no outcome' }));
    const due = last.outcome?.retry;
    if (due)
      return [{ rule, subject, detail: `attempt ${due.try_number} is due at ${due.at}, and is not there` }];
    return [];
  });
}

/**
 * Every attempt has ended as its task makes it end. What is not exact:
 *
 * - A run that is cancelled: each attempt is `cancelled`, or has its own end, which was there first.
 * - A Pod that is stopped, by a cancellation or at a deadline: it may be gone before its container's end was seen, or not end by itself
 *   within its grace period.
 * - A schedule deadline: a scheduler that is behind has not said why there is no node; then it is `schedule_timeout`.
 * - A Pod that was deleted from outside: `pod_deleted` (its deletion was seen), `pod_lost` (only its absence was), or, where the container
 *   had exited 0 and its result was still on its way, `xcom_lost`.
 */
export function endsAreExpected({ attempts }: Case): Violation[] {
  return attempts.flatMap(seen => {
    const { outcome, subject } = seen;
    if (outcome === undefined || isAllowedEnd(seen, outcome)) return [];
    const expected = expectedEnd(seen.task, seen.attempt.tryNumber);
    const detail = `it is ${endText({ ...outcome, exitCode: outcome.exit_code })}, expected ${endText(expected)}${seen.isDeleted ? ', or what a deletion makes of it' : ''}`;
    return [{ rule: 'end as expected', subject, detail }];
  });
}

function isAllowedEnd({ task, attempt, isDeleted }: SeenAttempt, outcome: Outcome): boolean {
  const { fate, work } = task;
  const expected = expectedEnd(task, attempt.tryNumber);
  const is = (state: string, reason: string, ofClass: string): boolean =>
    outcome.state === state && outcome.reason === reason && outcome.class === ofClass;
  if (wasStopped(outcome)) {
    const own = ownEnd(work, attempt.tryNumber).exitCode;
    const exitCodes = outcome.pod === null ? [null] : [...deletedExitCodes, expected.exitCode, own];
    const { state, reason, class: ofClass } = fate?.kind === 'cancelled' ? cancelledEnd(null) : expected;
    return is(state, reason, ofClass) && exitCodes.includes(outcome.exit_code);
  }
  const unexplained = { ...expected, reason: 'schedule_timeout' };
  const ends = [
    fate?.kind === 'cancelled' ? ownEnd(work, attempt.tryNumber) : expected,
    ...(fate?.kind === 'deadline' && fate.deadline === 'schedule' ? [unexplained] : []),
  ];
  if (ends.some(end => is(end.state, end.reason, end.class) && outcome.exit_code === end.exitCode))
    return true;
  if (!isDeleted) return false;
  if (is('failed', 'pod_lost', 'lost')) return outcome.exit_code === null;
  if (is('failed', 'pod_deleted', 'cancelled'))
    return [...deletedExitCodes, expected.exitCode].includes(outcome.exit_code);
  return (
    is('failed', 'xcom_lost', 'lost') && outcome.exit_code === 0 && isResultOnItsWay(task, expected.exitCode)
  );
}

/** Only the sidecar brings a result after the container's end. */
function isResultOnItsWay({ work, message }: SeenAttempt['task'], exitCode: number | null): boolean {
  return work.xcom !== undefined && exitCode === 0 && !work.extraCode && !('xcom_transport' in message);
}

/** A cancellation that cannot come too late ends its run: the last attempt is cancelled, or its Pod was deleted from outside before. */
export function cancellationsAreKept({ runs }: Case): Violation[] {
  const rule = 'cancelled in time';
  return runs.flatMap(({ task, subject, attempts }) => {
    const last = attempts.at(-1);
    if (task.fate?.kind !== 'cancelled' || !task.fate.inTime || last?.outcome === undefined) return [];
    const { state, reason } = last.outcome;
    const wasDeletedBefore = last.isDeleted && ['pod_deleted', 'pod_lost'].includes(reason);
    return state === 'cancelled' || wasDeletedBefore
      ? []
      : [{ rule, subject, detail: `its last attempt is ${state} (${reason})` }];
  });
}

/**
 * A failure is tried again as long as the task has retries left, and each attempt after the first was promised by the one before: so a
 * run takes as many attempts as its task needs.
 * What was deleted from outside and seen so (class `cancelled`) is never tried again; a lost Pod uses a retry of the task. The
 * infrastructure's own retries are for what no chaos does here, so that none may be used.
 */
export function retriesAreExpected({ runs }: Case): Violation[] {
  return runs.flatMap(({ task, attempts }) => {
    let left = task.retries.count;
    return attempts.flatMap(({ outcome, subject, attempt }, index) => {
      if (outcome === undefined) return [];
      const again = isTriedAgain(task, { ...outcome, exitCode: outcome.exit_code }, left--);
      const expected = again ? `${attempt.tryNumber + 1} user` : 'none';
      const planned = outcome.retry ? `${outcome.retry.try_number} ${outcome.retry.budget}` : 'none';
      const rule = 'retries as expected';
      if (planned !== expected)
        return [{ rule, subject, detail: `the next attempt planned is ${planned}, expected ${expected}` }];
      if (!again && index < attempts.length - 1)
        return [{ rule, subject, detail: 'it is the last, and another attempt follows' }];
      return [];
    });
  });
}

/** No attempt's container begins before the one before has ended; both times are the cluster's, cut to the second. */
export function oneAttemptAtATime({ runs }: Case): Violation[] {
  const rule = 'one attempt at a time';
  return runs.flatMap(({ attempts }: SeenRun) =>
    attempts.slice(1).flatMap(({ subject, outcome }, index) => {
      const endedAt = baseOf(attempts[index]?.outcome)?.ended_at;
      const startedAt = baseOf(outcome)?.started_at;
      if (!endedAt || !startedAt || Date.parse(startedAt) >= Date.parse(endedAt)) return [];
      return [{ rule, subject, detail: `it began at ${startedAt}, the one before ended at ${endedAt}` }];
    }),
  );
}

function baseOf(outcome: Outcome | undefined) {
  return outcome?.containers.find(({ name }) => name === 'base');
}

function endText(end: { state: string; reason: string; class: string; exitCode: number | null }): string {
  return `${end.state} (${end.reason}, ${end.class}, exit code ${end.exitCode})`;
}
