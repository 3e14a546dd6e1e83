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
import { goOnInNextFile } from './next-file.ts';
import type { ContainerEnd } from './pump-options.ts';

/** How the followed stream came to its end, before the rest is read. */
export interface StreamEnd {
  /** As the kubelet ends it: what it brought is whole up to there, as far as its file goes. */
  afterProperEnd: boolean;
  /** All of it, as far as one can tell without another read. */
  isPlausible: boolean;
}

/**
 * readRest reads a log to its end after the container has ended. Tries again after each failure until there is no more
 * hope (see Patience); then the rest is given up and marked as a gap, unless the end was plausible and the log is gone.
 */
export async function readRest(
  reading: LogReading,
  { afterProperEnd, isPlausible }: StreamEnd,
): Promise<void> {
  const { writer, clock, signal, end } = reading;
  const { bytes: properBytes, timestamp } = writer.cursor();
  const properEnd = { timestamp, half: writer.unfinished() };
  const patience = new Patience(clock.monotonicMs());
  let endMeansMissed = false;
  let before: Buffer = Buffer.alloc(0);
  for (let tries = 1; ; tries++) {
    const dropped = writer.rewind();
    if (dropped.length > 0) before = dropped;
    const startedAt = writer.cursor().bytes;
    let problem: TaskpodError;
    try {
      const isAtProperEnd = afterProperEnd && startedAt === properBytes;
      const goOn = (next: Buffer) => (isAtProperEnd ? goOnInNextFile(properEnd, next) : undefined);
      const state = await readOnce(reading, { signal, goOn, endMeansMissed });
      if (state !== 'seeking' && endsForReal(writer, before)) return;
      // Seeking: rotated away with nothing written since, or cut; the next read decides.
      endMeansMissed = state === 'seeking';
      problem =
        state === 'seeking' ? unseenError() : unfinishedError(errorMessage(String(writer.unfinished())));
    } catch (error) {
      problem = streamProblem(reading, error);
    }
    if (writer.cursor().bytes > startedAt) {
      patience.renew(clock.monotonicMs());
      tries = 1;
    }
    if (patience.isOver(problem, end.news?.how, clock.monotonicMs())) {
      if (!isPlausible || problem.code !== 'not_found') giveUp(reading, problem);
      return;
    }
    await clock.sleep(reopenPauseMs(reading, tries, problem), signal);
  }
}

/** How long the rest of a log is worth waiting for. */
class Patience {
  #progressAtMs: number;
  #missingSinceMs: number | undefined;

  constructor(nowMs: number) {
    this.#progressAtMs = nowMs;
  }

  renew(nowMs: number): void {
    this.#progressAtMs = nowMs;
    this.#missingSinceMs = undefined;
  }

  /** Over at once when trying again changes nothing: a refusal, or a log that is missing because the Pod is gone. */
  isOver(problem: TaskpodError, how: ContainerEnd | undefined, nowMs: number): boolean {
    if (problem.code !== 'not_found' && problem.code !== 'log_not_ready') {
      this.#missingSinceMs = undefined;
      const patienceMs = how === 'untold' ? logTiming.untoldMs : logTiming.endDeadlineMs;
      return !problem.retryable || nowMs - this.#progressAtMs >= patienceMs;
    }
    this.#missingSinceMs ??= nowMs;
    return how === 'gone' || nowMs - this.#missingSinceMs >= logTiming.notFoundMs;
  }
}

function giveUp({ writer }: LogReading, problem: TaskpodError): void {
  writer.rewind();
  // The container has ended without having started: it has no log that could be lost.
  if (problem.code === 'log_not_ready' && writer.cursor().bytes === 0) return;
  writer.mark(`the log could not be read to its end: ${errorMessage(problem)}`);
}

function unseenError(): TaskpodError {
  return new TaskpodError('kubernetes_unavailable', 'the last line read is not in the log', {
    retryable: true,
  });
}
