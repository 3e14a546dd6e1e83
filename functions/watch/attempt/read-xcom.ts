import { createHash } from 'node:crypto';
import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import { hasCode, isAbort } from '../../../shared/errors.ts';
import { containerEnd, containerStatus, isTerminal } from '../../../shared/pod-progress.ts';
import { xcomContainer } from '../../../shared/pod-words.ts';
import { abortedError } from '../../../shared/time.ts';
import { createXcomDecoder, type XcomDecoder, type XcomResult } from '../../../shared/xcom-frame.ts';
import type { WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';

/** Kubernetes cuts a termination message at 4,096 bytes, so a full one may have been longer. */
const longestMessageBytes = 4_095;
/** The sidecar has the Pod's grace period (30 s by default) to print; then the Pod's last phase is awaited. */
const readDeadlineMs = 60_000;
const reopenMs = 250;

/** xcomLimitBytes is the largest value that an attempt's transport brings. */
export function xcomLimitBytes(record: AttemptRecord, xcomMaxBytes: number): number {
  return record.xcom === 'termination_message' ? Math.min(longestMessageBytes, xcomMaxBytes) : xcomMaxBytes;
}

/**
 * readXcom brings the XCom value of a base container that exited 0. The sidecar's frame is in its log when the end is
 * seen; a log that is cut or not there yet is read again until the deadline, and then the copy in its termination
 * message is taken, which outlives the node.
 */
export async function readXcom(
  record: AttemptRecord,
  updates: PodUpdates,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<XcomResult> {
  if (record.xcom === 'termination_message') {
    return fromTerminationMessage(record, updates, xcomLimitBytes(record, deps.settings.xcomMaxBytes));
  }
  let deadline = deps.clock.monotonicMs() + readDeadlineMs;
  let result: XcomResult = { kind: 'incomplete', detail: 'the sidecar’s log was not read' };
  for (;;) {
    const stopped = updates.gone || isTerminal(updates.pod);
    const decoder = createXcomDecoder(deps.settings.xcomMaxBytes);
    const reading = await readFrame(decoder, !stopped, updates, deps, deadline, signal);
    result = decoder.result();
    if (result.kind !== 'incomplete') return result;
    // While the API server is away, nobody can say that there is no result; the Turn's end limits it.
    if (reading === 'away') deadline = deps.clock.monotonicMs() + readDeadlineMs;
    // More of it comes only from a Pod that has not stopped, or that could not be asked.
    const mayHaveMore = reading === 'away' || reading === 'failed' || (reading === 'read' && !stopped);
    if (!mayHaveMore || deps.clock.monotonicMs() >= deadline) break;
    await deps.clock.sleep(reopenMs, signal);
  }
  const message = await fromSidecarMessage(updates, deps, result, signal);
  return message.kind === 'incomplete' ? explained(message, updates, deps) : message;
}

/** The kubelet tells a native sidecar to end only when every main container has ended. */
function explained(
  failed: Extract<XcomResult, { kind: 'incomplete' }>,
  { pod }: PodUpdates,
  { settings }: WatchDeps,
): XcomResult {
  const running = settings.ignoredContainers.find(name => containerStatus(pod, name)?.state?.running);
  if (running === undefined) return failed;
  const detail = `the container ${running} still runs, so that the sidecar was not told to print; use xcom_transport "termination_message"`;
  return { kind: 'incomplete', detail };
}

/**
 * Reads the sidecar's log into the decoder until the frame is whole. `read`: to the log's end for now, also when it has none yet; `failed`:
 * something was in the way; `away`: the API server could not be reached; `gone`: there is no log any more.
 */
async function readFrame(
  decoder: XcomDecoder,
  follow: boolean,
  updates: PodUpdates,
  deps: WatchDeps,
  deadline: number,
  signal: AbortSignal,
): Promise<'read' | 'failed' | 'away' | 'gone'> {
  const { namespace, name } = updates.pod.metadata;
  const stop = new AbortController();
  const late = deps.clock.sleep(deadline - deps.clock.monotonicMs(), AbortSignal.any([signal, stop.signal]));
  late.then(
    () => stop.abort(),
    () => undefined,
  );
  const either = AbortSignal.any([signal, stop.signal]);
  let isOpen = false;
  try {
    const stream = await deps.pods.openLog(
      { namespace, pod: name, container: xcomContainer, follow },
      either,
    );
    isOpen = true;
    await feed(decoder, stream);
    return 'read';
  } catch (error) {
    if (signal.aborted) throw error;
    if (hasCode(error, 'not_found')) return 'gone';
    if (hasCode(error, 'log_not_ready')) return 'read';
    if (hasCode(error, 'kubernetes_unavailable'))
      return isOpen || error.status !== undefined ? 'failed' : 'away';
    if (isAbort(error)) return 'failed';
    throw error;
  } finally {
    stop.abort();
    await late.catch(() => undefined);
  }
}

async function feed(decoder: XcomDecoder, stream: AsyncIterable<Uint8Array>): Promise<void> {
  let rest = '';
  for await (const chunk of stream) {
    // The frame is ASCII; other lines are ignored whatever they hold.
    const text = rest + Buffer.from(chunk).toString('latin1');
    const end = text.lastIndexOf('\n');
    rest = text.slice(end + 1);
    if (end !== -1) decoder.push(withoutTimestamps(text.slice(0, end)));
    if (decoder.done()) return;
  }
  decoder.push(withoutTimestamps(rest));
}

function withoutTimestamps(lines: string): string {
  return lines.replace(/^\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d) /gm, '');
}

/** Waits for the Pod's last phase, because only then the sidecar's message is in the status. */
async function fromSidecarMessage(
  updates: PodUpdates,
  deps: WatchDeps,
  failed: XcomResult,
  signal: AbortSignal,
): Promise<XcomResult> {
  const wait = new AbortController();
  const either = AbortSignal.any([signal, wait.signal]);
  const late = deps.clock.sleep(readDeadlineMs, either).then(
    () => wait.abort(),
    () => undefined,
  );
  await updates.until(isTerminal, either).catch(() => undefined);
  wait.abort();
  await late;
  if (signal.aborted) throw abortedError(signal);
  const message = containerEnd(updates.pod, xcomContainer)?.message;
  if (message === undefined) return failed;
  const decoder = createXcomDecoder(deps.settings.xcomMaxBytes);
  decoder.push(message);
  const result = decoder.result();
  return result.kind === 'incomplete' ? failed : result;
}

function fromTerminationMessage(record: AttemptRecord, updates: PodUpdates, limitBytes: number): XcomResult {
  const message = containerEnd(updates.pod, record.base_container)?.message;
  if (message === undefined || message === '') return { kind: 'none' };
  const bytes = Buffer.from(message, 'utf8');
  if (bytes.length > limitBytes) return { kind: 'too_big', bytes: bytes.length };
  return { kind: 'value', bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
