import type { MessageIdentity } from '../../shared/push.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import type { Claimed } from './claim-attempt.ts';
import { continueClaim } from './continue-claim.ts';
import type { LaunchDeps } from './deps.ts';
import type { LaunchResult } from './launch-result.ts';
import { type Rejection, rejectionOf, rejectTask } from './reject.ts';

/** rejectMessage rejects the task of a message, or goes on with the claim that this very message has from before. */
export async function rejectMessage(
  message: MessageIdentity,
  run: RunKey | undefined,
  rejection: Rejection,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const earlier = await rejectTask(message, run, rejection, deps, signal);
  if (earlier !== undefined) return continueClaim(earlier, deps, signal);
  const { reason, problems } = rejection;
  return { end: 'rejected', reason, problems: problems.length, ...(run ? { run: formatRun(run) } : {}) };
}

/** rejectAgain ends a message whose run was rejected or cancelled before it came; its marker goes, as nothing is open. */
export async function rejectAgain(
  run: RunKey,
  message: MessageIdentity,
  { claim, marker }: Extract<Claimed<never>, { kind: 'rejected' }>,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  await deps.store.remove(marker, { signal });
  if (claim.cancelled) return { end: 'ended', run: formatRun(run) };
  const problem = `the run was rejected before (message ${claim.message_id}): submit the task under another run_id`;
  const problems = [{ path: 'run_id', message: problem }];
  return rejectMessage(message, run, rejectionOf({ reason: 'invalid_task', problems }), deps, signal);
}
