import { expect, test } from 'vitest';
import { attemptFacts } from '../../../../functions/watch/attempt/attempt-facts.ts';
import { makeRecord } from '../../../fakes/make-pod.ts';
import { makeOutcome } from '../../launch/make-outcome.ts';

const nowMs = Date.parse('2026-11-23T10:00:09.250Z');
const container = {
  name: 'base',
  exit_code: 3,
  reason: 'Error',
  started_at: null,
  ended_at: null,
  log: null,
};
const record = makeRecord({ dag_id: 'd', run_id: 'r 1', task_id: 't', try_number: 2 });

test('attemptFacts tells how long each step took, and how much was kept', () => {
  const outcome = makeOutcome({
    state: 'failed',
    reason: 'exit_code',
    class: 'user',
    exit_code: 3,
    queued_at: '2026-11-23T10:00:00.500Z',
    scheduled_at: '2026-11-23T10:00:01Z',
    started_at: '2026-11-23T10:00:03Z',
    ended_at: '2026-11-23T10:00:08Z',
    containers: [
      { ...container, log_bytes: 100, log_gaps: 1 },
      { ...container, name: 'more', log_bytes: 20, log_gaps: 0 },
    ],
    xcom: { object: 'x', size: 7, sha256: '' },
    retry: { try_number: 3, at: '2026-11-23T10:05:08.000Z', budget: 'user' },
  });
  expect(attemptFacts(outcome, record, nowMs)).toEqual({
    run: 'd/r%201/t',
    try_number: 2,
    state: 'failed',
    reason: 'exit_code',
    class: 'user',
    exit_code: 3,
    retry_at: '2026-11-23T10:05:08.000Z',
    scheduled_ms: 500,
    started_ms: 2_000,
    ran_ms: 5_000,
    finished_ms: 1_250,
    log_bytes: 120,
    log_gaps: 1,
    xcom_bytes: 7,
  });
});

test('attemptFacts leaves out steps that were never reached, and is never negative', () => {
  const times = { queued_at: '2026-11-23T10:00:02Z', scheduled_at: '2026-11-23T10:00:01Z', started_at: null };
  const facts = attemptFacts(makeOutcome({ ...times, ended_at: '2026-11-23T10:00:10Z' }), record, nowMs);
  expect(facts).toMatchObject({ scheduled_ms: 0, finished_ms: 0, log_bytes: 0, log_gaps: 0, xcom_bytes: 0 });
  expect([facts.started_ms, facts.ran_ms, facts.retry_at]).toEqual([undefined, undefined, undefined]);
  const open = attemptFacts(makeOutcome({ ended_at: null }), record, nowMs);
  expect(open.finished_ms).toBeUndefined();
});
