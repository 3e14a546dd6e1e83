import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { states } from '../../shared/outcome.ts';
import { type StateChange, stateEvent, stateEventId } from '../../shared/state-event.ts';
import { anyAttempt } from './arbitrary.ts';

const attempt = { dagId: 'etl', runId: 'manual/1', taskId: 'load', tryNumber: 2 };
const change: StateChange = {
  attempt,
  state: 'failed',
  reason: 'exit_code',
  class: 'user',
  exitCode: 3,
  summary: 'The container ended with exit code 3.',
  at: '2026-01-01T00:00:00.000Z',
  bucket: 'my-bucket',
};

describe('stateEventId', () => {
  test('never changes', () => {
    expect(stateEventId(attempt, 'failed')).toBe('d1f2b96873a512a1c5badab9acd2e8ee');
  });

  test('differs between attempts and states', () => {
    const ids = [
      ...states.map(state => stateEventId(attempt, state)),
      stateEventId({ ...attempt, dagId: 'x' }, 'failed'),
      stateEventId({ ...attempt, runId: 'x' }, 'failed'),
      stateEventId({ ...attempt, taskId: 'x' }, 'failed'),
      stateEventId({ ...attempt, mapIndex: 0 }, 'failed'),
      stateEventId({ ...attempt, tryNumber: 1 }, 'failed'),
    ];
    expect(new Set(ids).size).toBe(states.length + 5);
  });
});

describe('stateEvent', () => {
  test('is a structured CloudEvent with attributes to filter on', () => {
    const { data, attributes } = stateEvent(change);
    expect(JSON.parse(data)).toEqual({
      specversion: '1.0',
      id: stateEventId(attempt, 'failed'),
      type: 'dev.taskpod.run.failed',
      source: '//storage.googleapis.com/my-bucket',
      subject: 'etl/manual%2F1/load',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: {
        dag_id: 'etl',
        run_id: 'manual/1',
        task_id: 'load',
        try_number: 2,
        state: 'failed',
        reason: 'exit_code',
        class: 'user',
        exit_code: 3,
        summary: 'The container ended with exit code 3.',
      },
    });
    expect(attributes).toEqual({
      'content-type': 'application/cloudevents+json',
      dag_id: 'etl',
      run_id: 'manual/1',
      task_id: 'load',
      state: 'failed',
      reason: 'exit_code',
    });
  });

  test('has the map index of a mapped task, 0 included', () => {
    const event = JSON.parse(stateEvent({ ...change, attempt: { ...attempt, mapIndex: 0 } }).data);
    expect(event.subject).toBe('etl/manual%2F1/load/0');
    expect(event.data.map_index).toBe(0);
  });

  test('repeats itself to the letter', () => {
    expect(stateEvent({ ...change })).toEqual(stateEvent(change));
  });

  /** https://cloud.google.com/pubsub/quotas#resource_limits: 1,024 bytes a value; and a value is UTF-8. */
  test('has attributes that Pub/Sub takes, whatever the ids are', () => {
    const { attributes } = stateEvent({ ...change, attempt: { ...attempt, dagId: `${'x'.repeat(249)}😀` } });
    expect(attributes?.dag_id).toBe(`${'x'.repeat(249)}\ufffd`);
    fc.assert(
      fc.property(anyAttempt, fc.integer({ min: 1, max: 60 }), (any, times) => {
        const long = {
          ...any,
          dagId: any.dagId.repeat(times),
          runId: any.runId.repeat(times),
          taskId: any.taskId.repeat(times),
        };
        for (const value of Object.values(stateEvent({ ...change, attempt: long }).attributes ?? {})) {
          expect(value.isWellFormed()).toBe(true);
          expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1_024);
        }
      }),
    );
  });
});
