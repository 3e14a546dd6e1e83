import { errorMessage, TaskpodError } from '../../errors.ts';
import { type GoogleApi, thrownFailure } from '../google-failure.ts';

/** gRPC status codes whose cause is the request or the caller, not the server. https://grpc.io/docs/guides/status-codes/ */
const refusals: Record<number, { name: string; action: 'permission' | 'missing' | 'none' }> = {
  3: { name: 'INVALID_ARGUMENT', action: 'none' },
  5: { name: 'NOT_FOUND', action: 'missing' },
  7: { name: 'PERMISSION_DENIED', action: 'permission' },
  9: { name: 'FAILED_PRECONDITION', action: 'none' },
  11: { name: 'OUT_OF_RANGE', action: 'none' },
  12: { name: 'UNIMPLEMENTED', action: 'none' },
  16: { name: 'UNAUTHENTICATED', action: 'permission' },
};

/**
 * grpcFailure maps what Google's Pub/Sub client threw: refusals by their gRPC status, everything else is an outage
 * (retryable). `what` names the call, as in `publish to projects/p/topics/t`. A TaskpodError passes as it is.
 */
export function grpcFailure(words: GoogleApi, what: string, error: unknown): TaskpodError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const refusal = typeof code === 'number' ? refusals[code] : undefined;
  if (error instanceof TaskpodError || refusal === undefined) return thrownFailure(words, what, error);
  const message = `Pub/Sub answered ${refusal.name} to ${what}: ${errorMessage(error).replace(/^\d+ [A-Z_]+: /, '')}`;
  const actions = { permission: words.permissionAction, missing: words.missingAction, none: undefined };
  const action = actions[refusal.action];
  return new TaskpodError('pubsub_refused', message, action === undefined ? {} : { action });
}
