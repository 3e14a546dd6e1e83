import type { RetryPolicy } from '../../../shared/retry.ts';

/** The waits of the log pump, in milliseconds; docs/adr/0003-the-real-end-of-a-log.md gives the reasons. */
export const logTiming = {
  /** A stream's clean end is plausible when it lies so near to the news of the container's end, before or after. */
  cleanEndMs: 1_500,
  /** An open stream that is silent for so long after that news is compared with a read that does not follow. */
  tailIdleMs: 60,
  /** An open stream that had to be trusted after that news is given up when it is silent for so long. */
  trustedIdleMs: 30_000,
  /**
   * An open stream is followed for so long after that news, even while bytes come; then the rest is read without follow.
   * A container whose time is up may go on writing for ever.
   */
  drainMs: 60_000,
  /** A followed stream that is silent for so long may be dead: a read beside it tells. */
  silenceMs: 300_000,
  /**
   * The same after a burst that may have filled a file: when the log is rotated before the kubelet has come to its end
   * for the first time, the stream is stuck there, and the next files are never followed.
   */
  stuckMs: 10_000,
  /** A read that does not follow, and on which nothing comes for so long, is dead. */
  stallMs: 10_000,
  /** After the container's end: without progress for so long, the rest of the log is given up. */
  endDeadlineMs: 60_000,
  /** The same when the end was not told, as by a node that has not answered for long already. */
  untoldMs: 10_000,
  /** The same when there is no such log, as a kubelet also says for a moment after its restart. */
  notFoundMs: 10_000,
  /** Pause after a refusal, which only a person can cure. */
  refusedMs: 60_000,
} as const;

/** The kubelet rotates a log at 10 MiB or more, in its own format, in which a line is up to a third longer. */
export const neverRotatedBytes = 4 * 1_024 * 1_024;

/** Pauses between tries to open a log; ends are decided elsewhere, so the number of attempts is not read. */
export const reopenRetry: RetryPolicy = {
  attempts: Number.POSITIVE_INFINITY,
  baseDelayMs: 200,
  maxDelayMs: 5_000,
};
