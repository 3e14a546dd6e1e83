import { attemptObjects } from '../../../../shared/object-names.ts';
import type { ContainerOutcome } from '../../../../shared/outcome.ts';
import type { ChaosTask, ContainerLog } from '../../tasks/chaos-task.ts';
import { expectedEnd, expectedLogs, ownEnd, wholeLog } from '../../tasks/expected.ts';
import { stopCode } from '../../tasks/log-output.ts';
import type { Violation } from '../evidence.ts';
import { differenceOf, isPrefix, readLogText } from '../log-text.ts';
import { type Case, type SeenAttempt, wasStopped } from '../read-runs.ts';

/**
 * Each log is what its container has printed, byte for byte, without a gap. That of a Pod that was deleted from outside may be its
 * beginning; then the outcome says so: by another reason than the task's own, or by a gap. So may that of a Pod that the functions have
 * stopped, which goes when its container ends; but where the container is known to have ended by itself, it is whole, or has a gap.
 */
export function logsAreWhole({ attempts }: Case): Violation[] {
  return attempts.flatMap(seen => {
    if (seen.outcome === undefined) return [];
    const { outcome, subject } = seen;
    const kept = new Map(expectedLogs(seen.task).map(log => [log.container, log]));
    // Of a Pod that came after the end of its attempt, nobody keeps anything.
    const missing = [...(outcome.state === 'cancelled' && outcome.pod === null ? [] : kept.keys())]
      .filter(name => outcome.containers.every(container => container.name !== name))
      .map(name => ({ rule: 'log as printed', subject, detail: `the outcome does not tell of ${name}` }));
    const found = outcome.containers.flatMap(container =>
      problemsOf(container, kept.get(container.name), seen).map(([rule, detail]) => ({
        rule,
        subject,
        detail: `${container.name}: ${detail}`,
      })),
    );
    return [...missing, ...found];
  });
}

function problemsOf(
  container: ContainerOutcome,
  expected: ContainerLog | undefined,
  { task, attempt, files, outcome, isDeleted }: SeenAttempt,
): [rule: string, detail: string][] {
  const { name, log, log_bytes, log_gaps } = container;
  if (expected === undefined)
    return log === null ? [] : [['log as printed', 'it has a log, and should not have one']];
  const objects = attemptObjects(attempt);
  const isStopped = outcome !== undefined && wasStopped(outcome);
  const mayBeCut = isDeleted || isStopped;
  if (log !== objects.log(name) && !(mayBeCut && log === null))
    return [['log as printed', `its log is ${log} in the outcome`]];
  const bytes = log === null ? Buffer.alloc(0) : files.get(`logs/${name}.log`);
  if (bytes === undefined) return [['log as printed', 'its log is not there']];
  if (bytes.length !== log_bytes)
    return [['log as printed', `${bytes.length} bytes, ${log_bytes} in the outcome`]];
  const text = readLogText(bytes);
  if (text.bare !== undefined) return [['log as printed', `a line without a time stamp: ${text.bare}`]];
  if (text.gaps !== log_gaps)
    return [['log gaps', `${text.gaps} gaps in the log, ${log_gaps} in the outcome`]];
  if (log_gaps > 0 && !mayBeCut) return [['log gaps', `${log_gaps} gaps, and its Pod was left in peace`]];
  const whole = wholeLog(expected, attempt.tryNumber, text.bytes);
  if (text.bytes.equals(whole)) return [];
  const difference = differenceOf(text.bytes, whole);
  if (!mayBeCut || !isPrefix(text.bytes, whole)) return [['log as printed', difference]];
  if (!isDeleted && log_gaps === 0 && endedByItself(container.exit_code, task, attempt.tryNumber))
    return [['log as printed', `its container has ended by itself: ${difference}`]];
  const isTold = log_gaps > 0 || isStopped || outcome?.reason !== expectedEnd(task, attempt.tryNumber).reason;
  return isTold ? [] : [['log as printed', `the outcome does not tell that it is cut: ${difference}`]];
}

/** Whether a container of a task that is stopped has ended as its script does. */
function endedByItself(exitCode: number | null, { work }: ChaosTask, tryNumber: number): boolean {
  return exitCode === stopCode || exitCode === ownEnd(work, tryNumber).exitCode;
}

/**
 * I4: the pieces of a log, which nobody overwrites, are numbered from 1, and a log that was composed is all of them. One that a Turn wrote
 * at once may have pieces of another Turn beside it: they are its beginning.
 */
export function piecesMakeTheLog({ attempts, evidence }: Case): Violation[] {
  const rule = 'I4 nothing is overwritten';
  return attempts.flatMap(({ subject, attempt, files }) => {
    const pieces = new Map<string, [number: number, bytes: Buffer][]>();
    for (const [name, bytes] of files) {
      const [, container, number] = /^logs\/([^/]+)\/(\d{6,})\.log$/.exec(name) ?? [];
      if (container === undefined) continue;
      pieces.set(container, [...(pieces.get(container) ?? []), [Number(number), bytes]]);
    }
    return [...pieces].flatMap(([container, found]) => {
      const sorted = found.toSorted(([a], [b]) => a - b);
      const numbers = sorted.map(([number]) => number);
      if (numbers.some((number, index) => number !== index + 1))
        return [{ rule, subject, detail: `${container}: the pieces of its log are ${numbers.join(', ')}` }];
      const whole = Buffer.concat(sorted.map(([, bytes]) => bytes));
      const composed = files.get(`logs/${container}.log`);
      if (composed === undefined || composed.equals(whole)) return [];
      const isBeginning = whole.equals(composed.subarray(0, whole.length));
      if (isBeginning && !evidence.composed.has(attemptObjects(attempt).log(container))) return [];
      return [
        {
          rule,
          subject,
          detail: `${container}: its pieces give another log: ${differenceOf(whole, composed)}`,
        },
      ];
    });
  });
}
