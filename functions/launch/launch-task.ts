import { attemptOf } from '../../shared/attempt-record.ts';
import type { Claim } from '../../shared/claim.ts';
import type { Problem } from '../../shared/errors.ts';
import type { PushedMessage } from '../../shared/push.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { parseTask } from '../../shared/task/parse-task.ts';
import { announceQueued, publishTicket } from './announce.ts';
import { claimAttempt } from './claim-attempt.ts';
import type { LaunchDeps } from './deps.ts';
import { prepareTask } from './prepare/prepare-task.ts';
import { finishEnded, invalidTask, type Rejection, rejectAttempt, rejectTask } from './reject.ts';
import { type PodStart, startPod } from './start-pod.ts';
import { verifyAbsence } from './verify-absence.ts';

/** How a message that can be acknowledged ended here. */
type LaunchEnd =
  /** Its Pod was posted by this delivery. */
  | 'created'
  /** Its Pod is there already. */
  | 'adopted'
  /** Its attempt has its outcome already. */
  | 'ended'
  /** A Turn has seen its Pod, and knows the rest. */
  | 'left to the watch'
  | 'rejected';

/** What a message came to, for the log. */
export interface LaunchResult {
  end: LaunchEnd;
  /** As formatRun writes it. */
  run?: string;
  /** Of a rejected message. */
  problems?: number;
}

/**
 * launchTask takes one message to the end of its launch: claimed, posted and announced; or continued where another
 * delivery left it; or rejected. Throws when the message must be delivered again.
 */
export async function launchTask(
  message: PushedMessage,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { messageId, data } = message;
  const decoded = decodeJson(data);
  if (decoded.problems.length > 0) {
    const parsed = parseTask(data, { messageId, defaultNamespace: deps.settings.defaultNamespace });
    if (!parsed.ok) return rejectInvalid(messageId, parsed.run, parsed.problems, deps, signal);
  }
  const { value: published } = decoded;
  const prepared = await prepareTask({ published, messageId, tryNumber: 1 }, deps, signal);
  if (!prepared.ok) return rejectInvalid(messageId, prepared.run, prepared.problems, deps, signal);
  const { run } = prepared;
  const claimed = await claimAttempt({ messageId, published, prepared }, deps, signal);
  if (claimed.kind === 'found') return continueClaim(claimed.claim, deps, signal);
  if (claimed.kind === 'rejected') {
    await deps.store.remove(claimed.marker, { signal });
    const message = `the run was rejected before (message ${claimed.claim.message_id}): submit the task under another run_id`;
    return rejectInvalid(messageId, run, [{ path: 'run_id', message }], deps, signal);
  }
  const { claim, startedAt } = claimed;
  return conclude(claim, await startPod(claim, prepared.pod, startedAt, deps, signal), deps, signal);
}

async function rejectInvalid(
  messageId: string,
  run: RunKey | undefined,
  problems: readonly Problem[],
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const earlier = await rejectTask(messageId, run, problems, deps, signal);
  if (earlier !== undefined) return continueClaim(earlier, deps, signal);
  return { end: 'rejected', problems: problems.length, ...(run ? { run: formatRun(run) } : {}) };
}

/** Goes on with what the claim says, not with what this message says: another message may have been first. */
async function continueClaim(claim: Claim, deps: LaunchDeps, signal: AbortSignal): Promise<LaunchResult> {
  const request = {
    published: claim.task,
    messageId: claim.message_id,
    tryNumber: claim.record.try_number,
  };
  const settings = { ...deps.settings, defaultNamespace: claim.pod.namespace };
  const prepared = await prepareTask(request, { ...deps, settings }, signal);
  if (prepared.ok) {
    return conclude(claim, await startPod(claim, prepared.pod, undefined, deps, signal), deps, signal);
  }
  // The rules have changed since the claim: a Pod that is there stays, but none is posted any more.
  const trace = await verifyAbsence(claim, deps, signal);
  if (trace.kind !== 'nothing') return conclude(claim, trace, deps, signal);
  return reject(claim, { ...invalidTask, problems: prepared.problems }, deps, signal);
}

async function conclude(
  claim: Claim,
  start: PodStart,
  deps: LaunchDeps,
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
    case 'taken':
      return reject(claim, nameTaken(claim), deps, signal);
    case 'refused':
      return reject(claim, refusal(start), deps, signal);
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

function refusal({ status, reason, message, causes }: Extract<PodStart, { kind: 'refused' }>): Rejection {
  const problems = causes.map(cause => ({ path: cause.field, message: cause.message }));
  return {
    reason: 'pod_refused',
    summary: `The API server refused the Pod (${[status, reason].filter(Boolean).join(' ')}).`,
    problems: problems.length > 0 ? problems : [{ path: '', message }],
  };
}
