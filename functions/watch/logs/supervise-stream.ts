import { TaskpodError } from '../../../shared/errors.ts';
import type { FollowEnd, FollowedStream } from './followed-stream.ts';
import { endsForReal, silentError, unfinishedError } from './log-copy.ts';
import { logTiming, neverRotatedBytes } from './log-timing.ts';
import { goOnInNextFile } from './next-file.ts';

/** superviseStream finds out that a stream is dead or stuck, and, once the container has ended, where its log ends. */
export async function superviseStream(stream: FollowedStream, signal: AbortSignal): Promise<FollowEnd> {
  return (await untilNews(stream, signal)) ?? (await untilEnd(stream, signal));
}

/** While the container runs: looks beside the stream whenever it is silent for long. */
async function untilNews(stream: FollowedStream, signal: AbortSignal): Promise<FollowEnd | undefined> {
  const { silenceMs, stuckMs } = logTiming;
  const { waiting, reading } = stream;
  let seenAtBytes = reading.writer.bytes;
  let lookedAtMs = 0;
  let pauseMs: number = stuckMs;
  while (!reading.end.news) {
    if (waiting.ms < lookedAtMs) {
      lookedAtMs = 0;
      pauseMs = stuckMs;
    }
    const isBurst = reading.writer.bytes - seenAtBytes >= neverRotatedBytes;
    const leftMs = lookedAtMs + (isBurst ? pauseMs : silenceMs) - waiting.ms;
    if (leftMs > 0) {
      // No longer than this, because a burst may come.
      await reading.end.sleep(Math.min(leftMs, stuckMs), signal);
      continue;
    }
    const read = await lookBeside(stream, signal);
    if (stream.isReplaced) return { kind: 'failed', problem: silentError(waiting.ms) };
    if (read === 'found') seenAtBytes = reading.writer.bytes;
    lookedAtMs = waiting.ms;
    pauseMs = Math.min(pauseMs * 2, silenceMs);
  }
  return undefined;
}

/**
 * Reads once without follow. When that brings anything new, the stream is dead, or stuck in a rotated file, and is to be
 * opened anew. Otherwise it stays: only it knows the end of a rotated file.
 */
function lookBeside(stream: FollowedStream, signal: AbortSignal): ReturnType<FollowedStream['readBeside']> {
  const { writer } = stream.reading;
  const end = { timestamp: writer.cursor().timestamp, half: writer.unfinished() };
  return stream.readBeside({
    signal,
    isWanted: state => (state === 'found' || !stream.isHeld) && stream.replace(),
    goOn: next => goOnInNextFile(end, next),
  });
}

/** Once the container has ended. */
async function untilEnd(stream: FollowedStream, signal: AbortSignal): Promise<FollowEnd> {
  const { tailIdleMs, trustedIdleMs, drainMs } = logTiming;
  const { clock, end } = stream.reading;
  const untilMs = (end.news?.atMs ?? clock.monotonicMs()) + drainMs;
  let trustedAtMs: number | undefined;
  for (;;) {
    const nowMs = clock.monotonicMs();
    const idleMs =
      trustedAtMs === undefined
        ? tailIdleMs - stream.waiting.ms
        : trustedIdleMs - Math.min(stream.waiting.ms, nowMs - trustedAtMs);
    const leftMs = untilMs - nowMs;
    if (leftMs <= 0 || (trustedAtMs !== undefined && idleMs <= 0)) {
      return { kind: 'failed', problem: overdueError() };
    }
    if (idleMs > 0) {
      await clock.sleep(Math.min(idleMs, leftMs), signal);
    } else {
      const tail = await readTail(stream, signal);
      if (typeof tail === 'object') return tail;
      if (tail === 'no help') trustedAtMs = clock.monotonicMs();
    }
  }
}

/**
 * Reads once without follow: finds the end at once, where the kubelet's follow loop takes up to a second. `no help` when
 * that read fails, or lacks the last line (rotated away): then the open stream knows better.
 */
async function readTail(
  stream: FollowedStream,
  signal: AbortSignal,
): Promise<FollowEnd | 'not yet' | 'no help'> {
  const { writer } = stream.reading;
  const before = writer.unfinished();
  const read = await stream.readBeside({ signal, isWanted: state => state === 'found' && stream.replace() });
  if (read instanceof TaskpodError) return stream.isReplaced ? { kind: 'failed', problem: read } : 'no help';
  if (stream.isReplaced || (read === 'found' && !stream.isHeld)) {
    const isEnd = stream.isReplaced ? endsForReal(writer, before) : before.length === 0;
    return isEnd ? { kind: 'complete' } : { kind: 'failed', problem: unfinishedError() };
  }
  return read === 'found' ? 'not yet' : 'no help';
}

function overdueError(): TaskpodError {
  return new TaskpodError('kubernetes_unavailable', 'the log stream did not end with its container', {
    retryable: true,
  });
}
