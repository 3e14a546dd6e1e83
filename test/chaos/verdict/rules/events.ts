import { announcedState, type Outcome } from '../../../../shared/outcome.ts';
import { stateEventId } from '../../../../shared/state-event.ts';
import type { Violation } from '../evidence.ts';
import { type Case, type ReadEvent, type SeenAttempt, subjectOf } from '../read-runs.ts';

/** States in which an attempt has not ended; every other one is told of its outcome. */
const openStates = ['queued', 'running'];
/** What is told of a message that names no run: state, reason, class, exit code. */
const strayEnd = ['rejected', 'invalid_task', 'config', null];

/** I6: each outcome was announced at least once, and so was each start that the bucket tells of. */
export function everythingIsTold({ attempts, events }: Case): Violation[] {
  const rule = 'I6 told at least once';
  const told = new Set(events.map(({ event }) => event.id));
  return attempts.flatMap(seen => {
    const { attempt, subject, files, outcome } = seen;
    if (outcome === undefined) return [];
    const final = announcedState(outcome);
    if (outcome.events.join() !== stateEventId(attempt, final))
      return [{ rule, subject, detail: `its outcome names the events ${outcome.events.join(', ')}` }];
    if (hasStarted(seen) && !files.has('running.json'))
      return [{ rule, subject, detail: 'its container has run, and there is no running.json' }];
    const states = [...(files.has('running.json') ? (['running'] as const) : []), final];
    return states
      .filter(state => !told.has(stateEventId(attempt, state)))
      .map(state => ({ rule, subject, detail: `no event tells that it is ${state}` }));
  });
}

/** Of a Pod that was deleted from outside the start may never have been seen. */
function hasStarted({ outcome, isDeleted }: SeenAttempt): boolean {
  return !isDeleted && outcome !== undefined && outcome.started_at !== null;
}

/** I6: a repeated event is the same word for word, and each has the id of its attempt and state. */
export function repetitionsAreTheSame({ events }: Case): Violation[] {
  const rule = 'I6 same event, same id';
  const first = new Map<string, ReadEvent>();
  return events.flatMap(read => {
    const { event, attempt, data, attributes } = read;
    const subject = subjectOf(attempt);
    const { state } = event.data;
    if (event.id !== stateEventId(attempt, state))
      return [{ rule, subject, detail: `the event of ${state} has the id ${event.id}` }];
    const earlier = first.get(event.id);
    first.set(event.id, earlier ?? read);
    if (earlier && (earlier.data !== data || textOf(earlier.attributes) !== textOf(attributes)))
      return [{ rule, subject, detail: `the event of ${state} came again as ${data}` }];
    if (attributes.state !== state || attributes.task_id !== event.data.task_id)
      return [{ rule, subject, detail: `the attributes of ${state} are ${textOf(attributes)}` }];
    return [];
  });
}

/**
 * Nothing is told that is not so: no event of an attempt that is not there, and of an end only what its outcome says; of a message
 * that names no run, that it is rejected.
 */
export function nothingElseIsTold({ attempts, strays, events }: Case): Violation[] {
  const rule = 'events are true';
  const bySubject = new Map(attempts.map(seen => [seen.subject, seen]));
  const straySubjects = new Set(strays.map(({ attempt }) => subjectOf(attempt)));
  const untrue = events.flatMap(({ event, attempt }) => {
    const subject = subjectOf(attempt);
    const { state } = event.data;
    const told = [state, event.data.reason, event.data.class, event.data.exit_code];
    const seen = bySubject.get(subject);
    if (straySubjects.has(subject))
      return told.join() === strayEnd.join()
        ? []
        : [{ rule, subject, detail: `an event tells ${told.join(', ')} of a message that names no run` }];
    if (seen === undefined)
      return [{ rule, subject, detail: `an event tells that it is ${state}, and it is not there` }];
    if (openStates.includes(state)) return [];
    if (!seen.files.has('outcome.json'))
      return [{ rule, subject, detail: `an event tells that it is ${state}, and it has no outcome` }];
    const stored = seen.outcome && endOf(seen.outcome);
    if (stored === undefined || told.join() === stored.join()) return [];
    return [{ rule, subject, detail: `an event tells ${told.join(', ')}, its outcome ${stored.join(', ')}` }];
  });
  // The same event may have come many times.
  return untrue.filter(
    ({ subject, detail }, index) =>
      untrue.findIndex(other => other.subject === subject && other.detail === detail) === index,
  );
}

function endOf(outcome: Outcome): (string | number | null)[] {
  return [announcedState(outcome), outcome.reason, outcome.class, outcome.exit_code];
}

function textOf(attributes: Record<string, string>): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => a.localeCompare(b)));
}
