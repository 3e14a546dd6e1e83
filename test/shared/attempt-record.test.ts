import { describe, expect, test } from 'vitest';
import { type AttemptRecord, attemptOf, isPodOf, readAttemptRecord } from '../../shared/attempt-record.ts';
import { type Pod, podSchema } from '../../shared/kubernetes/pod.ts';

const record: AttemptRecord = {
  version: 1,
  dag_id: 'd',
  run_id: 'r',
  task_id: 't',
  map_index: 3,
  try_number: 2,
  scope: 'main-abc-0',
  queued_at: '2026-01-01T00:00:00.000Z',
  schedule_deadline_at: '2026-01-01T00:02:00.000Z',
  startup_timeout_seconds: 120,
  schedule_timeout_seconds: 120,
  base_container: 'base',
  log_containers: ['init', 'base'],
  xcom: 'sidecar',
  on_finish_action: 'delete_pod',
};

function podWith(annotations?: Record<string, string>): Pod {
  return podSchema.parse({
    metadata: {
      name: 'p',
      namespace: 'n',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations,
    },
    spec: { containers: [{ name: 'base' }] },
  });
}

describe('readAttemptRecord', () => {
  test.each([
    ['an XCom by sidecar', record],
    ['no XCom', { ...record, xcom: null }],
    ['an XCom by termination message', { ...record, xcom: 'termination_message' }],
    ['a Pod that is kept', { ...record, on_finish_action: 'keep_pod' }],
  ])('takes %s out of the annotation', (_, expected) => {
    const pod = podWith({ 'taskpod.dev/run': JSON.stringify(expected) });
    expect(readAttemptRecord(pod)).toEqual(expected);
  });

  test.each([
    ['no annotations', podWith()],
    ['other annotations', podWith({ note: 'x' })],
  ])('a Pod with %s is not ours', (_, pod) => {
    expect(readAttemptRecord(pod)).toBeUndefined();
  });

  test.each([
    ['no JSON', 'x'],
    ['another version', JSON.stringify({ ...record, version: 2 })],
    ['an unknown transport', JSON.stringify({ ...record, xcom: 'exec' })],
    ['an unknown action', JSON.stringify({ ...record, on_finish_action: 'burn' })],
    ['half a second', JSON.stringify({ ...record, startup_timeout_seconds: 0.5 })],
    ['half a second to be scheduled', JSON.stringify({ ...record, schedule_timeout_seconds: 0.5 })],
    ['no field at all', '{}'],
  ])('refuses %s, naming annotation and Pod', (_, text) => {
    expect(() => readAttemptRecord(podWith({ 'taskpod.dev/run': text }))).toThrow(
      expect.objectContaining({
        code: 'invalid_document',
        message: expect.stringMatching(/^annotation taskpod\.dev\/run of Pod p is not /),
      }),
    );
  });
});

test('attemptOf gives the attempt that the record is about', () => {
  expect(attemptOf(record)).toEqual({ dagId: 'd', runId: 'r', taskId: 't', mapIndex: 3, tryNumber: 2 });
});

test.each([
  ['the attempt itself', JSON.stringify(record), true],
  ['another try', JSON.stringify({ ...record, try_number: 3 }), false],
  ['another run', JSON.stringify({ ...record, run_id: 'r2' }), false],
  ['another map index', JSON.stringify({ ...record, map_index: 4 }), false],
  ['what is no record', '{}', false],
])('isPodOf: the annotation tells of %s', (_, text, expected) => {
  expect(isPodOf(podWith({ 'taskpod.dev/run': text }), attemptOf(record))).toBe(expected);
});

test('isPodOf: a Pod without the annotation is not ours', () => {
  expect(isPodOf(podWith(), attemptOf(record))).toBe(false);
});
