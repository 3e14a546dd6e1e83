import { createHash } from 'node:crypto';
import { z } from 'zod';
import { attemptFields, attemptToFields } from './attempt-fields.ts';
import { type OutcomeClass, outcomeClasses, type State, states } from './outcome.ts';
import type { OutgoingMessage } from './ports/publisher.ts';
import type { Attempt } from './run.ts';

/**
 * The event of a state change, as subscribers read it: a CloudEvent 1.0 in structured JSON. schema/event.schema.json is made of it.
 * Source: github.com/cloudevents/spec, cloudevents/spec.md and formats/json-format.md.
 */
export const stateEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('The same each time that this change is told; a subscriber that counts drops the second.'),
  type: z.enum(states.map(state => `dev.taskpod.run.${state}` as const)),
  source: z
    .string()
    .describe('The bucket that holds what belongs to the run, //storage.googleapis.com/BUCKET.'),
  subject: z
    .string()
    .describe('DAG/RUN/TASK or DAG/RUN/TASK/MAP, each part percent-encoded; the command line takes it.'),
  time: z.iso.datetime().describe('When the state was entered.'),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    ...attemptFields,
    state: z.enum(states),
    reason: z.string().describe('A code of docs/outcomes.md; empty while there is nothing to explain.'),
    class: z.enum(outcomeClasses),
    exit_code: z.number().int().nullable().describe('Of the base container; null when it has none.'),
    summary: z.string().describe('One sentence for a person.'),
  }),
});
/** The event of a state change. */
export type StateEvent = z.output<typeof stateEventSchema>;

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
  const event: StateEvent = {
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
