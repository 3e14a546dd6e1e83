import { describe, expect, test } from 'vitest';
import { podColumns, podStatusWord } from '../../../../local/pods/api/columns.ts';
import { shortAge } from '../../../../local/pods/api/table.ts';
import type { EmulatedPod, FullContainerStatus } from '../../../../local/pods/pod.ts';
import { makePod } from '../make-emulated-pod.ts';

const now = Date.parse('2026-11-23T10:00:00Z');

function status(name: string, state: FullContainerStatus['state'], ready = false): FullContainerStatus {
  const isRunning = state?.running !== undefined;
  return { name, image: 'x', imageID: '', state, lastState: {}, ready, started: isRunning, restartCount: 0 };
}
const done = { terminated: { exitCode: 0, reason: 'Completed' } };
const failed = { terminated: { exitCode: 3, reason: 'Error' } };
const running = { running: {} };
const initializing = { waiting: { reason: 'PodInitializing' } };

function pod(
  phase: string,
  main: FullContainerStatus[],
  init: FullContainerStatus[] = [],
  more: Partial<EmulatedPod['status']> = {},
): EmulatedPod {
  const made = makePod({
    containers: [{ name: 'main', image: 'x' }],
    initContainers: [
      { name: 'setup', image: 'x' },
      { name: 'side', image: 'x', restartPolicy: 'Always' },
    ],
  });
  return {
    ...made,
    status: { phase, qosClass: 'BestEffort', containerStatuses: main, initContainerStatuses: init, ...more },
  };
}

describe('podStatusWord', () => {
  test.each([
    ['Pending', pod('Pending', [])],
    [
      'Init:0/2',
      pod(
        'Pending',
        [status('main', initializing)],
        [status('setup', running), status('side', initializing)],
      ),
    ],
    [
      'Init:1/2',
      pod(
        'Pending',
        [status('main', initializing)],
        [status('setup', done, true), status('side', initializing)],
      ),
    ],
    [
      'Init:Error',
      pod('Failed', [status('main', initializing)], [status('setup', failed), status('side', initializing)]),
    ],
    ['ContainerCreating', pod('Pending', [status('main', { waiting: { reason: 'ContainerCreating' } })])],
    [
      'Running',
      pod(
        'Running',
        [status('main', running, true)],
        [status('setup', done, true), status('side', running, true)],
      ),
    ],
    ['Error', pod('Failed', [status('main', failed)], [status('setup', done, true), status('side', done)])],
    ['Completed', pod('Succeeded', [status('main', done)])],
    ['DeadlineExceeded', pod('Failed', [status('main', failed)], [], { reason: 'DeadlineExceeded' })],
  ])('is %s', (word, shown) => {
    expect(podStatusWord(shown)).toBe(word);
  });

  test('is Terminating from the deletion on', () => {
    const shown = pod('Running', [status('main', running, true)]);
    const metadata = { ...shown.metadata, deletionTimestamp: '2026-11-23T10:00:00Z' };
    expect(podStatusWord({ ...shown, metadata })).toBe('Terminating');
  });
});

test('podColumns counts sidecars as containers', () => {
  const shown = pod(
    'Running',
    [status('main', running, true)],
    [status('setup', done, true), status('side', failed)],
  );
  expect(podColumns(() => now).cells(shown)).toEqual(['pod', '1/2', 'Running', 0, '0s', 'node']);
});

test.each([
  ['2026-11-23T10:00:00Z', '0s'],
  ['2026-11-23T09:58:01Z', '119s'],
  ['2026-11-23T09:58:00Z', '2m'],
  ['2026-11-23T09:55:30Z', '4m30s'],
  ['2026-11-23T09:00:00Z', '60m'],
  ['2026-11-23T06:00:00Z', '4h'],
  ['2026-11-20T10:00:00Z', '3d'],
  ['2026-11-23T11:00:00Z', '0s'],
  ['', '<unknown>'],
])('shortAge of %s is %s', (since, expected) => {
  expect(shortAge(since, now)).toBe(expected);
});
