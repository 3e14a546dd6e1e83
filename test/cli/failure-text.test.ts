import { expect, test } from 'vitest';
import { failureRows } from '../../cli/failure-text.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { outcomeOf } from './written-attempt.ts';

const base = outcomeOf({ dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 });
const container = { log: null, log_bytes: 0, log_gaps: 0, ended_at: null };
const event = {
  type: 'Warning',
  reason: 'Failed',
  message: 'Error: secret "s" not found\n',
  count: 3,
  container: 'base',
  first_at: '2026-11-23T10:00:01Z',
  last_at: '2026-11-23T10:00:12Z',
};

test('a failure shows containers, last lines, events and where the manifest is', () => {
  const failed: Outcome = {
    ...base,
    state: 'failed',
    reason: 'exit_code',
    notes: ['Lines may be missing.'],
    containers: [
      { ...container, name: 'fetch', exit_code: 7, reason: 'Error', started_at: '2026-11-23T10:00:02Z' },
      { ...container, name: 'base', exit_code: null, reason: null, started_at: null },
      { ...container, name: 'other', exit_code: null, reason: null, started_at: '2026-11-23T10:00:02Z' },
      { ...container, name: 'last', exit_code: 0, reason: null, started_at: '2026-11-23T10:00:02Z' },
    ],
    last_lines: { container: 'fetch', lines: ['one', 'two'] },
    pod_events: [event, { ...event, container: null, count: 1, last_at: null, message: 'a\nb' }],
    pod_final: 'runs/x/pod.final.json',
  };
  expect(failureRows(failed)).toEqual([
    ['notes', 'Lines may be missing.'],
    ['containers', 'fetch: exit code 7 (Error)\nbase: not started\nother: had not ended\nlast: exit code 0'],
    ['last lines', 'fetch | one\nfetch | two'],
    [
      'events',
      '2026-11-23T10:00:12Z Warning Failed: base: Error: secret "s" not found (3 times)\nWarning Failed: a b',
    ],
    ['manifest', 'runs/x/pod.final.json'],
  ]);
});

test('a success shows no more than its notes', () => {
  const containers = [
    { ...container, name: 'base', exit_code: 0, reason: 'Completed', started_at: '2026-11-23T10:00:02Z' },
  ];
  expect(failureRows({ ...base, containers })).toEqual([]);
  expect(failureRows({ ...base, containers, notes: ['a', 'b'] })).toEqual([['notes', 'a\nb']]);
});
