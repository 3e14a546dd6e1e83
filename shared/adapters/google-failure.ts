import { z } from 'zod';
import { parseDocument } from '../document.ts';
import { type ErrorCode, errorMessage, TaskpodError } from '../errors.ts';

/** The words in which failures of one Google API are told. */
export interface GoogleApi {
  /** As in "Cloud Storage". */
  name: string;
  unavailable: ErrorCode;
  refused: ErrorCode;
  /** What to do about 403. */
  permissionAction: string;
  /** What to do about 403 when the project has the API switched off; default: as for any 403. */
  disabledAction?: string;
  /** What to do about 404. */
  missingAction: string;
  /** What to do about an outage that goes on. */
  outageAction: string;
}

/** googleOutageAction is what to do about an outage of a service of Google's. */
export const googleOutageAction =
  'Check the network between here and Google, and https://status.cloud.google.com; then try again.';

/** An answer that is not a success. */
export interface FailedAnswer {
  status: number;
  /** Body as text: Google's JSON error, or anything. */
  body: string;
  /** Header Retry-After, as it came. */
  retryAfter?: string | null | undefined;
}

const loginAction =
  'Run `gcloud auth application-default login`, or give the service account that runs this a valid identity.';

/**
 * answerFailure maps a failed answer: 408, 429 and 5xx are an outage (retryable), all else is a refusal.
 * `what` names the call, as in `create runs/a.json`. Source: https://cloud.google.com/apis/design/errors
 */
export function answerFailure(
  api: GoogleApi,
  what: string,
  answer: FailedAnswer,
  now: () => number,
): TaskpodError {
  const { status } = answer;
  const message = `${api.name} answered ${status} to ${what}: ${googleMessage(answer.body)}`;
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterSeconds = parseRetryAfter(answer.retryAfter, now);
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return new TaskpodError(api.unavailable, message, {
      retryable: true,
      action: api.outageAction,
      status,
      ...wait,
    });
  }
  const action = refusalAction(api, status, answer.body);
  return new TaskpodError(api.refused, message, { status, ...(action === undefined ? {} : { action }) });
}

/**
 * thrownFailure maps what a call threw before there was an answer: no credentials and a refused login are refusals,
 * everything about the network is an outage (retryable). A TaskpodError passes as it is, but for one about
 * credentials, which is told as this API's.
 */
export function thrownFailure(api: GoogleApi, what: string, error: unknown): TaskpodError {
  if (error instanceof TaskpodError) {
    const isOwn = error.code === api.refused || error.code === api.unavailable;
    return isOwn || !isCredentials(error) ? error : asFailureOf(api, what, error);
  }
  const status = statusOf(error);
  const told = errorMessage(error);
  const message = `${api.name} was not reached for ${what}: ${told}`;
  const denied = status !== undefined && status < 500 && status !== 408 && status !== 429;
  if (denied || told.includes('Could not load the default credentials')) {
    const facts = status === undefined ? {} : { status };
    return new TaskpodError(api.refused, message, { action: loginAction, ...facts });
  }
  return new TaskpodError(api.unavailable, message, { retryable: true, action: api.outageAction });
}

/**
 * parseAnswer reads a successful answer through its schema. One that does not fit comes from something in between (a
 * proxy's page, a body cut off) and may be right the next time: an outage.
 */
export function parseAnswer<S extends z.ZodType>(
  api: Pick<GoogleApi, 'name' | 'unavailable'>,
  schema: S,
  body: string,
): z.output<S> {
  try {
    return parseDocument(schema, body, `the answer of ${api.name}`);
  } catch (error) {
    throw new TaskpodError(api.unavailable, errorMessage(error), { retryable: true });
  }
}

/** Who is asked to wait longer had better try again another time. */
const longestWaitSeconds = 60;

/**
 * parseRetryAfter reads a Retry-After header (seconds or a date) as seconds, at most 60; undefined when there is none
 * or it makes no sense.
 */
export function parseRetryAfter(header: string | null | undefined, now: () => number): number | undefined {
  if (header === null || header === undefined || header === '') return undefined;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.min(longestWaitSeconds, Math.max(0, seconds));
}

/** googleMessage takes the sentence out of Google's JSON error; the body's first line when it is something else. */
export function googleMessage(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    const error = property(json, 'error');
    const message = property(error, 'message') ?? property(json, 'error_description') ?? error;
    if (typeof message === 'string') return errorMessage(message);
  } catch {
    // not JSON: a proxy's or a load balancer's page
  }
  return errorMessage(body);
}

/** Source: https://cloud.google.com/apis/design/errors, ErrorInfo with the domain googleapis.com. */
const disabled = z.object({
  error: z.object({ details: z.array(z.object({ reason: z.string().optional() })) }),
});

/** Tells whether the project has the API switched off. */
function isDisabled(body: string): boolean {
  try {
    const { error } = disabled.parse(JSON.parse(body));
    return error.details.some(({ reason }) => reason === 'SERVICE_DISABLED');
  } catch {
    return false;
  }
}

function isCredentials(error: TaskpodError): boolean {
  return error.code === 'credentials_refused' || error.code === 'credentials_unavailable';
}

function asFailureOf(api: GoogleApi, what: string, error: TaskpodError): TaskpodError {
  return new TaskpodError(error.retryable ? api.unavailable : api.refused, `${what}: ${error.message}`, {
    retryable: error.retryable,
    ...(error.action === undefined ? {} : { action: error.action }),
    cause: error,
  });
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = property(error, 'status') ?? property(property(error, 'response'), 'status');
  return typeof status === 'number' ? status : undefined;
}

function refusalAction(api: GoogleApi, status: number, body: string): string | undefined {
  if (status === 401) return loginAction;
  if (status === 403 && api.disabledAction !== undefined && isDisabled(body)) return api.disabledAction;
  if (status === 403) return api.permissionAction;
  return status === 404 ? api.missingAction : undefined;
}
