import { z } from 'zod';
import { type AnyClaim, type Claim, type ClusterClaim, parseAnyClaim } from './claim.ts';
import { parseDocument } from './document.ts';
import { attemptObjects, parseAttemptObject } from './object-names.ts';
import { announcedState, type Outcome, parseOutcome, type State } from './outcome.ts';
import type { ObjectInfo } from './ports/store.ts';
import { type RunKey, sameRun } from './run.ts';

const runningSchema = z.object({ started_at: z.string() });

/** The log of one container as the bucket has it. */
export interface ContainerLog {
  /** The whole log, once the container has ended. */
  composed?: ObjectInfo;
  /** In order, from number 1 on; ends before the first one that is missing. */
  segments: ObjectInfo[];
}

/** The objects of one attempt, by what they are for. */
export interface AttemptFiles {
  tryNumber: number;
  launch?: ObjectInfo;
  running?: ObjectInfo;
  outcome?: ObjectInfo;
  /** By container, in the order of the containers' names. */
  logs: Map<string, ContainerLog>;
}

/** The documents of the attempt that decides, as far as they exist. */
export interface AttemptDocuments {
  claim?: AnyClaim;
  running?: { started_at: string };
  outcome?: Outcome;
}

/** The state of a Run, and since when. */
export interface RunState {
  run: RunKey;
  state: State;
  /** True when nothing more will happen: the last attempt has its outcome. */
  ended: boolean;
  /** The attempt that the state is about: the last one. */
  tryNumber: number;
  /** Reason code of the outcome; empty before. */
  reason: string;
  /** RFC 3339: when the state was entered. */
  since: string;
  /** The message that the Run is from, when the claim has been read. */
  messageId?: string;
  /** Absent for a task that was rejected. */
  claim?: Claim | ClusterClaim;
  outcome?: Outcome;
}

/** filesOf sorts the objects of a Run's folder by attempt, the first attempt first; what belongs to another run is left out. */
export function filesOf(run: RunKey, objects: Iterable<ObjectInfo>): AttemptFiles[] {
  const attempts = new Map<number, AttemptFiles>();
  for (const info of objects) {
    const parsed = parseAttemptObject(info.name);
    if (parsed === undefined || !sameRun(parsed.attempt, run)) continue;
    const { tryNumber } = parsed.attempt;
    const files = attempts.get(tryNumber) ?? { tryNumber, logs: new Map<string, ContainerLog>() };
    attempts.set(tryNumber, files);
    file(files, parsed.rest, info);
  }
  for (const { logs } of attempts.values()) for (const log of logs.values()) keepUnbroken(log);
  return [...attempts.values()].sort((a, b) => a.tryNumber - b.tryNumber);
}

/** parseAttemptDocuments reads the documents that decide the state; throws `invalid_document`. */
export function parseAttemptDocuments(texts: Partial<Record<DocumentName, string>>): AttemptDocuments {
  const documents: AttemptDocuments = {};
  if (texts.launch !== undefined) documents.claim = parseAnyClaim(texts.launch);
  if (texts.running !== undefined)
    documents.running = parseDocument(runningSchema, texts.running, 'running.json');
  if (texts.outcome !== undefined) documents.outcome = parseOutcome(texts.outcome);
  return documents;
}

/**
 * runState is the state of a Run: a function of the objects that exist and of nothing else (invariant I5). `last` is
 * the last of {@link filesOf}, `documents` are its own. Undefined when the Run has no attempt: nobody has taken its
 * message yet, or there never was one.
 */
export function runState(
  run: RunKey,
  last: AttemptFiles | undefined,
  documents: AttemptDocuments,
): RunState | undefined {
  if (last === undefined) return undefined;
  const { claim, running, outcome } = documents;
  const base = {
    run,
    tryNumber: last.tryNumber,
    ...(claim === undefined ? {} : { messageId: claim.message_id }),
    ...(claim !== undefined && 'record' in claim ? { claim } : {}),
  };
  if (outcome !== undefined) {
    const since = outcome.ended_at ?? last.outcome?.updatedAt ?? '';
    const ended = outcome.retry === undefined;
    return { ...base, state: announcedState(outcome), ended, reason: outcome.reason, since, outcome };
  }
  if (claim !== undefined && 'rejected' in claim)
    return {
      ...base,
      state: claim.cancelled ? 'cancelled' : 'rejected',
      ended: false,
      reason: '',
      since: claim.claimed_at,
    };
  if (running !== undefined || last.running !== undefined) {
    const since = running?.started_at ?? last.running?.updatedAt ?? '';
    return { ...base, state: 'running', ended: false, reason: '', since };
  }
  const since = claim?.claimed_at ?? last.launch?.updatedAt ?? '';
  return { ...base, state: 'queued', ended: false, reason: '', since };
}

/** A document that decides the state. */
export type DocumentName = 'launch' | 'running' | 'outcome';

/** documentNames are the objects whose content decides the state of an attempt, as far as they exist. */
export function documentNames(run: RunKey, files: AttemptFiles): { name: DocumentName; object: string }[] {
  const objects = attemptObjects({ ...run, tryNumber: files.tryNumber });
  const names: DocumentName[] = ['launch', 'running', 'outcome'];
  return names.filter(name => files[name] !== undefined).map(name => ({ name, object: objects[name] }));
}

function file(files: AttemptFiles, rest: string, info: ObjectInfo): void {
  if (rest === 'launch.json') files.launch = info;
  else if (rest === 'running.json') files.running = info;
  else if (rest === 'outcome.json') files.outcome = info;
  const [, container, segment] = /^logs\/([a-z0-9-]+)(?:\.log|\/(\d{6,})\.log)$/.exec(rest) ?? [];
  if (container === undefined) return;
  const log = files.logs.get(container) ?? { segments: [] };
  files.logs.set(container, log);
  if (segment === undefined) log.composed = info;
  else log.segments.push(info);
}

/** Two Turns at once may list a segment before the one that precedes it: what follows a hole waits. */
function keepUnbroken(log: ContainerLog): void {
  const numberOf = (info: ObjectInfo): number => Number(/(\d+)\.log$/.exec(info.name)?.[1]);
  log.segments.sort((a, b) => numberOf(a) - numberOf(b));
  const hole = log.segments.findIndex((info, index) => numberOf(info) !== index + 1);
  if (hole >= 0) log.segments.length = hole;
}
