import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import type { Diagnosis } from '../../../shared/diagnosis/reasons.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { planNext } from '../../../shared/plan-next.ts';
import { containerEnd, hasEnded, startedAt } from '../../../shared/pod-progress.ts';
import { recordPodSight } from '../../../shared/pod-sight.ts';
import { readOutcome } from '../../../shared/read-outcome.ts';
import { isoTime } from '../../../shared/time.ts';
import type { StopSignals, WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { announceRunning } from './announce-running.ts';
import { buildOutcome, type KeptLog, type ShownFailure } from './build-outcome.ts';
import { collectResult, type Followed, type Result } from './collect-result.ts';
import { FailureEvidence } from './failure-evidence.ts';
import { finishAttempt, storeOutcome } from './finish-attempt.ts';
import { keepLogs } from './keep-logs.ts';
import { readLastLines } from './last-lines.ts';
import { type RecoveredAttempt, recoverAttempt } from './recover-attempt.ts';

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
  const recovered = await recover(record, updates, deps, stop.signal);
  if (recovered.outcome) {
    await finishAttempt(recovered.outcome, record, present(updates), deps, stop.signal);
    return recovered.outcome;
  }

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
  const evidence = new FailureEvidence(record, updates, deps, waiting);
  const result = collectResult({ record, updates, evidence }, deps, waiting).finally(over.resolve);
  try {
    const [kept, , { diagnosis: why, xcom, podFinal }] = await Promise.all([logs, running, result]);
    return await conclude({ record, updates, evidence, why, kept, xcom, podFinal }, deps, stop.signal);
  } catch (error) {
    // On a handover the logs first write down what they have received.
    if (!stop.handover.aborted) abandon.abort(error);
    await Promise.allSettled([logs, running, result]);
    throw error;
  }
}

/**
 * Reads what exists of an attempt, and records the sight of its Pod if nobody has. A Pod that has not started is probably new: who is
 * the first to record its sight knows by that that no Turn has written anything, and has nothing to list.
 */
async function recover(
  record: AttemptRecord,
  updates: PodUpdates,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<RecoveredAttempt> {
  const { store } = deps;
  const attempt = attemptOf(record);
  const { pod } = updates;
  if (startedAt(pod, record.base_container) === undefined && !hasEnded(pod)) {
    const unseen = { running: false, podSeen: false, logObjects: [] };
    const outcome = await readOutcome(store, attempt, signal);
    if (outcome !== undefined) return { ...unseen, outcome };
    if (await recordPodSight(attempt, pod.metadata, deps, signal))
      return { ...unseen, outcome, podSeen: true };
  }
  const recovered = await recoverAttempt(store, attempt, signal);
  if (!recovered.podSeen && recovered.outcome === undefined)
    await recordPodSight(attempt, updates.pod.metadata, deps, signal);
  return recovered;
}

/** Stores the outcome, or reads the one that another Turn has stored, and does what follows it. */
async function conclude(
  parts: Followed & Omit<Result, 'diagnosis'> & { why: Diagnosis; kept: KeptLog[] },
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { record, updates, evidence, why } = parts;
  const shown = why.state === 'failed' ? await showFailure(parts, deps, signal) : undefined;
  const built = buildOutcome({
    record,
    pod: updates.pod,
    cluster: deps.settings.cluster,
    diagnosis: why,
    logs: parts.kept,
    xcom: parts.xcom,
    seenAt: isoTime(deps.clock.now()),
    notes: evidence.notes,
    shown,
  });
  const outcome = await storeOutcome(planNext(built, record, deps.clock.now()), record, deps, signal);
  await finishAttempt(outcome, record, present(updates), deps, signal);
  return outcome;
}

async function showFailure(
  { record, updates, evidence, kept, podFinal }: Followed & Pick<Result, 'podFinal'> & { kept: KeptLog[] },
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<ShownFailure> {
  // The log that tells most: of the container that has failed, else of the task's own.
  const failed = kept.find(({ container }) => (containerEnd(updates.pod, container)?.exitCode ?? 0) !== 0);
  const log = failed ?? kept.find(({ container }) => container === record.base_container) ?? kept.at(-1);
  return {
    events: await evidence.events(),
    lastLines: log && (await readLastLines(attemptOf(record), log, deps.store, signal)),
    podFinal,
  };
}

function present(updates: PodUpdates): Pod | undefined {
  return updates.gone ? undefined : updates.pod;
}
