import { createHash } from 'node:crypto';
import { attemptToFields } from './attempt-fields.ts';
import type { OutcomeClass, State } from './outcome.ts';
import type { OutgoingMessage } from './ports/publisher.ts';
import type { Attempt } from './run.ts';

/** What a state change tells. */
export interface StateChange {
  attempt: Attempt;
  state: State;
  /** Reason code; empty while there is nothing to explain. */
  reason: string;
  class: OutcomeClass;
  exitCode: number | null;
  summary: string;
  /** RFC 3339: when the state was entered, not when it is published; a repeated event has the same. */
  at: string;
  /** The bucket that holds the attempt's objects. */
  bucket: string;
}

/** stateEventId is the same for every repetition of one change, so that a subscriber can drop the second. */
export function stateEventId(attempt: Attempt, state: State): string {
  const key = JSON.stringify([
    attempt.dagId,
    attempt.runId,
    attempt.taskId,
    attempt.mapIndex ?? -1,
    attempt.tryNumber,
    state,
  ]);
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/**
 * stateEvent makes the Pub/Sub message of a state change: a structured CloudEvent 1.0 of type
 * `dev.taskpod.run.<state>`, with attributes to filter on.
 */
export function stateEvent(change: StateChange): OutgoingMessage {
  const { attempt, state } = change;
  const event = {
    specversion: '1.0',
    id: stateEventId(attempt, state),
    type: `dev.taskpod.run.${state}`,
    source: `//storage.googleapis.com/${change.bucket}`,
    subject: [
      attempt.dagId,
      attempt.runId,
      attempt.taskId,
      ...(attempt.mapIndex === undefined ? [] : [attempt.mapIndex]),
    ]
      .map(part => encodeURIComponent(part))
      .join('/'),
    time: change.at,
    datacontenttype: 'application/json',
    data: {
      ...attemptToFields(attempt),
      state,
      reason: change.reason,
      class: change.class,
      exit_code: change.exitCode,
      summary: change.summary,
    },
  };
  return {
    data: JSON.stringify(event),
    attributes: {
      'content-type': 'application/cloudevents+json',
      dag_id: attributeValue(attempt.dagId),
      run_id: attributeValue(attempt.runId),
      task_id: attributeValue(attempt.taskId),
      state,
      reason: change.reason,
    },
  };
}

/** Pub/Sub takes 1,024 bytes of UTF-8 a value; an id may be longer, and the cut may go through a surrogate pair. */
function attributeValue(id: string): string {
  return id.slice(0, 250).toWellFormed();
}
