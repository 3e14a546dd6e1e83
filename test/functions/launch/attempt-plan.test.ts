import { describe, expect, test } from 'vitest';
import { attemptPodName, logContainers, makeRecord } from '../../../functions/launch/attempt-plan.ts';
import { attemptRecordSchema } from '../../../shared/attempt-record.ts';
import { makeTask } from './make-task.ts';

const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
const nowMs = Date.parse('2026-11-23T10:00:00Z');

describe('makeRecord', () => {
  test('every default', () => {
    const record = makeRecord({ task: makeTask(), attempt, scope: 'lab-0', nowMs });
    expect(record).toEqual({
      version: 1,
      dag_id: 'd',
      run_id: 'r',
      task_id: 't',
      try_number: 1,
      scope: 'lab-0',
      queued_at: '2026-11-23T10:00:00.000Z',
      schedule_deadline_at: '2026-11-23T10:02:00.000Z',
      startup_timeout_seconds: 120,
      schedule_timeout_seconds: 120,
      base_container: 'base',
      log_containers: ['base'],
      xcom: null,
      on_finish_action: 'delete_pod',
    });
    expect(attemptRecordSchema.parse(record)).toEqual(record);
  });

  test.each([
    { keys: { startup_timeout_seconds: 600 }, seconds: [600, 600], until: '2026-11-23T10:10:00.000Z' },
    {
      keys: { startup_timeout_seconds: 600, schedule_timeout_seconds: 30 },
      seconds: [600, 30],
      until: '2026-11-23T10:00:30.000Z',
    },
  ])('deadlines of $keys', ({ keys, seconds, until }) => {
    const record = makeRecord({ task: makeTask(keys), attempt, scope: 'lab-0', nowMs });
    expect([record.startup_timeout_seconds, record.schedule_timeout_seconds]).toEqual(seconds);
    expect(record.schedule_deadline_at).toBe(until);
  });

  test('what a task may ask for', () => {
    const keys = { execution_timeout_seconds: 30, total_timeout_seconds: 90, skip_on_exit_code: [42] };
    expect(makeRecord({ task: makeTask(keys), attempt, scope: 'lab-0', nowMs })).toMatchObject({
      execution_timeout_seconds: 30,
      total_timeout_seconds: 90,
      total_deadline_at: '2026-11-23T10:01:30.000Z',
      skip_on_exit_code: [42],
    });
  });

  test.each([
    { keys: { do_xcom_push: true }, xcom: 'sidecar' },
    { keys: { do_xcom_push: true, xcom_transport: 'termination_message' }, xcom: 'termination_message' },
    { keys: { xcom_transport: 'sidecar' }, xcom: null },
  ])('xcom of $keys', ({ keys, xcom }) => {
    expect(makeRecord({ task: makeTask(keys), attempt, scope: 's', nowMs }).xcom).toBe(xcom);
  });

  test('on_finish_action is kept', () => {
    const task = makeTask({ on_finish_action: 'keep_pod' });
    expect(makeRecord({ task, attempt, scope: 's', nowMs }).on_finish_action).toBe('keep_pod');
  });
});

describe('logContainers', () => {
  const init_containers = [
    { name: 'one', image: 'bash' },
    { name: 'two', image: 'bash' },
  ];
  test.each([
    { keys: {}, names: ['base'] },
    { keys: { get_logs: false }, names: [] },
    { keys: { container_logs: true }, names: ['base'] },
    { keys: { container_logs: 'base' }, names: ['base'] },
    { keys: { container_logs: [] }, names: [] },
    { keys: { container_logs: true, get_logs: false }, names: [] },
    { keys: { init_container_logs: true }, names: ['one', 'two', 'base'] },
    { keys: { init_container_logs: ['two', 'one'] }, names: ['one', 'two', 'base'] },
    { keys: { init_container_logs: 'two', get_logs: false }, names: ['two'] },
  ])('$keys', ({ keys, names }) => {
    expect(logContainers(makeTask({ init_containers, ...keys }))).toEqual(names);
  });
});

describe('attemptPodName', () => {
  test.each([
    { name: undefined, start: /^t-[a-z2-7]{12}$/ },
    { name: 'My Name', start: /^my-name-[a-z2-7]{12}$/ },
    { name: '円周率', start: /^t-[a-z2-7]{12}$/ },
    { name: '7', start: /^7-[a-z2-7]{12}$/ },
  ])('$name', ({ name, start }) => {
    expect(attemptPodName(makeTask({ name }), attempt, 'bucket')).toMatch(start);
  });
});
