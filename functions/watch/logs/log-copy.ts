import { TaskpodError } from '../../../shared/errors.ts';
import { lineTimestamp, sinceTimeOf } from '../../../shared/log-cursor.ts';
import { createResumeFilter, type ResumeState } from '../../../shared/log-resume.ts';
import type { LogRequest } from '../../../shared/ports/pods.ts';
import { retryDelayMs } from '../../../shared/retry.ts';
import { abortedError, type Clock } from '../../../shared/time.ts';
import type { EndNews } from './end-news.ts';
import { logTiming, reopenRetry } from './log-timing.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** One container's log on its way from the cluster into the writer. */
export interface LogReading {
  open: (
    request: Pick<LogRequest, 'follow' | 'sinceTime'>,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<Uint8Array>>;
  writer: SegmentWriter;
  end: EndNews;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Ends all reading. */
  signal: AbortSignal;
}

/** For how long a reader has been waiting for bytes; the time that our own side takes does not count. */
export class Waiting {
  readonly #clock: Clock;
  #sinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#sinceMs = this.#clock.monotonicMs();
  }

  stop(): void {
    this.#sinceMs = undefined;
  }

  get ms(): number {
    return this.#sinceMs === undefined ? 0 : this.#clock.monotonicMs() - this.#sinceMs;
  }
}

/** How one request is copied. */
export interface CopyOptions {
  follow: boolean;
  waiting: Waiting;
  signal: AbortSignal;
  /** Awaited before each chunk is looked at. */
  gate?: () => Promise<void>;
  /** Asked once, before the first new byte is taken; `false` ends the copy with nothing taken. Default: yes. */
  isWanted?: (state: ResumeState) => boolean;
  /** Asked for what follows when the cursor's line is not in the log any more; undefined: a gap. Default: a gap. */
  goOn?: (next: Buffer) => Buffer | undefined;
  /** Whether an end before any line but older ones means that the cursor's line is gone; else it proves nothing. Default false. */
  endMeansMissed?: boolean;
}

const rotatedAway = 'lines may be missing here: the log was rotated before it was read';

/**
 * copyLog opens the log at the writer's cursor and appends what is new, a marker first when lines are missing. Returns
 * at the stream's clean end; throws what the stream or the writer throws.
 */
export async function copyLog(reading: LogReading, options: CopyOptions): Promise<ResumeState | 'unwanted'> {
  const { writer } = reading;
  const { follow, waiting, signal } = options;
  const cursor = writer.cursor();
  const filter = createResumeFilter(cursor);
  let isTaking = false;
  const goOn = async (fresh: Uint8Array): Promise<true> => {
    const next = options.goOn?.(Buffer.from(fresh));
    if (next === undefined) writer.mark(rotatedAway);
    await writer.append(next ?? fresh);
    return true;
  };
  const take = async (fresh: Uint8Array): Promise<boolean> => {
    if (fresh.length === 0 && filter.state !== 'missed') return true;
    if (!isTaking) {
      if (options.isWanted?.(filter.state) === false) return false;
      isTaking = true;
      if (filter.state === 'missed') return await goOn(fresh);
    }
    await writer.append(fresh);
    return true;
  };
  const sinceTime = sinceTimeOf(cursor);
  waiting.start();
  const stream = await reading.open({ follow, ...(sinceTime === undefined ? {} : { sinceTime }) }, signal);
  for await (const chunk of stream) {
    waiting.stop();
    await options.gate?.();
    if (signal.aborted) throw abortedError(signal);
    if (!(await take(filter.push(chunk)))) return 'unwanted';
    waiting.start();
  }
  waiting.stop();
  if (!(await take(filter.end()))) return 'unwanted';
  const isMissed = options.endMeansMissed || (!follow && filter.isHolding);
  if (filter.state === 'seeking' && isMissed && !(await take(filter.giveUp()))) return 'unwanted';
  return filter.state;
}

/**
 * readOnce copies the log once without following it; a read on which nothing comes for `logTiming.stallMs` fails with
 * `kubernetes_unavailable`.
 */
export async function readOnce(
  reading: LogReading,
  options: Pick<CopyOptions, 'isWanted' | 'goOn' | 'endMeansMissed' | 'signal'>,
): Promise<ResumeState | 'unwanted'> {
  const waiting = new Waiting(reading.clock);
  const stalled = new AbortController();
  const done = new AbortController();
  const guard = async (): Promise<void> => {
    const signal = AbortSignal.any([options.signal, done.signal]);
    while (waiting.ms < logTiming.stallMs) await reading.clock.sleep(logTiming.stallMs - waiting.ms, signal);
    stalled.abort(silentError(logTiming.stallMs));
  };
  const guarding = guard().catch(() => undefined);
  try {
    const signal = AbortSignal.any([options.signal, stalled.signal]);
    return await copyLog(reading, { ...options, follow: false, waiting, signal });
  } finally {
    done.abort();
    await guarding;
  }
}

/** silentError says that a stream was given up. */
export function silentError(ms: number): TaskpodError {
  return new TaskpodError('kubernetes_unavailable', `nothing came from the log for ${ms / 1_000} s`, {
    retryable: true,
  });
}

/**
 * endsForReal tells whether what the writer holds may be the log's end: whole lines; or an unfinished line that came
 * the same twice (`before`: at the read before), because a cut looks like one. An unfinished line without a timestamp is
 * no line of the container but a message of the kubelet.
 */
export function endsForReal(writer: SegmentWriter, before: Buffer): boolean {
  const unfinished = writer.unfinished();
  if (unfinished.length === 0) return true;
  const isLine = writer.cursor().midLine || lineTimestamp(unfinished) !== undefined;
  return isLine && unfinished.equals(before);
}

/** unfinishedError says that a log ended in what may be half a line, or in a message of the kubelet. */
export function unfinishedError(text = ''): TaskpodError {
  const message = `the log ended within a line${text === '' ? '' : `: ${text}`}`;
  return new TaskpodError('kubernetes_unavailable', message, { retryable: true });
}

/** streamProblem is the reason why a stream failed; rethrows when all reading ends, and what is a bug. */
export function streamProblem(reading: LogReading, error: unknown): TaskpodError {
  if (reading.signal.aborted) throw abortedError(reading.signal);
  if (error instanceof TaskpodError) return error;
  throw error;
}

/** reopenPauseMs is the pause before the next try. */
export function reopenPauseMs(reading: LogReading, tries: number, problem: TaskpodError | undefined): number {
  if (problem?.code === 'kubernetes_refused') return logTiming.refusedMs;
  return retryDelayMs(tries + 1, reopenRetry, reading.random, problem?.retryAfterSeconds);
}
