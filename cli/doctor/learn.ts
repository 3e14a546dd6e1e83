import { withDeadline } from '../../shared/adapters/deadline.ts';
import { errorMessage, TaskpodError } from '../../shared/errors.ts';
import type { Fact } from './facts.ts';

/** What bounds each question. */
export interface LearnOptions {
  signal: AbortSignal;
  /** Milliseconds that one question may take. */
  timeoutMs: number;
}

/**
 * learn asks one question, within its deadline, and gives the answer or why there is none; so one that hangs or is refused holds up no
 * other. Throws only when the caller's signal fires.
 */
export async function learn<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { signal, timeoutMs }: LearnOptions,
): Promise<Fact<T>> {
  const onTimeout = () =>
    new TaskpodError('deadline_exceeded', `no answer within ${timeoutMs / 1_000} s`, {
      action: 'Check the network between here and there, and try again; --timeout gives it longer.',
    });
  try {
    return { kind: 'known', value: await withDeadline({ signal, ms: timeoutMs, onTimeout }, ask) };
  } catch (error) {
    if (signal.aborted) throw error;
    return unknown(error);
  }
}

function unknown(error: unknown): Exclude<Fact<never>, { kind: 'known' }> {
  if (!(error instanceof TaskpodError))
    return { kind: 'unreachable', message: errorMessage(error), action: undefined };
  const cause = error.cause === undefined ? '' : `: ${errorMessage(error.cause)}`;
  return { kind: kindOf(error), message: error.message + cause, action: error.action };
}

/** 401 is a login that does not work, and no permission that somebody else may have. */
function kindOf({ status }: TaskpodError): 'missing' | 'refused' | 'unsupported' | 'unreachable' {
  if (status === 404) return 'missing';
  if (status === 403) return 'refused';
  return status === 501 || status === 405 ? 'unsupported' : 'unreachable';
}
