import { describe, expect, test } from 'vitest';
import { attemptPodName, logContainers, makeRecord } from '../../../functions/launch/attempt-plan.ts';
import { composePod } from '../../../functions/launch/compose/compose-pod.ts';
import { attemptRecordSchema } from '../../../shared/attempt-record.ts';
import type { Task } from '../../../shared/task/task.ts';
import { makeTask, podSettings } from './make-task.ts';

/** A Pod as far as a record looks at it. */
const podOf = (task: Task) => composePod({ task, given: {}, settings: podSettings });
const recordOf = (keys: Record<string, unknown> = {}) => {
  const task = makeTask(keys);
  return makeRecord({ task, pod: podOf(task), attempt, scope: 'lab-0', nowMs, infrastructureRetries: 3 });
};
const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
const nowMs = Date.parse('2026-11-23T10:00:00Z');

/** Of a task that says nothing about them. */
const retries = {
  left: 0,
  infrastructure_left: 3,
  delay_seconds: 300,
  exponential_backoff: false,
  max_delay_seconds: null,
  retry_on: null,
  no_retry_on: [],
};

describe('makeRecord', () => {
  test('every default', () => {
    const record = recordOf();
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
      retries,
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
    const record = recordOf(keys);
    expect([record.startup_timeout_seconds, record.schedule_timeout_seconds]).toEqual(seconds);
    expect(record.schedule_deadline_at).toBe(until);
  });

  test('what a task may ask for', () => {
    const keys = { execution_timeout_seconds: 30, total_timeout_seconds: 90, skip_on_exit_code: [42] };
    expect(recordOf({ log_pod_spec_on_failure: false })).toMatchObject({ log_pod_spec_on_failure: false });
    expect(recordOf(keys)).toMatchObject({
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
    expect(recordOf(keys).xcom).toBe(xcom);
  });

  test('retries are the task’s, and those of the infrastructure the deployment’s', () => {
    const keys = {
      retries: 2,
      retry_delay_seconds: 0,
      retry_exponential_backoff: true,
      max_retry_delay_seconds: 60,
      retry_on: [3, 'user'],
      no_retry_on: ['oom_killed'],
    };
    expect(recordOf(keys).retries).toEqual({
      left: 2,
      infrastructure_left: 3,
      delay_seconds: 0,
      exponential_backoff: true,
      max_delay_seconds: 60,
      retry_on: [3, 'user'],
      no_retry_on: ['oom_killed'],
    });
  });

  test('retries of a later attempt are what is left', () => {
    const task = makeTask({ retries: 5 });
    const left = { ...retries, left: 1 };
    const plan = { task, pod: podOf(task), attempt, scope: 's', nowMs, infrastructureRetries: 3 };
    expect(makeRecord({ ...plan, retries: left }).retries).toEqual(left);
  });

  test.each([
    [{}, undefined],
    [{ on_kill_action: 'delete_pod' }, undefined],
    [{ on_kill_action: 'keep_pod' }, 'keep_pod'],
  ])('on_kill_action of %j', (keys, action) => {
    expect(recordOf(keys).on_kill_action).toBe(action);
  });

  test('on_finish_action is kept', () => {
    expect(recordOf({ on_finish_action: 'keep_pod' }).on_finish_action).toBe('keep_pod');
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
    const task = makeTask({ init_containers, do_xcom_push: true, ...keys });
    expect(logContainers(task, podOf(task).containers)).toEqual(names);
  });
});

describe('logContainers of a template', () => {
  const pod_template_dict = {
    spec: {
      initContainers: [{ name: 'fetch', image: 'bash' }],
      containers: [{ image: 'bash' }, { name: 'proxy', image: 'bash' }],
    },
  };
  test.each([
    { keys: {}, names: ['main'] },
    { keys: { container_logs: true }, names: ['main', 'proxy'] },
    { keys: { container_logs: ['proxy'] }, names: ['proxy'] },
    {
      keys: { container_logs: ['proxy', 'main'], init_container_logs: true },
      names: ['fetch', 'main', 'proxy'],
    },
    { keys: { container_logs: true, init_container_logs: 'fetch', get_logs: false }, names: ['fetch'] },
  ])('$keys', ({ keys, names }) => {
    const task = makeTask({ pod_template_dict, base_container_name: 'main', do_xcom_push: true, ...keys });
    const record = makeRecord({
      task,
      pod: podOf(task),
      attempt,
      scope: 's',
      nowMs,
      infrastructureRetries: 3,
    });
    expect([record.base_container, record.log_containers]).toEqual(['main', names]);
  });
});

describe('attemptPodName', () => {
  const metadata = { namespace: 'tasks', labels: {}, annotations: {} };

  test('is the task_id where the Pod has no name', () => {
    expect(attemptPodName({ metadata }, attempt, 'bucket')).toMatch(/^t-[a-z2-7]{12}$/);
  });

  test.each([
    { name: 'My Name', start: /^my-name-[a-z2-7]{12}$/ },
    { name: '円周率', start: /^t-[a-z2-7]{12}$/ },
    { name: '7', start: /^7-[a-z2-7]{12}$/ },
  ])('$name', ({ name, start }) => {
    expect(attemptPodName({ metadata: { ...metadata, name } }, attempt, 'bucket')).toMatch(start);
  });
});
