/** Every code an error of this project can carry; stable, so that logs and alerts may rely on them. */
export type ErrorCode =
  | 'aborted'
  | 'bad_usage'
  | 'cluster_unavailable'
  | 'credentials_refused'
  | 'credentials_unavailable'
  | 'deadline_exceeded'
  | 'invalid_configuration'
  | 'invalid_document'
  | 'invalid_message'
  | 'kubernetes_refused'
  | 'kubernetes_unavailable'
  | 'lease_lost'
  | 'log_not_ready'
  | 'not_found'
  | 'pubsub_refused'
  | 'pubsub_unavailable'
  | 'storage_refused'
  | 'storage_unavailable'
  | 'watch_expired';

/** What a {@link TaskpodError} is made from. */
export interface ErrorFacts {
  /** True when the same call may succeed later without anybody changing anything (an outage, not a mistake). */
  retryable?: boolean;
  /** What a person should do next; shown after the message. */
  action?: string;
  /** HTTP status of the answer, where there was one. */
  status?: number;
  /** Seconds the server asked us to wait (Retry-After). */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** The one error family: thrown for everything that is not a bug. Never carries a header, a token or an env value. */
export class TaskpodError extends Error {
  override readonly name = 'TaskpodError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly action: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? false;
    this.action = facts.action;
    this.status = facts.status;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** One thing wrong with an input: where (dotted path, empty for the whole) and what to do about it. */
export interface Problem {
  path: string;
  message: string;
}

/** isRetryable tells whether the same call may succeed later; an unknown throwable is a bug and is not retried. */
export function isRetryable(error: unknown): boolean {
  return error instanceof TaskpodError && error.retryable;
}

/** hasCode narrows an unknown throwable to a TaskpodError with the given code. */
export function hasCode(error: unknown, code: ErrorCode): error is TaskpodError {
  return error instanceof TaskpodError && error.code === code;
}

/** isAbort tells whether a throwable means that the caller's own AbortSignal fired. */
export function isAbort(error: unknown): boolean {
  return hasCode(error, 'aborted') || (error instanceof Error && error.name === 'AbortError');
}

/**
 * errorMessage makes one short line of any throwable, with its causes, without ever serialising an object:
 * SDK errors carry request headers, and a header is where a token is.
 */
export function errorMessage(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 4 && current !== undefined && current !== null; depth++) {
    parts.push(oneLine(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return (
    parts.filter((part, index) => part !== '' && part !== parts[index - 1]).join(': ') || 'unknown error'
  );
}

function oneLine(value: unknown): string {
  if (value instanceof Error) {
    const code = 'code' in value && typeof value.code === 'string' ? ` (${value.code})` : '';
    return firstLine(`${firstLine(value.message) || firstLine(value.name)}${code}`);
  }
  return typeof value === 'object' || typeof value === 'function'
    ? 'unknown error'
    : firstLine(String(value));
}

/** Some throwables carry a message that is no text. */
function firstLine(text: unknown): string {
  if (typeof text !== 'string') return '';
  return (text.trim().split(/[\r\n]/, 1)[0] ?? '').slice(0, 500);
}
