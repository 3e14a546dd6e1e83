import { isControlMessage, readControlMessage } from '../../shared/control-message.ts';
import type { PushedMessage } from '../../shared/push.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { cancelRun } from './cancel-run.ts';
import type { LaunchDeps } from './deps.ts';
import type { LaunchResult } from './launch-result.ts';
import { launchTask } from './launch-task.ts';
import { rejectionOf, rejectTask } from './reject.ts';
import { retryRun } from './retry-run.ts';

/** routeMessage does what a message of the tasks topic asks for: a task is launched, a run is cancelled or tried again. */
export async function routeMessage(
  message: PushedMessage,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchResult> {
  const { value, problems } = decodeJson(message.data);
  if (!isControlMessage(value)) return launchTask(message, deps, signal);
  const read = readControlMessage(value);
  if (problems.length > 0 || !read.ok) {
    const all = [...problems, ...(read.ok ? [] : read.problems)];
    await rejectTask(
      message,
      undefined,
      rejectionOf({ reason: 'invalid_task', problems: all }),
      deps,
      signal,
    );
    return { end: 'rejected', reason: 'invalid_task', problems: all.length };
  }
  const { message: control } = read;
  return control.kind === 'cancel'
    ? cancelRun(control.run, message, deps, signal)
    : retryRun(control.run, control.tryNumber, deps, signal);
}
