import type { Problem } from '../../shared/errors.ts';
import type { PushedMessage } from '../../shared/push.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { parseTask } from '../../shared/task/parse-task.ts';
import { claimAttempt } from './claim-attempt.ts';
import { conclude, continueClaim, type LaunchResult } from './continue-claim.ts';
import type { LaunchDeps } from './deps.ts';
import { prepareTask } from './prepare/prepare-task.ts';
import { rejectTask } from './reject.ts';
import { startPod } from './start-pod.ts';

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
  // Before the claim: for a cluster that cannot be found nothing is written.
  const pods = await deps.podsOf(prepared.cluster, signal);
  const claimed = await claimAttempt({ messageId, published, prepared }, deps, signal);
  if (claimed.kind === 'found') return continueClaim(claimed.claim, deps, signal);
  if (claimed.kind === 'rejected') {
    await deps.store.remove(claimed.marker, { signal });
    if (claimed.claim.cancelled) return { end: 'ended', run: formatRun(run) };
    const message = `the run was rejected before (message ${claimed.claim.message_id}): submit the task under another run_id`;
    return rejectInvalid(messageId, run, [{ path: 'run_id', message }], deps, signal);
  }
  const { claim, startedAt } = claimed;
  return conclude(
    claim,
    await startPod(claim, prepared.pod, startedAt, { ...deps, pods }, signal),
    deps,
    signal,
  );
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
