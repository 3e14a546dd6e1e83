import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildOutcome } from '../../../../functions/watch/attempt/build-outcome.ts';
import { attemptOf } from '../../../../shared/attempt-record.ts';
import { diagnosis } from '../../../../shared/diagnosis/reasons.ts';
import { outcomeSchema, writeOutcome } from '../../../../shared/outcome.ts';
import { stateEventId } from '../../../../shared/state-event.ts';
import { makePod, makeRecord, scheduled, terminated } from '../../../fakes/make-pod.ts';

const record = makeRecord({ xcom: 'sidecar', map_index: 3 });
const base = {
  record,
  cluster: 'kubeconfig',
  seenAt: '2026-11-23T10:00:10.000Z',
};

test('a success with a log and a result', () => {
  const pod = makePod(
    { phase: 'Running', conditions: [scheduled], containerStatuses: [terminated(0)] },
    { record },
  );
  const outcome = buildOutcome({
    ...base,
    pod,
    diagnosis: diagnosis('completed', { summary: 'The task succeeded.', exitCode: 0 }),
    logs: [{ container: 'base', log: 'logs/base.log', bytes: 12, gaps: 1 }],
    xcom: { object: 'return.json', size: 2, sha256: 'ab' },
  });
  expect(outcome).toEqual({
    version: 1,
    dag_id: 'default',
    run_id: 'r1',
    task_id: 't1',
    map_index: 3,
    try_number: 1,
    state: 'success',
    reason: 'completed',
    class: 'none',
    exit_code: 0,
    summary: 'The task succeeded.',
    detail: '',
    action: '',
    queued_at: '2026-11-23T10:00:00.000Z',
    scheduled_at: '2026-11-23T10:00:01Z',
    started_at: '2026-11-23T10:00:05Z',
    ended_at: '2026-11-23T10:00:09Z',
    pod: { cluster: 'kubeconfig', namespace: 'tasks', name: 't1-u1', uid: 'u1', node: 'node-1' },
    containers: [
      {
        name: 'base',
        exit_code: 0,
        reason: 'Completed',
        started_at: '2026-11-23T10:00:05Z',
        ended_at: '2026-11-23T10:00:09Z',
        log: 'logs/base.log',
        log_bytes: 12,
        log_gaps: 1,
      },
    ],
    xcom: { object: 'return.json', size: 2, sha256: 'ab' },
    events: [stateEventId(attemptOf(record), 'success')],
    notes: ['Lines may be missing in the log of base, in one place; each is marked there.'],
  });
  expect(outcomeSchema.parse(outcome)).toEqual(outcome);
});

test('a Pod that never got a node', () => {
  const pod = { ...makePod({ phase: 'Pending' }), spec: { containers: [{ name: 'base' }] } };
  const outcome = buildOutcome({
    ...base,
    pod,
    diagnosis: diagnosis('schedule_timeout', { summary: 'Too long.', detail: 'no node' }),
    logs: [],
    xcom: null,
  });
  expect(outcome).toMatchObject({
    state: 'failed',
    reason: 'schedule_timeout',
    class: 'capacity',
    exit_code: null,
    scheduled_at: null,
    started_at: null,
    ended_at: '2026-11-23T10:00:10.000Z',
    pod: { node: null },
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
  });
});

test('containers: init containers first; a sidecar only when its log was kept', () => {
  const pod = makePod(
    {
      phase: 'Running',
      initContainerStatuses: [terminated(0, { name: 'fetch' }), { name: 'proxy' }],
      containerStatuses: [{ name: 'base' }],
    },
    { record },
  );
  const initContainers = [
    { name: 'fetch' },
    { name: 'proxy', restartPolicy: 'Always' },
    { name: 'airflow-xcom-sidecar', restartPolicy: 'Always' },
  ];
  const kept = (container: string) => ({ container, log: `logs/${container}.log`, bytes: 1, gaps: 0 });
  const names = (logs: string[]) =>
    buildOutcome({
      ...base,
      pod: { ...pod, spec: { ...pod.spec, initContainers } },
      diagnosis: diagnosis('pod_lost', { summary: 'Gone.' }),
      logs: logs.map(kept),
      xcom: null,
    }).containers.map(({ name, log, exit_code }) => [name, log, exit_code]);
  expect(names(['fetch', 'proxy'])).toEqual([
    ['fetch', 'logs/fetch.log', 0],
    ['proxy', 'logs/proxy.log', null],
    ['base', null, null],
  ]);
  expect(names(['fetch'])).toEqual([
    ['fetch', 'logs/fetch.log', 0],
    ['base', null, null],
  ]);
});

const failure = (lines: string[], messages: string[]) =>
  buildOutcome({
    ...base,
    pod: makePod({ phase: 'Failed', containerStatuses: [terminated(3)] }, { record }),
    diagnosis: diagnosis('exit_code', { summary: 'Failed.', exitCode: 3 }),
    logs: [],
    xcom: null,
    notes: ['a note'],
    shown: {
      lastLines: { container: 'base', lines },
      events: messages.map(message => ({ ...event, message })),
      podFinal: 'pod.final.json',
    },
  });
const event = { type: 'Warning', reason: 'R', count: 1, container: null, first_at: null, last_at: null };

test('a failure tells its last twenty events, each cut, and where the rest is', () => {
  const messages = Array.from({ length: 25 }, (_, index) => `${index} ${'x'.repeat(400)}`);
  const outcome = failure(['one'], messages);
  expect(outcome).toMatchObject({
    notes: ['a note'],
    last_lines: { container: 'base', lines: ['one'] },
    pod_final: 'pod.final.json',
  });
  expect(outcome.pod_events).toEqual(
    messages.slice(5).map(message => ({ ...event, message: message.slice(0, 300) })),
  );
});

const long = fc.string({ unit: 'binary', minLength: 400, maxLength: 500 });
const twentyLong = fc.array(long, { minLength: 20, maxLength: 20 });
// Each run writes an outcome of up to 64 KiB dozens of times.
propertyTest.prop([twentyLong, twentyLong], { numRuns: 20 })(
  'an outcome is at most 64 KiB, and what is left out is the oldest',
  (lines, messages) => {
    const outcome = failure(lines, messages);
    expect(Buffer.byteLength(writeOutcome(outcome))).toBeLessThanOrEqual(65_536);
    const left = outcome.last_lines?.lines ?? [];
    expect(left).toEqual(lines.slice(lines.length - left.length));
  },
);

test('control characters, which JSON writes with six bytes each, do not make it larger', () => {
  const outcome = failure(
    Array.from({ length: 20 }, () => '\u0001'.repeat(500)),
    [],
  );
  expect(Buffer.byteLength(writeOutcome(outcome))).toBeLessThanOrEqual(65_536);
  expect(outcome.last_lines?.lines).toHaveLength(20);
  const more = failure(
    Array.from({ length: 20 }, () => '\u0001'.repeat(500)),
    Array.from({ length: 20 }, () => '\u0001'.repeat(300)),
  );
  expect(Buffer.byteLength(writeOutcome(more))).toBeLessThanOrEqual(65_536);
});
