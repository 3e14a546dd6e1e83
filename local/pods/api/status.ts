/** One entry of `details.causes` in a Kubernetes Status. */
export interface StatusCause {
  reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound'
    | 'FieldValueNotSupported';
  message: string;
  field: string;
}

/** A Kubernetes `Status` of a failure, as the API server writes it. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure';
  message: string;
  reason?: string;
  details?: { name?: string; kind?: string; causes?: StatusCause[]; retryAfterSeconds?: number };
  code: number;
}

/** What a caller did that the API refuses: thrown by handlers, answered as its Status. Never seen outside the emulator. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: Status['details']) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** badRequest is a 400: the request could not be understood. */
export function badRequest(message: string): ApiRefusal {
  return new ApiRefusal(400, 'BadRequest', message);
}

/** onlyJson is a 415: kubectl sends protobuf for some commands. */
export function onlyJson(): ApiRefusal {
  const how = 'kubectl create ... --dry-run=client --output=yaml | kubectl create --filename=-';
  return new ApiRefusal(
    415,
    'UnsupportedMediaType',
    `the Pod emulator takes JSON only; do it in two steps: ${how}`,
  );
}

/** notFound is a 404 for an object; `resource` is the plural in lower case. */
export function notFound(resource: string, name: string): ApiRefusal {
  return new ApiRefusal(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });
}

/** unknownPath is a 404 for a path that the emulator does not serve. */
export function unknownPath(): ApiRefusal {
  return new ApiRefusal(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** alreadyExists is a 409 for a name that is taken. */
export function alreadyExists(resource: string, name: string): ApiRefusal {
  return new ApiRefusal(409, 'AlreadyExists', `${resource} "${name}" already exists`, {
    name,
    kind: resource,
  });
}

/** conflict is a 409 for a precondition that does not hold. */
export function conflict(kind: string, name: string, why: string): ApiRefusal {
  return new ApiRefusal(409, 'Conflict', `Operation cannot be fulfilled on ${kind} "${name}": ${why}`, {
    name,
    kind,
  });
}

/** invalid is a 422 with every problem of the object; `causes` must not be empty. */
export function invalid(kind: string, name: string, causes: StatusCause[]): ApiRefusal {
  const lines = causes.map(cause => `${cause.field}: ${cause.message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiRefusal(422, 'Invalid', `${kind} "${name}" is invalid: ${all}`, { name, kind, causes });
}

/** methodNotAllowed is a 405 for a verb that the emulator does not have. */
export function methodNotAllowed(): ApiRefusal {
  return new ApiRefusal(
    405,
    'MethodNotAllowed',
    'the Pod emulator does not support this; use a real cluster: taskpod local --context NAME',
    {},
  );
}

/** expired is the 410 of a watch whose resourceVersion is no longer kept. */
export function expired(requested: number, oldest: number): ApiRefusal {
  return new ApiRefusal(410, 'Expired', `too old resource version: ${requested} (${oldest})`);
}

/** tooLarge is the 504 of a resourceVersion that the emulator has not reached, as after a restart. */
export function tooLarge(requested: number, current: number): ApiRefusal {
  return new ApiRefusal(504, 'Timeout', `Too large resource version: ${requested}, current: ${current}`, {
    retryAfterSeconds: 1,
  });
}
