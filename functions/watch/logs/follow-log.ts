import { FollowedStream } from './followed-stream.ts';
import { type LogReading, reopenPauseMs } from './log-copy.ts';
import { logTiming, neverRotatedBytes } from './log-timing.ts';
import { readRest } from './read-rest.ts';
import { superviseStream } from './supervise-stream.ts';

/**
 * followLog brings a container's log into the writer up to its real end, however often the stream is cut: follows while
 * the container runs, and reads the rest after its end. What cannot be read is marked as a gap, never thrown. Throws
 * `aborted`, and what the writer throws. docs/adr/0003-the-real-end-of-a-log.md
 */
export async function followLog(reading: LogReading): Promise<void> {
  const { writer, end, clock, signal } = reading;
  let tries = 0;
  while (!end.news) {
    const startedAt = writer.cursor().bytes;
    const result = await new FollowedStream(reading).run(superviseStream);
    if (result.kind === 'complete') return;
    if (result.kind === 'ended') {
      await end.sleep(logTiming.cleanEndMs - (clock.monotonicMs() - result.atMs), signal);
    }
    if (end.news) {
      if (result.kind !== 'ended' || result.state === 'seeking') break;
      return await readRest(reading, {
        afterProperEnd: true,
        isPlausible: isPlausibleEnd(reading, result.atMs),
      });
    }
    writer.rewind();
    tries = writer.cursor().bytes > startedAt ? 1 : tries + 1;
    const problem = result.kind === 'failed' ? result.problem : undefined;
    await end.sleep(reopenPauseMs(reading, tries, problem), signal);
  }
  await readRest(reading, { afterProperEnd: false, isPlausible: false });
}

/**
 * A clean end alone proves nothing: the API server ends a stream cleanly when the kubelet dies, and the kubelet at the end
 * of a rotated file. Where no read can tell any more, because the Pod is gone, it is believed when the container's end
 * becomes known at about the same time and the log is small.
 */
function isPlausibleEnd({ writer, end }: LogReading, atMs: number): boolean {
  const isNear = end.news !== undefined && Math.abs(end.news.atMs - atMs) <= logTiming.cleanEndMs;
  return isNear && writer.unfinished().length === 0 && writer.cursor().bytes < neverRotatedBytes;
}
