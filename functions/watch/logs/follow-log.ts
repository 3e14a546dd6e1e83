import { type FollowEnd, followOnce } from './followed-stream.ts';
import { type LogReading, reopenPauseMs } from './log-copy.ts';
import { logTiming } from './log-timing.ts';
import { readRest } from './read-rest.ts';

/**
 * followLog brings a container's log into the writer up to its real end, however often the stream is cut: follows while
 * the container runs, and reads the rest after its end. What cannot be read is marked as a gap, never thrown. Throws
 * `aborted`, and what the writer throws. docs/adr/0003-the-real-end-of-a-log.md
 */
export async function followLog(reading: LogReading): Promise<void> {
  const { writer, end, signal } = reading;
  let tries = 0;
  while (!end.news) {
    const startedAt = writer.cursor().bytes;
    const result = await followOnce(reading);
    if (result.kind === 'complete') return;
    if (result.kind === 'ended' && (await isRealEnd(reading, result))) return;
    if (end.news) break;
    writer.rewind();
    tries = writer.cursor().bytes > startedAt ? 1 : tries + 1;
    const problem = result.kind === 'failed' ? result.problem : undefined;
    await end.sleep(reopenPauseMs(reading, tries, problem), signal);
  }
  await readRest(reading);
}

/**
 * A clean end alone proves nothing: the API server ends a stream cleanly when the kubelet dies. It is believed when the
 * container's end becomes known at about the same time.
 */
async function isRealEnd(
  { writer, end, clock, signal }: LogReading,
  result: Extract<FollowEnd, { kind: 'ended' }>,
): Promise<boolean> {
  const { cleanEndMs } = logTiming;
  await end.sleep(cleanEndMs - (clock.monotonicMs() - result.atMs), signal);
  if (!end.news || Math.abs(end.news.atMs - result.atMs) > cleanEndMs) return false;
  return result.state !== 'seeking' && writer.unfinished().length === 0;
}
