import { announcedState } from '../../../shared/outcome.ts';
import { stateEventId } from '../../../shared/state-event.ts';
import type { ChaosTask } from '../tasks/chaos-task.ts';
import { expectedLogs } from '../tasks/expected.ts';
import type { Evidence } from './evidence.ts';
import { readLogText } from './log-text.ts';
import { podPosts, podsMade } from './pod-calls.ts';
import { readCase, type SeenAttempt } from './read-runs.ts';

/** What a chaos run came to, in numbers; for the report. */
export interface Summary {
  runs: number;
  /** Runs by the kind of their task. */
  kinds: Record<string, number>;
  /** Messages that name no run. */
  strays: number;
  attempts: number;
  /** Attempts that another one follows. */
  retries: number;
  /** Attempts whose Pod was deleted from outside. */
  deletedFromOutside: number;
  /** Attempts by the state that they have brought their run into, and the reason: `success completed`. */
  ends: Record<string, number>;
  /** Logs that were compared with what was printed: `lines` and `bytes` are the container's own. */
  logs: { compared: number; lines: number; bytes: number; gaps: number };
  /** Results that were compared with what was written. */
  results: { compared: number; bytes: number };
  /** `repeated`: events that came more than once; `queuedUntold`: attempts of which nobody was told that they are queued. */
  events: { came: number; different: number; repeated: number; queuedUntold: number };
  /**
   * Requests for a Pod: those that made one, and those that found it there. `again`: attempts that had a second Pod, because the first
   * was deleted from outside before a Turn had seen it.
   */
  posts: { created: number; conflicts: number; again: number };
  objects: { count: number; bytes: number };
}

/** summarize counts what {@link verify} has looked at. Pure. */
export function summarize(tasks: readonly ChaosTask[], evidence: Evidence): Summary {
  const { attempts, strays, events } = readCase(tasks, evidence);
  const came = Map.groupBy(events, ({ event }) => event.id);
  const created = podsMade(evidence.calls);
  const pods = new Set(created.map(({ name }) => name));
  return {
    runs: tasks.length,
    kinds: countBy(tasks.map(({ kind }) => kind)),
    strays: strays.length,
    attempts: attempts.length,
    retries: attempts.filter(({ outcome }) => outcome?.retry !== undefined).length,
    deletedFromOutside: attempts.filter(({ isDeleted }) => isDeleted).length,
    ends: countBy(attempts.map(endOf)),
    logs: countLogs(attempts),
    results: countResults(attempts),
    events: {
      came: events.length,
      different: came.size,
      repeated: [...came.values()].filter(({ length }) => length > 1).length,
      queuedUntold: attempts.filter(
        ({ attempt, closed }) => !closed && !came.has(stateEventId(attempt, 'queued')),
      ).length,
    },
    posts: {
      created: created.length,
      conflicts: podPosts(evidence.calls).filter(({ status }) => status === 409).length,
      again: created.length - pods.size,
    },
    objects: { count: evidence.objects.size, bytes: sum([...evidence.objects.values()].map(lengthOf)) },
  };
}

function endOf({ outcome }: SeenAttempt): string {
  return outcome === undefined ? 'none' : `${announcedState(outcome)} ${outcome.reason}`;
}

function countLogs(attempts: readonly SeenAttempt[]): Summary['logs'] {
  const texts = attempts.flatMap(({ task, files }) =>
    expectedLogs(task).flatMap(({ container }) => {
      const bytes = files.get(`logs/${container}.log`);
      return bytes === undefined ? [] : [readLogText(bytes)];
    }),
  );
  return {
    compared: texts.length,
    lines: sum(texts.map(({ bytes }) => bytes.filter(byte => byte === 10).length + (isEnded(bytes) ? 0 : 1))),
    bytes: sum(texts.map(({ bytes }) => bytes.length)),
    gaps: sum(texts.map(({ gaps }) => gaps)),
  };
}

function isEnded(bytes: Buffer): boolean {
  return bytes.length === 0 || bytes.at(-1) === 10;
}

function countResults(attempts: readonly SeenAttempt[]): Summary['results'] {
  const results = attempts.flatMap(({ files }) => files.get('return.json') ?? []);
  return { compared: results.length, bytes: sum(results.map(lengthOf)) };
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys.toSorted()) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function lengthOf({ length }: Buffer): number {
  return length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
