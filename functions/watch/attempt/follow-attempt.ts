import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { type Diagnosis, diagnosePod, diagnosis, waitingText } from '../../../shared/diagnosis.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import { isoTime } from '../../../shared/time.ts';
import type { StopSignals, WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { announceRunning } from './announce-running.ts';
import { buildOutcome, type KeptLog } from './build-outcome.ts';
import { unlessCancelled } from './cancelled.ts';
import { finishAttempt, storeOutcome } from './finish-attempt.ts';
import { keepLogs } from './keep-logs.ts';
import { planNext } from './plan-next.ts';
import { readXcom, xcomLimitBytes } from './read-xcom.ts';
import { recoverAttempt } from './recover-attempt.ts';
import { type EndCause, waitForEnd } from './wait-for-end.ts';
import { judgeXcom } from './xcom-verdict.ts';

/**
 * followAttempt follows one Pod to its end and brings everything of it to the bucket: logs, XCom, outcome; then
 * announces, deletes by policy and removes the marker (invariant I3). Doing it twice does no harm (I4). Resolves with
 * the outcome; rejects when a stop signal fires first, and the next Turn goes on from what is written.
 */
export async function followAttempt(
  record: AttemptRecord,
  updates: PodUpdates,
  deps: WatchDeps,
  stop: StopSignals,
): Promise<Outcome> {
  const attempt = attemptOf(record);
  const recovered = await recoverAttempt(deps.store, attempt, stop.signal);
  if (recovered.outcome) {
    await finishAttempt(recovered.outcome, record, present(updates), deps, stop.signal);
    return recovered.outcome;
  }
  if (!recovered.podSeen) await recordSight(record, updates, deps, stop.signal);

  // One failing part must not leave the others running behind the Turn's back.
  const abandon = new AbortController();
  const signals = {
    signal: AbortSignal.any([stop.signal, abandon.signal]),
    handover: stop.handover,
  };
  const waiting = AbortSignal.any([signals.signal, stop.handover]);
  const over = Promise.withResolvers<void>();
  const logs = keepLogs({ record, updates, over: over.promise, recovered, deps, stop: signals });
  const running = recovered.running
    ? Promise.resolve()
    : announceRunning(record, updates, over.promise, deps, waiting);
  const result = collectResult(record, updates, deps, waiting).finally(over.resolve);
  try {
    const [kept, , { diagnosis: why, xcom }] = await Promise.all([logs, running, result]);
    return await conclude({ record, updates, why, kept, xcom }, deps, stop.signal);
  } catch (error) {
    // On a handover the logs first write down what they have received.
    if (!stop.handover.aborted) abandon.abort(error);
    await Promise.allSettled([logs, running, result]);
    throw error;
  }
}

/** Invariant I2: whoever finds a claim without a Pod learns from this object that there has been one. */
async function recordSight(
  record: AttemptRecord,
  updates: PodUpdates,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const { uid, name, namespace } = updates.pod.metadata;
  const body = `${JSON.stringify({ version: 1, uid, namespace, name, seen_at: isoTime(deps.clock.now()) })}\n`;
  const options = { contentType: 'application/json', signal };
  await deps.store.create(attemptObjects(attemptOf(record)).pod, body, options);
}

/** Waits for the end, explains it, and brings the XCom value of a success (invariant I7). */
async function collectResult(
  record: AttemptRecord,
  updates: PodUpdates,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<{ diagnosis: Diagnosis; xcom: Outcome['xcom'] }> {
  const cause = await waitForEnd(record, updates, deps.clock, signal);
  const why = await unlessCancelled(explain(cause, record, updates), record, updates, deps, signal);
  if (why.reason !== 'completed' || record.xcom === null) return { diagnosis: why, xcom: null };
  const limitBytes = xcomLimitBytes(record, deps.settings.xcomMaxBytes);
  const verdict = judgeXcom(await readXcom(record, updates, deps, signal), limitBytes);
  if (verdict.kind === 'failure') return { diagnosis: verdict.diagnosis, xcom: null };
  if (verdict.kind === 'nothing') return { diagnosis: why, xcom: null };
  const object = attemptObjects(attemptOf(record)).xcom;
  await deps.store.create(object, verdict.bytes, { contentType: 'application/json', signal });
  return { diagnosis: why, xcom: { object, size: verdict.bytes.length, sha256: verdict.sha256 } };
}

function explain(cause: EndCause, record: AttemptRecord, updates: PodUpdates): Diagnosis {
  const { pod, gone } = updates;
  const detail = waitingText(pod, record.base_container);
  switch (cause) {
    case 'ended':
      return diagnosePod(pod, record.base_container, gone);
    case 'schedule_timeout':
      return diagnosis('schedule_timeout', {
        summary: `Pod took too long to be scheduled on the cluster, giving up. More than ${record.schedule_timeout_seconds}s.`,
        detail,
      });
    case 'start_timeout':
      return diagnosis('start_timeout', {
        summary: `Pod took too long to start. More than ${record.startup_timeout_seconds}s.`,
        detail,
      });
  }
}

/** Stores the outcome, or reads the one that another Turn has stored, and does what follows it. */
async function conclude(
  parts: {
    record: AttemptRecord;
    updates: PodUpdates;
    why: Diagnosis;
    kept: KeptLog[];
    xcom: Outcome['xcom'];
  },
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { record, updates } = parts;
  const built = buildOutcome({
    record,
    pod: updates.pod,
    cluster: deps.settings.cluster,
    diagnosis: parts.why,
    logs: parts.kept,
    xcom: parts.xcom,
    seenAt: isoTime(deps.clock.now()),
  });
  let outcome = await planNext(built, record, deps, signal);
  if (!(await storeOutcome(outcome, record, deps, signal))) {
    const stored = await deps.store.read(attemptObjects(attemptOf(record)).outcome, signal);
    if (stored) outcome = parseOutcome(stored.body.toString('utf8'));
  }
  await finishAttempt(outcome, record, present(updates), deps, signal);
  return outcome;
}

function present(updates: PodUpdates): Pod | undefined {
  return updates.gone ? undefined : updates.pod;
}
