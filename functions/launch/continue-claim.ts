import { attemptOf } from '../../shared/attempt-record.ts';
import { type Claim, type ClusterClaim, isClusterClaim } from '../../shared/claim.ts';
import { classifyRefusal } from '../../shared/diagnosis/refusal.ts';
import { formatRun } from '../../shared/run.ts';
import { announceQueued, publishTicket } from './announce.ts';
import { makeRecord } from './attempt-plan.ts';
import { cancelUnposted } from './cancel-unposted.ts';
import { continueOperation } from './cluster/continue-operation.ts';
import type { LaunchDeps, StartDeps } from './deps.ts';
import { failForQuota } from './fail-attempt.ts';
import type { LaunchResult } from './launch-result.ts';
import { type PreparedTask, prepareTask } from './prepare/prepare-task.ts';
import { finishEnded, type Rejection, rejectAttempt, rejectionOf } from './reject.ts';
import { type PodStart, startPod } from './start-pod.ts';
import { verifyAbsence } from './verify-absence.ts';

/** continueClaim goes on with what a claim says, not with what a message says: another message may have been first. */
export async function continueClaim(
  claim: Claim | ClusterClaim,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  if (isClusterClaim(claim)) return continueOperation(claim, deps, signal);
  const request = {
    published: claim.task,
    messageId: claim.message_id,
    tryNumber: claim.record.try_number,
    nowMs: Date.parse(claim.claimed_at),
    claimed: claim.pod,
  };
  const prepared = await prepareTask(request, deps, signal);
  const startDeps = { ...deps, pods: await deps.podsOf(claim.pod.cluster, signal) };
  if (prepared.ok) return startClaimed(asRendered(claim, prepared), prepared, undefined, startDeps, signal);
  // The rules have changed since the claim: a Pod that is there stays, but none is posted any more.
  const trace = await verifyAbsence(claim, startDeps, signal);
  if (trace.kind !== 'nothing') return conclude(claim, trace, startDeps, signal);
  return reject(claim, rejectionOf(prepared), deps, signal);
}

/** The Pod has to explain what it is now, where its templates have given something else at the time of the claim. */
function asRendered(claim: Claim, { task, pod }: PreparedTask): Claim {
  const { record } = claim;
  const plan = {
    task,
    pod,
    attempt: attemptOf(record),
    scope: record.scope,
    nowMs: 0,
    infrastructureRetries: 0,
  };
  const { base_container, log_containers, xcom } = makeRecord(plan);
  return { ...claim, record: { ...record, base_container, log_containers, xcom } };
}

/** startClaimed posts the Pod of a claimed attempt (`provenAt` as in start-pod.ts), and does what follows. */
export async function startClaimed(
  claim: Claim,
  { pod, hidden, warnings }: PreparedTask,
  provenAt: number | undefined,
  deps: StartDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const start = await startPod(claim, pod, provenAt, deps, signal);
  if (start.kind !== 'refused') {
    const result = await conclude(claim, start, deps, signal);
    return warnings.length === 0 ? result : { ...result, warnings: warnings.length };
  }
  const { reason, summary, problems } = refusal(start);
  if (reason === 'quota_exceeded') {
    const [detail] = hidden.hideIn([{ path: '', message: start.message }]);
    await failForQuota(claim, detail?.message ?? '', deps, signal);
    return { end: 'failed', run: formatRun(attemptOf(claim.record)), reason: 'quota_exceeded' };
  }
  return reject(claim, { reason, summary, problems: hidden.hideIn(problems) }, deps, signal);
}

/** Does what follows the start of an attempt's Pod, whatever became of it. */
async function conclude(
  claim: Claim,
  start: Exclude<PodStart, { kind: 'refused' }>,
  deps: StartDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const run = formatRun(attemptOf(claim.record));
  switch (start.kind) {
    case 'created':
    case 'ours':
      await announceQueued(claim.record, deps, signal);
      return { end: start.kind === 'created' ? 'created' : 'adopted', run };
    case 'seen':
      await publishTicket(claim.record.scope, deps, signal);
      return { end: 'left to the watch', run };
    case 'ended':
    case 'late':
      await finishEnded(claim, deps, signal);
      return { end: 'ended', run };
    case 'cancelled':
      await cancelUnposted(claim, deps, signal);
      return { end: 'cancelled', run };
    case 'taken':
      return reject(claim, nameTaken(claim), deps, signal);
  }
}

async function reject(
  claim: Claim,
  rejection: Rejection,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  await rejectAttempt(claim, rejection, deps, signal);
  return {
    end: 'rejected',
    run: formatRun(attemptOf(claim.record)),
    reason: rejection.reason,
    problems: rejection.problems.length,
  };
}

function nameTaken({ pod }: Claim): Rejection {
  const message = `Pod ${pod.namespace}/${pod.name} exists and is not this attempt's`;
  return {
    reason: 'pod_name_taken',
    summary: 'A Pod of this name exists that is not the attempt’s.',
    problems: [{ path: 'name', message }],
  };
}

function refusal(refused: Extract<PodStart, { kind: 'refused' }>): Rejection {
  const { message, causes } = refused;
  const problems = causes.map(cause => ({ path: cause.field, message: cause.message }));
  return {
    ...classifyRefusal(refused),
    problems: problems.length > 0 ? problems : [{ path: '', message }],
  };
}
