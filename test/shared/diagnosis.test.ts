import { describe, expect, test } from 'vitest';
import { diagnosePod, diagnosis, waitingText } from '../../shared/diagnosis.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import { makePod, running, scheduled, terminated } from '../fakes/make-pod.ts';

const deletedAt = '2026-11-23T10:00:08Z';
const init = (exitCode: number) => terminated(exitCode, { name: 'fetch', message: 'no route' });

describe('diagnosePod', () => {
  const cases: { name: string; pod: Pod; gone?: boolean; expected: ReturnType<typeof diagnosis> }[] = [
    {
      name: 'exit 0',
      pod: makePod({ phase: 'Running', containerStatuses: [terminated(0)] }),
      expected: diagnosis('completed', { summary: 'The task succeeded.', exitCode: 0 }),
    },
    {
      name: 'exit 0 of a Pod that is being deleted is still a success',
      pod: makePod({ phase: 'Running', containerStatuses: [terminated(0)] }, { deleted: deletedAt }),
      expected: diagnosis('completed', { summary: 'The task succeeded.', exitCode: 0 }),
    },
    {
      name: 'exit 3 with a termination message',
      pod: makePod({ phase: 'Failed', containerStatuses: [terminated(3, { message: 'disk full' })] }),
      expected: diagnosis('exit_code', {
        summary: 'The container exited with code 3.',
        detail: 'disk full',
        exitCode: 3,
      }),
    },
    {
      name: 'a start error keeps the runtime’s reason',
      pod: makePod({
        phase: 'Failed',
        containerStatuses: [terminated(128, { reason: 'StartError', message: 'no such file' })],
      }),
      expected: diagnosis('exit_code', {
        summary: 'The container exited with code 128.',
        detail: 'StartError: no such file',
        exitCode: 128,
      }),
    },
    {
      name: 'death by signal is named',
      pod: makePod({ phase: 'Failed', containerStatuses: [terminated(137)] }),
      expected: diagnosis('exit_code', {
        summary: 'The container exited with code 137 (SIGKILL).',
        exitCode: 137,
      }),
    },
    {
      name: 'out of memory',
      pod: makePod({ phase: 'Failed', containerStatuses: [terminated(137, { reason: 'OOMKilled' })] }),
      expected: diagnosis('oom_killed', {
        summary: 'The container used more memory than its limit and was killed.',
        exitCode: 137,
      }),
    },
    {
      name: 'active deadline',
      pod: makePod({
        phase: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
        containerStatuses: [terminated(143)],
      }),
      expected: diagnosis('deadline_exceeded', {
        summary: 'The Pod ran longer than active_deadline_seconds.',
        detail: 'Pod was active on the node longer than the specified deadline',
        exitCode: 143,
      }),
    },
    {
      name: 'evicted before its container ran',
      pod: makePod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
      expected: diagnosis('pod_failed', {
        summary: 'The Pod failed: Evicted.',
        detail: 'phase Failed, Evicted, The node was low on resource: memory.',
      }),
    },
    {
      name: 'deleted while running',
      pod: makePod({ phase: 'Running', containerStatuses: [running()] }, { deleted: deletedAt }),
      gone: true,
      expected: diagnosis('pod_deleted', {
        summary: 'The Pod was deleted while it was running.',
        detail: 'phase Running',
      }),
    },
    {
      name: 'deleted, its container ended by SIGTERM',
      pod: makePod({ phase: 'Failed', containerStatuses: [terminated(143)] }, { deleted: deletedAt }),
      expected: diagnosis('pod_deleted', {
        summary: 'The Pod was deleted while it was ending.',
        detail: 'phase Failed',
        exitCode: 143,
      }),
    },
    {
      name: 'init container failed',
      pod: makePod({ phase: 'Failed', initContainerStatuses: [init(7)] }),
      expected: diagnosis('init_container_failed', {
        summary: 'The init container fetch exited with code 7.',
        detail: 'no route',
        exitCode: 7,
      }),
    },
    {
      name: 'gone without a word',
      pod: makePod({ phase: 'Running', containerStatuses: [running()] }),
      gone: true,
      expected: diagnosis('pod_lost', {
        summary: 'The Pod vanished before its end was seen.',
        detail: 'phase Running',
      }),
    },
    {
      name: 'gone while an init container that will be restarted had failed',
      pod: makePod({ phase: 'Pending', initContainerStatuses: [init(7)] }),
      gone: true,
      expected: diagnosis('pod_lost', {
        summary: 'The Pod vanished before its end was seen.',
        detail: 'phase Pending',
      }),
    },
    {
      name: 'failed without any status',
      pod: makePod({ phase: 'Failed' }),
      expected: diagnosis('pod_failed', {
        summary: 'The Pod failed before its container ran.',
        detail: 'phase Failed',
      }),
    },
    {
      name: 'out of memory, in the runtime’s own words',
      pod: makePod({
        containerStatuses: [terminated(137, { reason: 'OOMKilled', message: 'limit 64Mi' })],
      }),
      expected: diagnosis('oom_killed', {
        summary: 'The container used more memory than its limit and was killed.',
        detail: 'limit 64Mi',
        exitCode: 137,
      }),
    },
    {
      name: 'active deadline, without a message and before anything ran',
      pod: makePod({ phase: 'Failed', reason: 'DeadlineExceeded' }),
      expected: diagnosis('deadline_exceeded', {
        summary: 'The Pod ran longer than active_deadline_seconds.',
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
          terminated(9, { name: 'bad' }),
        ],
      }),
      expected: diagnosis('init_container_failed', {
        summary: 'The init container bad exited with code 9.',
        exitCode: 9,
      }),
    },
    {
      name: 'an end without a reason',
      pod: makePod({ containerStatuses: [{ name: 'base', state: { terminated: { exitCode: 5 } } }] }),
      expected: diagnosis('exit_code', { summary: 'The container exited with code 5.', exitCode: 5 }),
    },
    ...[
      [130, 'SIGINT'],
      [134, 'SIGABRT'],
      [139, 'SIGSEGV'],
      [143, 'SIGTERM'],
    ].map(([code, signal]) => ({
      name: `death by ${signal}`,
      pod: makePod({ containerStatuses: [terminated(Number(code))] }),
      expected: diagnosis('exit_code', {
        summary: `The container exited with code ${code} (${signal}).`,
        exitCode: Number(code),
      }),
    })),
  ];
  test.each(cases)('$name', ({ pod, gone = false, expected }) => {
    expect(diagnosePod(pod, 'base', gone)).toEqual(expected);
  });
});

test('diagnosis puts state, class and action to a code', () => {
  expect(diagnosis('oom_killed', { summary: 'Too much.', exitCode: 137 })).toEqual({
    state: 'failed',
    reason: 'oom_killed',
    class: 'user',
    exitCode: 137,
    summary: 'Too much.',
    detail: '',
    action: 'Raise container_resources.limits.memory and submit the task again.',
  });
  expect(diagnosis('completed', { summary: 'Done.' }).state).toBe('success');
});

describe('waitingText', () => {
  const unschedulable = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available',
  };
  const waiting = (name: string, reason: string, message?: string) => ({
    name,
    state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
  });
  const cases = [
    {
      name: 'not scheduled',
      pod: makePod({ phase: 'Pending', conditions: [unschedulable] }),
      expected: 'Unschedulable: 0/1 nodes are available',
    },
    {
      name: 'image',
      pod: makePod({
        phase: 'Pending',
        conditions: [scheduled],
        containerStatuses: [waiting('base', 'ImagePullBackOff', 'Back-off pulling image "x"')],
      }),
      expected: 'base: ImagePullBackOff: Back-off pulling image "x"',
    },
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
    expect(waitingText(pod, 'base')).toBe(expected);
  });
});
