import { identityOf } from '../../shared/dead-letter.ts';
import { errorMessage, isAbort, isRetryable, TaskpodError } from '../../shared/errors.ts';
import type { PushedMessage } from '../../shared/push.ts';
import { messageFields, nextDelivery } from '../../shared/unit-of-work.ts';
import type { WorkRecord } from '../../shared/work-log.ts';
import type { LaunchResult } from './continue-claim.ts';
import type { LaunchDeps } from './deps.ts';
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
  const began = deps.clock.monotonicMs();
  const first = identityOf(message);
  const record = (): WorkRecord => ({
    ...messageFields(message, deps.settings.watchTopic, deps.clock.monotonicMs() - began),
    // Of one that is published again after it was a dead letter.
    ...(first.messageId === message.messageId ? {} : { first_message_id: first.messageId }),
  });
  try {
    const result = await routeMessage({ ...message, ...first }, deps, signal);
    const { end, ...counts } = result;
    deps.log(end === 'rejected' ? 'WARNING' : 'INFO', `launch: ${end}`, {
      ...record(),
      ...counts,
    });
    return { status: 204, result };
  } catch (error) {
    const isOutage = isRetryable(error) || isAbort(error) || signal.aborted;
    const action = error instanceof TaskpodError ? error.action : undefined;
    deps.log(isOutage ? 'WARNING' : 'ERROR', `launch failed: ${errorMessage(error)}`, {
      ...record(),
      action,
      next: nextDelivery(message),
    });
    return { status: isOutage ? 503 : 500 };
  }
}
