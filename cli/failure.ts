import { constants } from 'node:os';
import { errorMessage, isAbort, type Problem, TaskpodError } from '../shared/errors.ts';
import { safe } from './render.ts';
import { formatProblem } from './run-document.ts';
import { ReaderGone, type Sink } from './sink.ts';

/** What the process ends with; docs/cli.md. */
export const exitCodes = {
  success: 0,
  /** The run failed, or the answer is not there, or something was out of order. */
  failed: 1,
  /** Bad usage, nothing to talk to, no such run, or a task that was rejected. */
  usage: 2,
  interrupted: 128 + constants.signals.SIGINT,
  /** The reader of the output has gone: what SIGPIPE does to others. */
  readerGone: 128 + constants.signals.SIGPIPE,
} as const;

/** A failure as it is told: what is wrong, what to do, and all problems of a task. */
export interface Failure {
  code: string;
  message: string;
  action?: string | undefined;
  problems?: readonly Problem[];
}

const usageCodes = new Set(['bad_usage', 'invalid_configuration', 'invalid_message', 'not_found']);

/** exitCodeOf is the exit code for something thrown. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ReaderGone) return exitCodes.readerGone;
  if (isAbort(error)) return exitCodes.interrupted;
  return error instanceof TaskpodError && usageCodes.has(error.code) ? exitCodes.usage : exitCodes.failed;
}

/** failureOf makes a failure of anything thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TaskpodError)
    return { code: error.code, message: error.message, action: error.action };
  return {
    code: 'bug',
    message: errorMessage(error),
    action: 'This is a mistake in taskpod: please report it, with what TASKPOD_DEBUG=1 shows.',
  };
}

/** tellFailure writes a failure: as one JSON document on the output, or as text on the error output. */
export async function tellFailure(
  failure: Failure,
  json: boolean,
  sinks: { out: Sink; err: Sink },
): Promise<void> {
  const { out, err } = sinks;
  const { code, message, action, problems } = failure;
  if (json) {
    const document = { code, message, action: action ?? null, ...(problems ? { problems } : {}) };
    await out.write(`${JSON.stringify({ error: document })}\n`);
    return;
  }
  const lines = [
    `${err.style('red', 'taskpod:')} ${safe(err, message)}`,
    ...(problems ?? []).map(problem => `  ${safe(err, formatProblem(problem))}`),
    ...(action ? [safe(err, action)] : []),
  ];
  await err.write(`${lines.join('\n')}\n`);
}
