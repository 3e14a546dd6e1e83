import { identityOf } from '../../shared/dead-letter.ts';
import { errorMessage, isAbort, isRetryable, TaskpodError } from '../../shared/errors.ts';
import type { PushedMessage } from '../../shared/push.ts';
import { formatRun } from '../../shared/run.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { isRecord } from '../../shared/task/raw.ts';
import { readRun } from '../../shared/task/rules/run.ts';
import { messageLog, nextDelivery } from '../../shared/unit-of-work.ts';
import type { LaunchDeps } from './deps.ts';
import type { LaunchResult } from './launch-result.ts';
import { routeMessage } from './route-message.ts';

/** How a push is answered: 204 acknowledges, 503 (an outage) and 500 (a bug, or missing rights) make Pub/Sub come again. */
export type LaunchAnswer = { status: 204; result: LaunchResult } | { status: 500 | 503 };

/**
 * handleLaunch handles one message of the tasks topic. Never throws. Logs one record, with no piece of the message in it
 * but the run key.
 */
export async function handleLaunch(
  message: PushedMessage,
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<LaunchAnswer> {
  const log = messageLog(message, deps.settings.watchTopic, deps.log);
  const began = deps.clock.monotonicMs();
  const first = identityOf(message);
  // Of one that is published again after it was a dead letter.
  const origin = first.messageId === message.messageId ? {} : { first_message_id: first.messageId };
  const time = () => ({ duration_ms: Math.round(deps.clock.monotonicMs() - began), ...origin });
  try {
    const result = await routeMessage({ ...message, ...first }, { ...deps, log }, signal);
    const { end, ...counts } = result;
    log(end === 'rejected' || end === 'failed' ? 'WARNING' : 'INFO', `launch: ${end}`, {
      ...time(),
      ...counts,
    });
    return { status: 204, result };
  } catch (error) {
    const isOutage = isRetryable(error) || isAbort(error) || signal.aborted;
    const action = error instanceof TaskpodError ? error.action : undefined;
    log(isOutage ? 'WARNING' : 'ERROR', `launch failed: ${errorMessage(error)}`, {
      ...time(),
      run: runOf(message),
      action,
      next: nextDelivery(message),
    });
    return { status: isOutage ? 503 : 500 };
  }
}

/** The run that a message is about, for whoever looks for it in the log; undefined when the message names none. */
function runOf({ data, messageId }: PushedMessage): string | undefined {
  const { value, problems } = decodeJson(data);
  const { run } = isRecord(value) ? readRun(value, messageId, problems) : {};
  return run && formatRun(run);
}
