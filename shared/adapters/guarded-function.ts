import type { PushedMessage, PushRequest } from '../push.ts';
import { parsePush } from '../push.ts';
import type { PushAuth } from '../push-auth.ts';
import type { WorkLog } from '../work-log.ts';
import type { HttpFunction } from './http-function.ts';
import type { PushGate } from './push-gate.ts';

/** A function behind its gate. */
export interface GuardedOptions {
  pushAuth: PushAuth;
  gate: PushGate;
  log: WorkLog;
  /** Handles a message of the subscription; never throws. */
  handle: (message: PushedMessage, shutdown: AbortSignal) => Promise<{ status: number }>;
}

/**
 * guardedFunction lets in only what the gate lets in, and of that only pushes. What is refused is logged, without a piece of the token,
 * and answered at once: how often it comes again is decided by Pub/Sub's back-off.
 */
export function guardedFunction({ pushAuth, gate, log, handle }: GuardedOptions): HttpFunction {
  if (pushAuth.mode === 'none') {
    log('NOTICE', 'requests are not checked: whoever reaches this function may use it', {
      action: 'Set TASKPOD_PUSH_SERVICE_ACCOUNT, wherever more than this machine reaches it.',
    });
  }
  return {
    async handle(request: PushRequest, shutdown: AbortSignal) {
      const stopped = await gate(request.headers, shutdown);
      if (stopped !== undefined) {
        const { status, message, action } = stopped;
        log('WARNING', `a request is refused with ${status}: ${message}`, { action });
        return { status };
      }
      const parsed = parsePush(request);
      if ('message' in parsed) return handle(parsed.message, shutdown);
      const problems = parsed.problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
      log('WARNING', `a request that is not a Pub/Sub push: ${problems}`);
      return { status: 400, body: `${problems}\n` };
    },
  };
}
