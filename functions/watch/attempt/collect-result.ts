import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import { diagnose } from '../../../shared/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../shared/diagnosis/reasons.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import type { WatchDeps } from '../deps.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { endedByUs } from './ended-by-us.ts';
import type { FailureEvidence } from './failure-evidence.ts';
import { readXcom, xcomLimitBytes } from './read-xcom.ts';
import { isToBeStopped, stopPod } from './stop-pod.ts';
import { waitForEnd } from './wait-for-end.ts';
import { judgeXcom } from './xcom-verdict.ts';

/** What came of an attempt, but for its logs. */
export interface Result {
  diagnosis: Diagnosis;
  xcom: Outcome['xcom'];
  /** Of a failure: object with the Pod as it was last. */
  podFinal?: string | undefined;
}

/** What an attempt is followed with. */
export interface Followed {
  record: AttemptRecord;
  updates: PodUpdates;
  evidence: FailureEvidence;
}

/**
 * collectResult waits for the end of an attempt and explains it; brings the XCom value of a success (invariant I7), and of a
 * failure the Pod as it was last.
 */
export async function collectResult(
  followed: Followed,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<Result> {
  const { record, updates, evidence } = followed;
  const { ignoredContainers: ignored } = deps.settings;
  const look = (until: AbortSignal) => evidence.newEvents(until);
  const cause = await waitForEnd({ record, updates, ignored, look, clock: deps.clock, signal });
  if (isToBeStopped(cause, followed)) {
    // While there is a manifest to keep.
    await evidence.storePod();
    await stopPod(cause, followed, deps, signal);
  }
  const { pod, gone } = updates;
  const known = { cause, record, pod, gone, ignored };
  const seen = diagnose({ ...known, events: [] });
  const ours = await endedByUs({ ...known, exitCode: seen.exitCode }, deps, signal);
  // Where looking has told that it cannot start, what was seen then explains it.
  const events = () => (cause === 'cannot_start' ? evidence.events() : evidence.newEvents());
  const ended = ours ?? (seen.state === 'failed' ? diagnose({ ...known, events: await events() }) : seen);
  const result =
    ended.reason === 'completed'
      ? await takeXcom(ended, followed, deps, signal)
      : { diagnosis: ended, xcom: null };
  if (result.diagnosis.state !== 'failed') return result;
  return { ...result, podFinal: await evidence.storePod() };
}

async function takeXcom(
  success: Diagnosis,
  { record, updates }: Followed,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<Result> {
  if (record.xcom === null) return { diagnosis: success, xcom: null };
  const limitBytes = xcomLimitBytes(record, deps.settings.xcomMaxBytes);
  const verdict = judgeXcom(await readXcom(record, updates, deps, signal), limitBytes);
  if (verdict.kind === 'failure') return { diagnosis: verdict.diagnosis, xcom: null };
  if (verdict.kind === 'nothing') return { diagnosis: success, xcom: null };
  const object = attemptObjects(attemptOf(record)).xcom;
  await deps.store.create(object, verdict.bytes, { contentType: 'application/json', signal });
  return { diagnosis: success, xcom: { object, size: verdict.bytes.length, sha256: verdict.sha256 } };
}
