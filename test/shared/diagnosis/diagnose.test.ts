import { describe, expect, test } from 'vitest';
import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import { diagnose, type EndCause } from '../../../shared/diagnosis/diagnose.ts';
import { type Diagnosis, diagnosis } from '../../../shared/diagnosis/reasons.ts';
import { waitingText } from '../../../shared/diagnosis/waiting.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { makePod, makeRecord, running, scheduled, terminated } from '../../fakes/make-pod.ts';

const deletedAt = '2026-11-23T10:00:08Z';

function explained(
  pod: Pod,
  more: { cause?: EndCause; record?: Partial<AttemptRecord>; gone?: boolean } = {},
): Diagnosis {
  const { cause = 'ended', record = {}, gone = false } = more;
  return diagnose({ cause, record: makeRecord(record), pod, gone, events: [], ignored: ['istio-proxy'] });
}

/** A Pod with main containers of these names. */
function withContainers(pod: Pod, ...names: string[]): Pod {
  return { ...pod, spec: { ...pod.spec, containers: names.map(name => ({ name })) } };
}

describe('ends that the fixtures do not have', () => {
  const lastWord = { phase: 'Running', containerStatuses: [terminated(0)] };
  const cases: { name: string; pod: Pod; gone?: boolean; expected: Diagnosis }[] = [
    {
      name: 'exit 0 of a Pod that is being deleted is still a success',
      pod: makePod(lastWord, { deleted: deletedAt }),
      expected: diagnosis('completed', { summary: 'The task succeeded.', exitCode: 0 }),
    },
    {
      name: 'exit 0, and the Pod is gone before the end of another container was seen',
      pod: withContainers(makePod(lastWord), 'base', 'uploader'),
      gone: true,
      expected: diagnosis('completed', { summary: 'The task succeeded.', exitCode: 0 }),
    },
    {
      name: 'exit 0, but another container was ended by a deletion',
      pod: withContainers(
        makePod(
          { ...lastWord, containerStatuses: [terminated(0), terminated(143, { name: 'uploader' })] },
          { deleted: deletedAt },
        ),
        'base',
        'uploader',
      ),
      expected: diagnosis('pod_deleted', {
        summary: 'The Pod was deleted while it was ending.',
        detail: 'phase Running',
        exitCode: 0,
      }),
    },
    {
      name: 'another container could not be started',
      pod: withContainers(
        makePod({
          ...lastWord,
          containerStatuses: [
            terminated(0),
            terminated(128, { name: 'uploader', reason: 'StartError', message: 'no such file' }),
          ],
        }),
        'base',
        'uploader',
      ),
      expected: diagnosis('extra_container_failed', {
        summary: 'The task’s container exited with code 0, but the container uploader exited with code 128.',
        detail: 'no such file',
        exitCode: 0,
      }),
    },
    {
      name: 'active deadline, without a message and before anything ran',
      pod: makePod({ phase: 'Failed', reason: 'DeadlineExceeded' }),
      expected: diagnosis('deadline_exceeded', {
        summary: 'The Pod ran longer than active_deadline_seconds.',
        detail: 'DeadlineExceeded',
      }),
    },
    {
      name: 'the init container that failed is named, not the one that did not, nor one without a state',
      pod: makePod({
        phase: 'Failed',
        initContainerStatuses: [
          { name: 'no-state' },
          { name: 'waits', state: { waiting: {} } },
          terminated(0, { name: 'good' }),
          terminated(137, { name: 'bad', message: 'no route' }),
        ],
      }),
      expected: diagnosis('init_container_failed', {
        summary: 'The init container bad exited with code 137 (SIGKILL).',
        detail: 'no route',
        exitCode: 137,
      }),
    },
    {
      name: 'gone while an init container that will be restarted had failed',
      pod: makePod({ phase: 'Pending', initContainerStatuses: [terminated(7, { name: 'fetch' })] }),
      gone: true,
      expected: diagnosis('pod_lost', {
        summary: 'The Pod vanished before its end was seen.',
        detail: 'phase Pending',
      }),
    },
    {
      name: 'an end without a reason',
      pod: makePod({ containerStatuses: [{ name: 'base', state: { terminated: { exitCode: 5 } } }] }),
      expected: diagnosis('exit_code', { summary: 'The container exited with code 5.', exitCode: 5 }),
    },
    {
      name: 'an exit code that is no signal’s',
      pod: makePod({ containerStatuses: [terminated(255)] }),
      expected: diagnosis('exit_code', { summary: 'The container exited with code 255.', exitCode: 255 }),
    },
    ...[
      [130, 'SIGINT'],
      [134, 'SIGABRT'],
      [143, 'SIGTERM'],
    ].map(([code, signal]) => ({
      name: `death by ${signal}`,
      pod: makePod({ containerStatuses: [terminated(Number(code), { message: 'bye' })] }),
      expected: diagnosis('killed_by_signal', {
        summary: `The container was killed by ${signal} (exit code ${code}).`,
        detail: 'bye',
        exitCode: Number(code),
      }),
    })),
  ];
  test.each(cases)('$name', ({ pod, gone, expected }) => {
    expect(explained(pod, gone === undefined ? {} : { gone })).toEqual(expected);
  });
});

describe('skip_on_exit_code', () => {
  const record = { skip_on_exit_code: [0, 42, 137] };
  const ended = (exitCode: number, reason?: string): Pod =>
    makePod({ phase: 'Failed', containerStatuses: [terminated(exitCode, reason ? { reason } : {})] });

  test.each([42, 137])('%i is skipped, in the words of KubernetesPodOperator', exitCode => {
    expect(explained(ended(exitCode), { record })).toEqual({
      state: 'skipped',
      reason: 'skipped_by_exit_code',
      class: 'none',
      exitCode,
      summary: `Pod t1-u1 returned exit code ${exitCode}. Skipping.`,
      detail: '',
      action: '',
    });
  });

  test.each([
    { name: 'another code', exitCode: 43, reason: 'exit_code' },
    { name: 'a success', exitCode: 0, reason: 'completed' },
  ])('not $name', ({ exitCode, reason }) => {
    expect(explained(ended(exitCode), { record }).reason).toBe(reason);
  });
});

describe('deadlines of ours', () => {
  const pending = makePod({ phase: 'Pending' });
  const active = makePod({ phase: 'Running', conditions: [scheduled], containerStatuses: [running()] });
  const cases: {
    name: string;
    cause: EndCause;
    record: Partial<AttemptRecord>;
    pod: Pod;
    expected: Diagnosis;
  }[] = [
    {
      name: 'no node, and the scheduler has said nothing',
      cause: 'schedule_timeout',
      record: { schedule_timeout_seconds: 7 },
      pod: pending,
      expected: diagnosis('schedule_timeout', {
        summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 7s.',
        detail: 'phase Pending',
      }),
    },
    {
      name: 'no start, and nothing is known to be wrong',
      cause: 'start_timeout',
      record: { startup_timeout_seconds: 8 },
      pod: pending,
      expected: diagnosis('start_timeout', {
        summary: 'Pod took too long to start. More than 8s.',
        detail: 'phase Pending',
      }),
    },
    {
      name: 'cannot start, and the reason is gone again',
      cause: 'cannot_start',
      record: {},
      pod: pending,
      expected: diagnosis('pod_failed', {
        summary: 'The Pod could not be started.',
        detail: 'phase Pending',
      }),
    },
    {
      name: 'ran too long',
      cause: 'execution_timeout',
      record: { execution_timeout_seconds: 9 },
      pod: active,
      expected: diagnosis('execution_timeout', {
        summary: 'The task ran longer than execution_timeout_seconds (9s).',
      }),
    },
    {
      name: 'took too long in all, while it ran',
      cause: 'total_timeout',
      record: { total_timeout_seconds: 10 },
      pod: active,
      expected: diagnosis('total_timeout', {
        summary: 'The task took longer than total_timeout_seconds (10s), from its launch on.',
      }),
    },
    {
      name: 'took too long in all, before it ran',
      cause: 'total_timeout',
      record: { total_timeout_seconds: 10 },
      pod: makePod({
        phase: 'Pending',
        containerStatuses: [{ name: 'base', state: { waiting: { reason: 'ContainerCreating' } } }],
      }),
      expected: diagnosis('total_timeout', {
        summary: 'The task took longer than total_timeout_seconds (10s), from its launch on.',
        detail: 'base: ContainerCreating',
      }),
    },
  ];
  test.each(cases)('$name', ({ cause, record, pod, expected }) => {
    expect(explained(pod, { cause, record })).toEqual(expected);
  });
});

test('diagnosis puts state, class and action to a code, and cuts a long detail', () => {
  expect(
    diagnosis('oom_killed', { summary: 'Too much.', exitCode: 137, detail: ` ${'x'.repeat(3_000)}` }),
  ).toEqual({
    state: 'failed',
    reason: 'oom_killed',
    class: 'user',
    exitCode: 137,
    summary: 'Too much.',
    detail: 'x'.repeat(2_000),
    action: 'Raise container_resources.limits.memory and submit the task again.',
  });
  expect(diagnosis('completed', { summary: 'Done.' }).state).toBe('success');
});

describe('waitingText', () => {
  const waiting = (name: string, reason: string, message?: string) => ({
    name,
    state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
  });
  const cases = [
    {
      name: 'init container first; PodInitializing says nothing',
      pod: makePod({
        phase: 'Pending',
        initContainerStatuses: [waiting('fetch', 'CreateContainerConfigError', 'secret "s" not found')],
        containerStatuses: [waiting('base', 'PodInitializing')],
      }),
      expected: 'fetch: CreateContainerConfigError: secret "s" not found',
    },
    {
      name: 'several containers, one without words of its own',
      pod: makePod({
        conditions: [{ type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized' }, scheduled],
        initContainerStatuses: [{ name: 'no-state' }, waiting('fetch', 'ErrImagePull')],
        containerStatuses: [waiting('base', 'CreateContainerError', 'no such user')],
      }),
      expected: 'fetch: ErrImagePull; base: CreateContainerError: no such user',
    },
    {
      name: 'not scheduled, without a message',
      pod: makePod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
      expected: 'SchedulingGated',
    },
    { name: 'nothing known', pod: makePod({ phase: 'Pending' }), expected: 'phase Pending' },
    { name: 'no status at all', pod: makePod({}), expected: 'phase unknown' },
  ];
  test.each(cases)('$name', ({ pod, expected }) => {
    expect(waitingText(pod)).toBe(expected);
  });
});
