import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventJsonSchema } from '../../scripts/event-schema.ts';
import { states } from '../../shared/outcome.ts';
import { stateEvent } from '../../shared/state-event.ts';
import { misfits } from './json-schema.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'event.schema.json'), 'utf8'),
);
const attempt = { dagId: 'etl', runId: '2026-01-01', taskId: 'load', tryNumber: 1 };
const change = {
  attempt,
  reason: 'exit_code',
  class: 'user',
  exitCode: 3,
  summary: 'The base container ended with exit code 3.',
  at: '2026-01-01T00:00:10.000Z',
  bucket: 'my-bucket',
} as const;
const event = JSON.parse(stateEvent({ ...change, state: 'failed' }).data);

describe('schema/event.schema.json', () => {
  test('is what the script makes; if not, run: npm run schema', () => {
    expect(schema).toEqual(eventJsonSchema());
  });

  test.each(states)('takes the event of %s, with and without a map index', state => {
    const plain = JSON.parse(stateEvent({ ...change, state, exitCode: null }).data);
    const mapped = JSON.parse(stateEvent({ ...change, state, attempt: { ...attempt, mapIndex: 0 } }).data);
    expect([misfits(schema, plain), misfits(schema, mapped)]).toEqual([[], []]);
  });

  test('takes what a later version adds', () => {
    expect(misfits(schema, { ...event, more: 1, data: { ...event.data, more: 1 } })).toEqual([]);
  });

  test.each<[place: string, wrong: unknown]>([
    ['specversion', { ...event, specversion: '0.3' }],
    ['id', { ...event, id: 'x' }],
    ['type', { ...event, type: 'dev.taskpod.run.lost' }],
    ['time', { ...event, time: undefined }],
    ['data.state', { ...event, data: { ...event.data, state: 'lost' } }],
    ['data.class', { ...event, data: { ...event.data, class: 'lost in space' } }],
    ['data.exit_code', { ...event, data: { ...event.data, exit_code: '3' } }],
    ['data.try_number', { ...event, data: { ...event.data, try_number: undefined } }],
  ])('does not take an event with a wrong %s', (place, wrong) => {
    expect(misfits(schema, JSON.parse(JSON.stringify(wrong)))).toEqual([place]);
  });
});
