import { stateEventId } from '../../../../shared/state-event.ts';
import type { Violation } from '../evidence.ts';
import type { Case } from '../read-runs.ts';

/** A message that names no run is filed under its own id, with all that is wrong with it, and announced at least once. */
export function straysAreKept({ strays, events }: Case): Violation[] {
  const rule = 'strays are kept';
  const told = new Set(events.map(({ event }) => event.id));
  return strays.flatMap(({ id, attempt, document }) => {
    const subject = `message ${id}`;
    if (document === undefined) return [{ rule, subject, detail: 'it is not in rejected/' }];
    if (document.message_id !== id)
      return [{ rule, subject, detail: `it is filed as message ${document.message_id}` }];
    if (document.problems.length === 0)
      return [{ rule, subject, detail: 'nothing tells what is wrong with it' }];
    return told.has(stateEventId(attempt, 'rejected'))
      ? []
      : [{ rule, subject, detail: 'no event tells that it is rejected' }];
  });
}

/** The outcome of a task that is not valid lists what is wrong with it, and no other outcome has problems. */
export function problemsAreTold({ attempts }: Case): Violation[] {
  const rule = 'problems are told';
  return attempts.flatMap(({ subject, outcome }) => {
    if (outcome === undefined) return [];
    const count = outcome.problems?.length ?? 0;
    if (outcome.state === 'rejected' && count === 0)
      return [{ rule, subject, detail: 'nothing tells what is wrong with it' }];
    if (outcome.state !== 'rejected' && count > 0)
      return [{ rule, subject, detail: `it is ${outcome.state}, and has ${count} problems` }];
    return [];
  });
}
