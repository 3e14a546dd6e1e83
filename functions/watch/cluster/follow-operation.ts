import { attemptOf, type RunRecord } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import type { SentOperation } from '../../../shared/cluster-operation.ts';
import type { Diagnosis } from '../../../shared/diagnosis/reasons.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { attemptObjects, attemptPrefix, openMarker } from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import { planNext } from '../../../shared/plan-next.ts';
import { formatRun } from '../../../shared/run.ts';
import { isoTime } from '../../../shared/time.ts';
import { recordRunning } from '../attempt/announce-running.ts';
import { announceOutcome, storeOutcome } from '../attempt/finish-attempt.ts';
import type { OperationDeps, StopSignals } from '../deps.ts';
import { keepEnding, readEnding } from './ending.ts';
import { judgeOperation, needsCluster, type OperationView, pollMs } from './judge-operation.ts';
import { type OperationEnd, operationOutcome, storeLink } from './operation-outcome.ts';
import { undoCreation } from './undo-creation.ts';

type View = OperationView & { claim: ClusterClaim };

/**
 * followOperation follows a cluster operation that was sent to its end: looks at it until it is over, undoes a creation that did not succeed,
 * writes the outcome, announces it and removes the marker. Doing it twice does no harm (I4). Rejects when a stop signal fires first, and
 * the next Turn goes on from what is written.
 */
export async function followOperation(
  claim: ClusterClaim,
  sent: SentOperation,
  deps: OperationDeps,
  stop: StopSignals,
): Promise<Outcome> {
  const { record } = claim;
  const signal = AbortSignal.any([stop.signal, stop.handover]);
  const written = await readWritten(record, deps, signal);
  if (written.outcome !== undefined) {
    if (isUnknown(written.outcome, claim, sent)) {
      await undoCreation(claim, sent, Date.parse(sent.at), deps, signal);
    }
    await finish(written.outcome, record, deps, stop.signal);
    return written.outcome;
  }
  if (sent.kind === 'started' && !written.isRunning) {
    await recordRunning(attemptOf(record), sent.at, 'The operation on the cluster has begun.', deps, signal);
  }
  const end = (await undone(claim, sent, deps, signal)) ?? (await untilEnd(claim, sent, deps, signal));
  return conclude(end, deps, stop.signal);
}

/** isUnknown tells whether a creation was sent when its attempt had its outcome already: nobody else knows of it, and it is to be undone. */
export function isUnknown(outcome: Outcome, { gke_cluster }: ClusterClaim, sent: SentOperation): boolean {
  return gke_cluster.action === 'create' && sent.kind === 'started' && outcome.gke_cluster === undefined;
}

/** The end of a creation that an earlier Turn has begun to undo; undefined when none has. */
async function undone(
  claim: ClusterClaim,
  sent: SentOperation,
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<OperationEnd | undefined> {
  const ending = await readEnding(claim.record, deps, signal);
  return ending && { ...(await undo(claim, sent, ending.why, deps, signal)) };
}

async function undo(
  claim: ClusterClaim,
  sent: SentOperation,
  reason: Diagnosis,
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<OperationEnd> {
  const { decidedAt, why } = await keepEnding(claim.record, reason, deps, signal);
  const note = await undoCreation(claim, sent, Date.parse(decidedAt), deps, signal);
  return { claim, sent, why, xcom: null, endedAt: decidedAt, notes: [note] };
}

async function untilEnd(
  claim: ClusterClaim,
  sent: SentOperation,
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<OperationEnd> {
  for (let count = 0; ; count++) {
    const view = await look(claim, sent, deps, signal);
    const why = judgeOperation(view, deps.clock.now());
    if (why === undefined) {
      await deps.clock.sleep(pollMs(count), signal);
      continue;
    }
    const isCreation = claim.gke_cluster.action === 'create';
    if (isCreation && sent.kind === 'started' && why.state !== 'success')
      return undo(claim, sent, why, deps, signal);
    const endedMs = Date.parse(view.operation?.endedAt ?? '');
    const endedAt = isoTime(Number.isNaN(endedMs) ? deps.clock.now() : endedMs);
    const xcom = why.state === 'success' ? await storeLink(view, deps, signal) : null;
    const notes = view.isCancelled && !isCreation ? ['A deletion that has begun cannot be cancelled.'] : [];
    return { claim, sent, why, xcom, endedAt, notes };
  }
}

/** One look at everything; that GKE does not answer, or refuses, is a part of the picture. */
async function look(
  claim: ClusterClaim,
  sent: SentOperation,
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<View> {
  const { name } = claim.gke_cluster;
  const cancel = await deps.store.read(attemptObjects(attemptOf(claim.record)).cancel, signal);
  const seen = { claim, sent, isCancelled: cancel !== undefined };
  try {
    const operation =
      sent.operation === null ? undefined : await deps.operations.readOperation(name, sent.operation, signal);
    const isNeeded = needsCluster(claim, sent, operation);
    const cluster = isNeeded ? await deps.operations.read(name, signal) : undefined;
    return { ...seen, operation, cluster };
  } catch (error) {
    if (signal.aborted) throw error;
    const trouble = errorMessage(error);
    const run = formatRun(attemptOf(claim.record));
    deps.log('WARNING', 'an operation on a cluster cannot be looked at', {
      run,
      cluster: name,
      error: trouble,
    });
    return { ...seen, operation: undefined, cluster: undefined, trouble };
  }
}

async function readWritten(
  record: RunRecord,
  { store }: OperationDeps,
  signal: AbortSignal,
): Promise<{ outcome: Outcome | undefined; isRunning: boolean }> {
  const attempt = attemptOf(record);
  const names = attemptObjects(attempt);
  const objects = await Array.fromAsync(store.list(attemptPrefix(attempt), { signal }));
  const has = (name: string): boolean => objects.some(object => object.name === name);
  const outcome = has(names.outcome) ? await store.read(names.outcome, signal) : undefined;
  return { outcome: outcome && parseOutcome(outcome.body.toString('utf8')), isRunning: has(names.running) };
}

/** Stores the outcome, or reads the one that another Turn has stored, and does what follows it. */
async function conclude(end: OperationEnd, deps: OperationDeps, signal: AbortSignal): Promise<Outcome> {
  const { record } = end.claim;
  const names = attemptObjects(attemptOf(record));
  const isCancelled = (await deps.store.read(names.cancel, signal)) !== undefined;
  const built = operationOutcome(end);
  const planned = isCancelled
    ? { outcome: built, marker: undefined }
    : planNext(built, record, deps.clock.now());
  const outcome = await storeOutcome(planned, record, deps, signal);
  await finish(outcome, record, deps, signal);
  return outcome;
}

async function finish(
  outcome: Outcome,
  record: RunRecord,
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<void> {
  await announceOutcome(outcome, record, deps, signal);
  await deps.store.remove(openMarker(record.scope, attemptOf(record)), { signal });
}
