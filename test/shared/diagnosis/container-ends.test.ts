import { expect, test } from 'vitest';
import { diagnose } from '../../../shared/diagnosis/diagnose.ts';
import { diagnosis, type ReasonCode } from '../../../shared/diagnosis/reasons.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { readFixture } from './fixture.ts';

/** What each Pod is explained with; class and action follow from the reason. */
const cases: { name: string; reason: ReasonCode; summary: string; exitCode?: number; detail?: string }[] = [
  {
    name: 'base-failed-beside-a-good-one',
    reason: 'exit_code',
    summary: 'The container exited with code 3.',
    exitCode: 3,
  },
  { name: 'exit-0', reason: 'completed', summary: 'The task succeeded.', exitCode: 0 },
  {
    name: 'exit-126-not-executable',
    reason: 'exit_code',
    summary: 'The container exited with code 126, by which a shell says that a command cannot be executed.',
    exitCode: 126,
  },
  {
    name: 'exit-127-unknown-command',
    reason: 'exit_code',
    summary: 'The container exited with code 127, by which a shell says that it has not found a command.',
    exitCode: 127,
  },
  { name: 'exit-3', reason: 'exit_code', summary: 'The container exited with code 3.', exitCode: 3 },
  {
    name: 'exit-3-with-message',
    reason: 'exit_code',
    summary: 'The container exited with code 3.',
    exitCode: 3,
    detail: 'disk full',
  },
  {
    name: 'extra-container-failed',
    reason: 'extra_container_failed',
    summary: 'The task’s container exited with code 0, but the container uploader exited with code 4.',
    exitCode: 0,
  },
  {
    name: 'extra-container-oom-killed',
    reason: 'extra_container_failed',
    summary:
      'The task’s container exited with code 0, but the container uploader exited with code 137 (SIGKILL).',
    exitCode: 0,
    detail: 'OOMKilled',
  },
  {
    name: 'init-exit-7',
    reason: 'init_container_failed',
    summary: 'The init container fetch exited with code 7.',
    exitCode: 7,
  },
  {
    name: 'killed-by-sigkill',
    reason: 'killed_by_signal',
    summary: 'The container was killed by SIGKILL (exit code 137).',
    exitCode: 137,
  },
  {
    name: 'killed-by-sigsegv',
    reason: 'killed_by_signal',
    summary: 'The container was killed by SIGSEGV (exit code 139).',
    exitCode: 139,
  },
  {
    name: 'liveness-probe-failed',
    reason: 'killed_by_signal',
    summary: 'The container was killed by SIGKILL (exit code 137).',
    exitCode: 137,
    detail: 'Liveness probe failed',
  },
  {
    name: 'oom-killed',
    reason: 'oom_killed',
    summary: 'The container used more memory than its limit and was killed.',
    exitCode: 137,
  },
  {
    name: 'oom-killed-child',
    reason: 'oom_killed',
    summary:
      'A process was killed because the container used more memory than its limit; it then exited with code 5.',
    exitCode: 5,
  },
  {
    name: 'oom-killed-child-base-succeeded',
    reason: 'completed',
    summary: 'The task succeeded.',
    exitCode: 0,
    detail:
      'A process of the container was killed because the container used more memory than its limit; the container itself went on.',
  },
  {
    name: 'oom-killed-init',
    reason: 'oom_killed',
    summary: 'The init container fetch used more memory than its limit and was killed.',
    exitCode: 137,
  },
  { name: 'sidecar-failed-base-succeeded', reason: 'completed', summary: 'The task succeeded.', exitCode: 0 },
  {
    name: 'start-error-init',
    reason: 'init_container_failed',
    summary: 'The init container fetch could not be started.',
    exitCode: 128,
    detail: 'exec: "no-such-command": executable file not found in $PATH',
  },
  {
    name: 'start-error-no-command',
    reason: 'start_error',
    summary: 'The container could not be started.',
    exitCode: 128,
    detail: 'exec: "no-such-command": executable file not found in $PATH',
  },
  {
    name: 'start-error-not-executable',
    reason: 'start_error',
    summary: 'The container could not be started.',
    exitCode: 128,
    detail: 'exec: "/etc/passwd": permission denied',
  },
  {
    name: 'start-error-working-dir',
    reason: 'start_error',
    summary: 'The container could not be started.',
    exitCode: 128,
    detail: 'error during container init: mkdir /etc/passwd: not a directory',
  },
  { name: 'written-injected-proxy-failed', reason: 'completed', summary: 'The task succeeded.', exitCode: 0 },
  {
    name: 'written-injected-proxy-running',
    reason: 'completed',
    summary: 'The task succeeded.',
    exitCode: 0,
  },
];

test.each(cases)('$name: $reason', ({ name, reason, ...text }) => {
  const { pod, gone, events } = readFixture(name);
  const ignored = ['istio-proxy'];
  const found = diagnose({ cause: 'ended', record: makeRecord(), pod, gone, events, ignored });
  expect(found).toEqual(diagnosis(reason, text));
});
