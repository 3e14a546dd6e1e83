import { composeLog, removeParts } from './compose.ts';
import { EndNews } from './end-news.ts';
import { followLog } from './follow-log.ts';
import type { PumpedLog, PumpLogOptions } from './pump-options.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type LogFacts, type LogNames, logNames, storedLog } from './stored-log.ts';

/**
 * pumpLog brings one container's log to the bucket: follows it to its real end, writing segments on the way, then makes
 * the composed log. Goes on where an earlier Turn stopped, and returns at once when the composed log is there. A log that
 * cannot be read is no error but a gap. Throws `aborted`, `lease_lost` (another Turn writes the same segments) and what
 * the store throws.
 */
export async function pumpLog(options: PumpLogOptions): Promise<PumpedLog> {
  const { store, clock, signal } = options;
  const names = logNames(options.attempt, options.container);
  const stored = storedLog(names, options.stored);
  if (stored.composed) {
    await removeParts(store, stored.parts, signal);
    return pumpedLog(names, stored.composed);
  }
  let failure: { error: unknown } | undefined;
  const failed = new AbortController();
  const writer = new SegmentWriter({
    names,
    stored,
    store,
    clock,
    signal: AbortSignal.any([signal, failed.signal]),
    segmentBytes: options.segmentBytes,
    onFailure: error => {
      failure = { error };
      failed.abort();
    },
  });
  try {
    await readLog(options, writer, failed.signal);
  } catch (error) {
    if (failure) throw failure.error;
    if (options.handover?.aborted && !signal.aborted) await writer.flush();
    throw error;
  }
  const facts = await composeLog({ ...(await writer.finish()), names, parts: stored.parts, store, signal });
  return pumpedLog(names, facts);
}

async function readLog(options: PumpLogOptions, writer: SegmentWriter, failed: AbortSignal): Promise<void> {
  const { pods, namespace, pod, container, clock, random, handover } = options;
  const end = new EndNews(options.ended, clock);
  // An end that is known already is seen before the first request.
  await Promise.resolve();
  await followLog({
    open: (request, signal) => pods.openLog({ namespace, pod, container, ...request }, signal),
    writer,
    end,
    clock,
    random,
    signal: AbortSignal.any([options.signal, failed, ...(handover ? [handover] : [])]),
  });
}

function pumpedLog(names: LogNames, facts: LogFacts): PumpedLog {
  return { log: names.log, bytes: facts.cursor.bytes, gaps: facts.gaps };
}
