import { describe, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import type { ObjectInfo } from '../../shared/ports/store.ts';
import type { RunKey } from '../../shared/run.ts';
import { documentNames, filesOf, parseAttemptDocuments, runState } from '../../shared/run-state.ts';

const run: RunKey = { dagId: 'etl', runId: 'r 1', taskId: 'load' };

function info(name: string, updatedAt = '2026-11-22T10:00:00.000Z'): ObjectInfo {
  return { name, generation: '1', sizeBytes: 3, updatedAt, metadata: {} };
}

const first = attemptObjects({ ...run, tryNumber: 1 });
const second = attemptObjects({ ...run, tryNumber: 2 });
const mapped = attemptObjects({ ...run, mapIndex: 0, tryNumber: 1 });

const record = {
  version: 1,
  dag_id: 'etl',
  run_id: 'r 1',
  task_id: 'load',
  try_number: 1,
  scope: 'kubeconfig-x-0',
  queued_at: '2026-11-22T10:00:01.000Z',
  schedule_deadline_at: '2026-11-22T10:10:01.000Z',
  startup_timeout_seconds: 120,
  schedule_timeout_seconds: 600,
  base_container: 'base',
  log_containers: ['base'],
  xcom: null,
  on_finish_action: 'delete_pod',
} as const;
const claim = {
  version: 1,
  message_id: '7',
  claimed_at: '2026-11-22T10:00:01.000Z',
  record,
  pod: { cluster: 'kubeconfig', namespace: 'n', name: 'load-x' },
  task: { task_id: 'load' },
} as const;
const rejectedClaim = {
  version: 1,
  message_id: '7',
  claimed_at: '2026-11-22T10:00:01.000Z',
  rejected: true,
} as const;
const outcome = {
  version: 1,
  dag_id: 'etl',
  run_id: 'r 1',
  task_id: 'load',
  try_number: 1,
  state: 'failed',
  reason: 'exit_code',
  class: 'user',
  exit_code: 3,
  summary: 'The container exited with 3.',
  detail: '',
  action: 'Read the log.',
  queued_at: '2026-11-22T10:00:01.000Z',
  scheduled_at: null,
  started_at: '2026-11-22T10:00:02.000Z',
  ended_at: '2026-11-22T10:00:09.000Z',
  pod: null,
  containers: [],
  xcom: null,
  events: [],
} as const;

const retry = { try_number: 2, at: '2026-11-22T10:05:09.000Z', budget: 'user' } as const;

function stateOf(names: readonly string[], documents: Record<string, unknown>) {
  const texts = Object.fromEntries(
    Object.entries(documents).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const last = filesOf(
    run,
    names.map(name => info(name)),
  ).at(-1);
  return runState(run, last, parseAttemptDocuments(texts));
}

describe('runState', () => {
  const parsedClaim = claim;
  test.each([
    { name: 'nothing at all', names: [], documents: {}, state: undefined },
    { name: 'only another run’s objects', names: [mapped.launch], documents: {}, state: undefined },
    {
      name: 'a claim',
      names: [first.launch],
      documents: { launch: claim },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        claim: parsedClaim,
        state: 'queued',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:01.000Z',
      },
    },
    {
      name: 'a Pod that was seen',
      names: [first.launch, first.pod],
      documents: { launch: claim },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        claim: parsedClaim,
        state: 'queued',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:01.000Z',
      },
    },
    {
      name: 'a started container',
      names: [first.launch, first.running],
      documents: { launch: claim, running: { version: 1, started_at: '2026-11-22T10:00:02.000Z' } },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        claim: parsedClaim,
        state: 'running',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:02.000Z',
      },
    },
    {
      name: 'names alone, as in a list',
      names: [first.launch, first.running],
      documents: {},
      state: {
        run,
        tryNumber: 1,
        state: 'running',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:00.000Z',
      },
    },
    {
      name: 'an outcome',
      names: [first.launch, first.running, first.outcome],
      documents: { launch: claim, running: { started_at: 'x' }, outcome },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        claim: parsedClaim,
        state: 'failed',
        ended: true,
        reason: 'exit_code',
        since: '2026-11-22T10:00:09.000Z',
        outcome,
      },
    },
    {
      name: 'a failure that is followed by another attempt, which has not begun',
      names: [first.launch, first.running, first.outcome],
      documents: { launch: claim, outcome: { ...outcome, retry } },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        claim: parsedClaim,
        state: 'up_for_retry',
        ended: false,
        reason: 'exit_code',
        since: '2026-11-22T10:00:09.000Z',
        outcome: { ...outcome, retry },
      },
    },
    {
      name: 'a run that was cancelled before it began, whose outcome is still to come',
      names: [first.launch],
      documents: { launch: { ...rejectedClaim, cancelled: true } },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        state: 'cancelled',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:01.000Z',
      },
    },
    {
      name: 'an outcome that tells no time',
      names: [first.launch, first.outcome],
      documents: { outcome: { ...outcome, ended_at: null } },
      state: {
        run,
        tryNumber: 1,
        state: 'failed',
        ended: true,
        reason: 'exit_code',
        since: '2026-11-22T10:00:00.000Z',
        outcome: { ...outcome, ended_at: null },
      },
    },
    {
      name: 'the claim of a rejected task, whose outcome is still to come',
      names: [first.launch],
      documents: { launch: rejectedClaim },
      state: {
        run,
        tryNumber: 1,
        messageId: '7',
        state: 'rejected',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:01.000Z',
      },
    },
    {
      name: 'a second attempt: the last one decides',
      names: [first.launch, first.outcome, second.launch],
      documents: { launch: claim },
      state: {
        run,
        tryNumber: 2,
        messageId: '7',
        claim: parsedClaim,
        state: 'queued',
        ended: false,
        reason: '',
        since: '2026-11-22T10:00:01.000Z',
      },
    },
  ])('$name', ({ names, documents, state }) => {
    expect(stateOf(names, documents)).toEqual(state);
  });

  test('a document that is damaged is named', () => {
    expect(() => parseAttemptDocuments({ outcome: '{"version":2}' })).toThrow(/^outcome.json is not valid: /);
    expect(() => parseAttemptDocuments({ launch: 'x' })).toThrow('launch.json is not JSON');
  });
});

describe('filesOf', () => {
  test('attempts in order of their numbers, logs by container', () => {
    const tenth = attemptObjects({ ...run, tryNumber: 10 });
    const names = [
      tenth.launch,
      second.segment('base', 2),
      second.segment('base', 1),
      second.log('side-car'),
      second.segments('base'),
      `${second.logs}base/part/000001-000032.log`,
      first.running,
      mapped.segment('base', 1),
      'open/scope/dag_id=etl/run_id=r%201/task_id=load/attempt=3/x',
    ];
    expect(
      filesOf(
        run,
        names.map(name => info(name)),
      ),
    ).toEqual([
      { tryNumber: 1, running: info(first.running), logs: new Map() },
      {
        tryNumber: 2,
        logs: new Map([
          ['base', { segments: [info(second.segment('base', 1)), info(second.segment('base', 2))] }],
          ['side-car', { composed: info(second.log('side-car')), segments: [] }],
        ]),
      },
      { tryNumber: 3, logs: new Map() },
      { tryNumber: 10, launch: info(tenth.launch), logs: new Map() },
    ]);
  });

  test.each([
    { numbers: [1, 2, 3], kept: 3 },
    { numbers: [1, 2, 4], kept: 2 },
    { numbers: [2, 3], kept: 0 },
    { numbers: [999_999, 1_000_000, 1], kept: 1 },
  ])('what follows a hole waits: $numbers', ({ numbers, kept }) => {
    const [files] = filesOf(
      run,
      numbers.map(number => info(first.segment('base', number))),
    );
    expect(files?.logs.get('base')?.segments).toHaveLength(kept);
  });
});

test('documentNames are those that exist', () => {
  const [files] = filesOf(run, [info(first.launch), info(first.outcome), info(first.pod)]);
  expect(files && documentNames(run, files)).toEqual([
    { name: 'launch', object: first.launch },
    { name: 'outcome', object: first.outcome },
  ]);
});
