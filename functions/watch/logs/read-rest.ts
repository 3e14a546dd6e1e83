import { errorMessage, TaskpodError } from '../../../shared/errors.ts';
import {
  endsForReal,
  type LogReading,
  readOnce,
  reopenPauseMs,
  streamProblem,
  unfinishedError,
} from './log-copy.ts';
import { logTiming } from './log-timing.ts';

/**
 * readRest reads a log to its end after the container has ended. Tries again after each failure until there has been no
 * progress for `logTiming.endDeadlineMs`; then the rest is given up and marked as a gap.
 */
export async function readRest(reading: LogReading): Promise<void> {
  const { writer, clock, signal } = reading;
  let progressAtMs = clock.monotonicMs();
  let endMeansMissed = false;
  for (let tries = 1; ; tries++) {
    const before = writer.rewind();
    const startedAt = writer.cursor().bytes;
    let problem: TaskpodError;
    try {
      const state = await readOnce(reading, { signal, endMeansMissed });
      if (state === 'seeking') {
        // Either rotated away with nothing written since, or cut: the next read decides.
        endMeansMissed = true;
        problem = new TaskpodError('kubernetes_unavailable', 'the last line read is not in the log', {
          retryable: true,
        });
      } else if (endsForReal(writer, before)) {
        return;
      } else {
        problem = unfinishedError(errorMessage(writer.unfinished().toString()));
      }
    } catch (error) {
      problem = streamProblem(reading, error);
    }
    if (writer.cursor().bytes > startedAt) {
      progressAtMs = clock.monotonicMs();
      tries = 1;
    }
    if (isHopeless(reading, problem, clock.monotonicMs() - progressAtMs)) {
      giveUp(reading, problem);
      return;
    }
    await clock.sleep(reopenPauseMs(reading, tries, problem), signal);
  }
}

function isHopeless({ end }: LogReading, problem: TaskpodError, withoutProgressMs: number): boolean {
  if (problem.code === 'not_found') {
    return end.news?.how === 'gone' || withoutProgressMs >= logTiming.notFoundMs;
  }
  return (
    !problem.retryable || problem.code === 'log_not_ready' || withoutProgressMs >= logTiming.endDeadlineMs
  );
}

function giveUp({ writer }: LogReading, problem: TaskpodError): void {
  writer.rewind();
  // The container has ended without having started: it has no log that could be lost.
  if (problem.code === 'log_not_ready' && writer.cursor().bytes === 0) return;
  writer.mark(`the log could not be read to its end: ${errorMessage(problem)}`);
}
