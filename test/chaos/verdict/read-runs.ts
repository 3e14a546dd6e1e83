import { z } from 'zod';
import { type AttemptFields, attemptFromFields } from '../../../shared/attempt-fields.ts';
import { type Claim, isClusterClaim, parseAnyClaim, type RejectedClaim } from '../../../shared/claim.ts';
import { parseDocument } from '../../../shared/document.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { parseAttemptObject, rejectedObject } from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import { parseRejectedMessage, type RejectedMessage } from '../../../shared/rejected-message.ts';
import { type Attempt, formatRun, type RunKey } from '../../../shared/run.ts';
import { type StateEvent, stateEventSchema } from '../../../shared/state-event.ts';
import type { ChaosTask } from '../tasks/chaos-task.ts';
import type { Evidence, Violation } from './evidence.ts';

const sightSchema = z.object({ uid: z.string(), name: z.string() });

/** An attempt, as far as the bucket tells of it. */
export interface SeenAttempt {
  task: ChaosTask;
  attempt: Attempt;
  /** For a person: the run and the number of the try. */
  subject: string;
  /** Objects of the attempt by their names below its folder. */
  files: Map<string, Buffer>;
  claim: Claim | undefined;
  /** The claim that holds the place of an attempt that never has a Pod. */
  closed: RejectedClaim | undefined;
  outcome: Outcome | undefined;
  /** Of the Pod that a Turn has seen first. */
  sight: { uid: string; name: string } | undefined;
  /** Undefined when nothing names it. */
  pod: string | undefined;
  /** Whether its Pod was deleted from outside. */
  isDeleted: boolean;
}

/** A published run and its attempts, the first attempt first. */
export interface SeenRun {
  task: ChaosTask;
  subject: string;
  attempts: SeenAttempt[];
}

/** A published message that names no run. */
export interface SeenStray {
  /** Of the message. */
  id: string;
  /** The attempt as which it is announced. */
  attempt: Attempt;
  /** What it is filed as. */
  document: RejectedMessage | undefined;
}

/** An event that could be read. */
export interface ReadEvent {
  event: StateEvent;
  attempt: Attempt;
  data: string;
  attributes: Record<string, string>;
}

/** The evidence as the rules look at it. */
export interface Case {
  evidence: Evidence;
  runs: SeenRun[];
  /** All attempts of all runs. */
  attempts: SeenAttempt[];
  strays: SeenStray[];
  events: ReadEvent[];
  /** Documents and events that could not be read. */
  unreadable: Violation[];
  /** Names of objects that belong to no published run, and to no stray. */
  others: string[];
}

/** subjectOf names an attempt for a person. */
export function subjectOf(attempt: Attempt): string {
  return `${formatRun(attempt)} try ${attempt.tryNumber}`;
}

/** strayAttempt is the attempt as which a message that names no run is announced. */
export function strayAttempt(messageId: string): Attempt {
  return { dagId: 'default', runId: messageId, taskId: '', tryNumber: 1 };
}

/** closedAs is the end of an attempt whose place is held by such a claim, and the fate of its task. */
export function closedAs({ cancelled }: RejectedClaim): 'cancelled' | 'rejected' {
  return cancelled ? 'cancelled' : 'rejected';
}

/** wasStopped tells whether an attempt has ended because the functions have deleted its Pod before its container's end. */
export function wasStopped({ state, reason }: Outcome): boolean {
  return state === 'cancelled' || reason === 'execution_timeout' || reason === 'total_timeout';
}

/** readCase sorts the evidence by run and attempt. Never throws: what cannot be read is a violation of its own. */
export function readCase(tasks: readonly ChaosTask[], evidence: Evidence): Case {
  const unreadable: Violation[] = [];
  const read = <T>(subject: string, parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (error) {
      unreadable.push({ rule: 'readable', subject, detail: errorMessage(error) });
      return undefined;
    }
  };
  const strays = evidence.strays.map(id => {
    const bytes = evidence.objects.get(rejectedObject(id));
    const document = bytes && read(rejectedObject(id), () => parseRejectedMessage(bytes.toString('utf8')));
    return { id, attempt: strayAttempt(id), document };
  });
  const filed = new Set(evidence.strays.map(rejectedObject));
  const { folders, others } = sortObjects(tasks, evidence.objects);
  const runs = tasks.map(task => {
    const run = runOf(task);
    const tries = [...(folders.get(formatRun(run)) ?? [])].toSorted(([a], [b]) => a - b);
    const attempts = tries.map(([tryNumber, files]) => {
      const attempt = { ...run, tryNumber };
      return readAttempt(task, attempt, files, evidence, read);
    });
    return { task, subject: formatRun(run), attempts };
  });
  const events = evidence.events.flatMap(({ data, attributes }, index) => {
    const event = read(`event ${index + 1}`, () => parseDocument(stateEventSchema, data, 'event'));
    return event === undefined ? [] : [{ event, attempt: attemptFromFields(event.data), data, attributes }];
  });
  return {
    evidence,
    runs,
    attempts: runs.flatMap(({ attempts }) => attempts),
    strays,
    events,
    unreadable,
    others: others.filter(name => !filed.has(name)),
  };
}

function readAttempt(
  task: ChaosTask,
  attempt: Attempt,
  files: Map<string, Buffer>,
  { deletedFromOutside }: Evidence,
  read: <T>(subject: string, parse: () => T) => T | undefined,
): SeenAttempt {
  const subject = subjectOf(attempt);
  const document = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const bytes = files.get(name);
    return bytes && read(`${subject} ${name}`, () => parse(bytes.toString('utf8')));
  };
  const own = <T extends AttemptFields>(fields: T): T => {
    const told = subjectOf(attemptFromFields(fields));
    if (told !== subject) throw new Error(`it is that of ${told}`);
    return fields;
  };
  const found = document('launch.json', text => {
    const parsed = parseAnyClaim(text);
    if (isClusterClaim(parsed)) throw new Error('it is that of a cluster operation');
    if (!('rejected' in parsed)) own(parsed.record);
    return parsed;
  });
  const [claim, closed] = found && 'rejected' in found ? [undefined, found] : [found, undefined];
  const outcome = document('outcome.json', text => own(parseOutcome(text)));
  const sight = document('pod.json', text => parseDocument(sightSchema, text, 'pod.json'));
  const pod = claim?.pod.name ?? sight?.name ?? outcome?.pod?.name;
  const isDeleted = pod !== undefined && deletedFromOutside.includes(pod);
  return { task, attempt, subject, files, claim, closed, outcome, sight, pod, isDeleted };
}

/** By run, by number of the try, by name below the attempt's folder. */
type Folders = Map<string, Map<number, Map<string, Buffer>>>;

function sortObjects(
  tasks: readonly ChaosTask[],
  objects: Evidence['objects'],
): { folders: Folders; others: string[] } {
  const folders: Folders = new Map(tasks.map(task => [formatRun(runOf(task)), new Map()]));
  const others: string[] = [];
  for (const [name, bytes] of objects) {
    const parsed = name.startsWith('runs/') ? parseAttemptObject(name) : undefined;
    const tries = parsed && folders.get(formatRun(parsed.attempt));
    if (parsed === undefined || tries === undefined) {
      others.push(name);
      continue;
    }
    const files = tries.get(parsed.attempt.tryNumber) ?? new Map<string, Buffer>();
    tries.set(parsed.attempt.tryNumber, files.set(parsed.rest, bytes));
  }
  return { folders, others };
}

function runOf({ dagId, runId, taskId }: ChaosTask): RunKey {
  return { dagId, runId, taskId };
}
