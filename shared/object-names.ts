import type { Attempt, RunKey } from './run.ts';

/** Cloud Storage refuses longer object names (bytes of UTF-8). https://cloud.google.com/storage/docs/objects#naming */
export const maxObjectNameBytes = 1_024;

/** The folder of everything that runs leave behind. */
export const runsPrefix = 'runs/';

/**
 * encodeSegment makes one path segment of any id: percent-encoded, and never `.` or `..` or empty. Throws RangeError for
 * those, and for half a surrogate pair, which has no UTF-8.
 */
export function encodeSegment(id: string): string {
  if (id === '' || id === '.' || id === '..' || !id.isWellFormed())
    throw new RangeError(`${JSON.stringify(id)} cannot be part of an object name`);
  return encodeURIComponent(id).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** runPrefix is the folder of a run, with a slash at its end. */
export function runPrefix(run: RunKey): string {
  const map = run.mapIndex === undefined ? '' : `map_index=${run.mapIndex}/`;
  const ids = `dag_id=${encodeSegment(run.dagId)}/run_id=${encodeSegment(run.runId)}/task_id=${encodeSegment(run.taskId)}`;
  return `${runsPrefix}${ids}/${map}`;
}

/** attemptPrefix is the folder of an attempt, with a slash at its end. */
export function attemptPrefix(attempt: Attempt): string {
  return `${runPrefix(attempt)}attempt=${attempt.tryNumber}/`;
}

/** The names of the objects of one attempt; design: storage layout. */
export function attemptObjects(attempt: Attempt) {
  const prefix = attemptPrefix(attempt);
  return {
    /** The claim: create-only, before the POST. */
    launch: `${prefix}launch.json`,
    /** Create-only, at a Turn's first sight of the Pod: the proof that the Pod has existed. */
    pod: `${prefix}pod.json`,
    /** Of a cluster operation: create-only, after its request. */
    operation: `${prefix}operation.json`,
    /** Of a creation that did not succeed: create-only, before it is undone. */
    ending: `${prefix}ending.json`,
    /** Create-only, before the outcome of a failure: the Pod's last status and its manifest, without values. */
    podFinal: `${prefix}pod.final.json`,
    /** Create-only, when the base container has started. */
    running: `${prefix}running.json`,
    /** The XCom value, byte for byte. */
    xcom: `${prefix}return.json`,
    /** That somebody wants the attempt to end: create-only. */
    cancel: `${prefix}cancel.json`,
    /** That the Pod was told to end at a deadline of the attempt: create-only. */
    stop: `${prefix}stop.json`,
    /** How the attempt ended: create-only. */
    outcome: `${prefix}outcome.json`,
    /** The folder of all logs. */
    logs: `${prefix}logs/`,
    /** The composed log of a container that has ended. */
    log: (container: string) => `${prefix}logs/${encodeSegment(container)}.log`,
    /** The folder of a container's segments. */
    segments: (container: string) => `${prefix}logs/${encodeSegment(container)}/`,
    /** One segment, numbered from 1. */
    segment: (container: string, number: number) =>
      `${prefix}logs/${encodeSegment(container)}/${String(number).padStart(6, '0')}.log`,
  };
}

/** openPrefix is the folder with the markers of a scope's unfinished attempts. */
export function openPrefix(scope: string): string {
  return `open/${encodeSegment(scope)}/`;
}

/** openMarker is the marker of one unfinished attempt: what the sweep lists. */
export function openMarker(scope: string, attempt: Attempt): string {
  return `${openPrefix(scope)}${attemptPrefix(attempt).slice(runsPrefix.length, -1)}`;
}

/** leaseObject is the lease of a scope. */
export function leaseObject(scope: string): string {
  return `leases/${encodeSegment(scope)}.json`;
}

/** rejectedObject is where a message is filed that has no run key of its own. */
export function rejectedObject(messageId: string): string {
  return `rejected/${encodeSegment(messageId)}.json`;
}

/** The folder of all variables. */
export const variablesPrefix = 'config/variables/';

/** variableObject is where a variable's text stands, as it is. */
export function variableObject(key: string): string {
  return `${variablesPrefix}${encodeSegment(key)}`;
}

/** The folder of all connections. */
export const connectionsPrefix = 'config/connections/';

/** connectionObject is where a connection stands; shared/connection.ts. */
export function connectionObject(id: string): string {
  return `${connectionsPrefix}${encodeSegment(id)}.json`;
}

/** podTemplateObject is the object that `pod_template_file` names, by its path below `config/pod_templates/`. */
export function podTemplateObject(path: string): string {
  return `config/pod_templates/${path.split('/').map(encodeSegment).join('/')}`;
}

const attemptPattern =
  /^(?:runs\/|open\/[^/]+\/)dag_id=([^/]+)\/run_id=([^/]+)\/task_id=([^/]+)\/(?:map_index=(\d{1,9})\/)?attempt=(\d{1,6})(?:\/(.*))?$/;

/**
 * parseAttemptObject takes the name of any object of an attempt, or of its marker, apart; `rest` is what follows the
 * attempt's folder (`outcome.json`, empty for a marker). Undefined when the name is of another kind.
 */
export function parseAttemptObject(name: string): { attempt: Attempt; rest: string } | undefined {
  const match = attemptPattern.exec(name);
  const [, dag, run, task, map, number, rest = ''] = match ?? [];
  if (dag === undefined || run === undefined || task === undefined || number === undefined) return undefined;
  try {
    const key = {
      dagId: decodeURIComponent(dag),
      runId: decodeURIComponent(run),
      taskId: decodeURIComponent(task),
    };
    const attempt = {
      ...key,
      ...(map === undefined ? {} : { mapIndex: Number(map) }),
      tryNumber: Number(number),
    };
    return { attempt, rest };
  } catch {
    return undefined;
  }
}

/** longestObjectNameBytes is the size of the longest name that an attempt can need (a segment of a 63-character container). */
export function longestObjectNameBytes(attempt: Attempt): number {
  return Buffer.byteLength(attemptObjects(attempt).segment('x'.repeat(63), 999_999)) + 'composed/99/'.length;
}
