import { describe, expect, test } from 'vitest';
import {
  finalStates,
  type Outcome,
  outcomeClasses,
  parseOutcome,
  states,
  writeOutcome,
} from '../../shared/outcome.ts';

const outcome: Outcome = {
  version: 1,
  dag_id: 'd',
  run_id: 'r',
  task_id: 't',
  try_number: 1,
  state: 'success',
  reason: 'completed',
  class: 'none',
  exit_code: 0,
  summary: 'The task has ended\nwell.',
  detail: '',
  action: '',
  queued_at: '2026-01-01T00:00:00.000Z',
  scheduled_at: '2026-01-01T00:00:01Z',
  started_at: '2026-01-01T00:00:02Z',
  ended_at: '2026-01-01T00:00:03Z',
  pod: { cluster: 'kubeconfig', namespace: 'n', name: 't-abc', uid: 'u', node: 'node-1' },
  containers: [
    {
      name: 'base',
      exit_code: 0,
      reason: 'Completed',
      started_at: '2026-01-01T00:00:02Z',
      ended_at: '2026-01-01T00:00:03Z',
      log: 'runs/x/logs/base.log',
      log_bytes: 12,
      log_gaps: 0,
    },
  ],
  xcom: { object: 'runs/x/return.json', size: 2, sha256: 'ab' },
  events: ['e1'],
};
const rejected: Outcome = {
  ...outcome,
  state: 'rejected',
  reason: 'invalid_task',
  class: 'config',
  exit_code: null,
  queued_at: null,
  scheduled_at: null,
  started_at: null,
  ended_at: null,
  pod: null,
  containers: [],
  xcom: null,
  problems: [{ path: 'image', message: 'is missing' }],
};
const unfinished: Outcome = {
  ...outcome,
  pod: { cluster: 'c', namespace: 'n', name: 'p', uid: 'u', node: null },
  containers: [
    {
      name: 'base',
      exit_code: null,
      reason: null,
      started_at: null,
      ended_at: null,
      log: null,
      log_bytes: 0,
      log_gaps: 0,
    },
  ],
};

describe('outcome.json', () => {
  test.each([
    ['of a success', outcome],
    ['of a rejected task', rejected],
    ['of a Pod that never started', unfinished],
  ])('%s is one line, and read back as it was', (_, any) => {
    const text = writeOutcome(any);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(parseOutcome(text)).toEqual(any);
  });

  test.each([
    ['version', 2],
    ['state', 'running'],
    ['class', 'bad luck'],
    ['exit_code', 0.5],
    ['exit_code', undefined],
    ['ended_at', undefined],
    ['pod', { name: 'p' }],
    ['containers', [{ name: 'base' }]],
    ['xcom', { object: 'o', size: 0.5, sha256: 's' }],
    ['events', [1]],
    ['problems', [{ path: 1, message: '' }]],
  ])('refuses %s: %j', (name, value) => {
    expect(() => parseOutcome(JSON.stringify({ ...outcome, [name]: value }))).toThrow(
      expect.objectContaining({
        code: 'invalid_document',
        message: expect.stringContaining(`outcome.json is not valid: ${name}`),
      }),
    );
  });
});

test("the states are Airflow's and ours; all but three are final", () => {
  expect(states).toEqual([
    'queued',
    'running',
    'success',
    'failed',
    'skipped',
    'up_for_retry',
    'cancelled',
    'rejected',
  ]);
  expect(states.filter(state => !finalStates.some(final => final === state))).toEqual([
    'queued',
    'running',
    'up_for_retry',
  ]);
  expect(outcomeClasses).toEqual([
    'none',
    'user',
    'config',
    'capacity',
    'infrastructure',
    'cancelled',
    'lost',
  ]);
});
