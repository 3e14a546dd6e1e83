import { expect, test } from 'vitest';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import {
  containerEnd,
  containerStatus,
  hasEnded,
  hasLog,
  isTerminal,
  scheduledAt,
  startedAt,
} from '../../shared/pod-progress.ts';
import { makePod, running, scheduled, terminated } from '../fakes/make-pod.ts';

const neverRan = { name: 'base', state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } };
const twoMain = (pod: Pod): Pod => ({ ...pod, spec: { containers: [{ name: 'base' }, { name: 'proxy' }] } });

const cases: {
  name: string;
  pod: Pod;
  ended: boolean;
  terminal: boolean;
  log: boolean;
  started: string | undefined;
}[] = [
  { name: 'new', pod: makePod({}), ended: false, terminal: false, log: false, started: undefined },
  {
    name: 'waiting',
    pod: makePod({ phase: 'Pending', containerStatuses: [{ name: 'base', state: { waiting: {} } }] }),
    ended: false,
    terminal: false,
    log: false,
    started: undefined,
  },
  {
    name: 'running',
    pod: makePod({ phase: 'Running', containerStatuses: [running()] }),
    ended: false,
    terminal: false,
    log: true,
    started: '2026-11-23T10:00:05Z',
  },
  {
    name: 'main ended, phase still Running',
    pod: makePod({ phase: 'Running', containerStatuses: [terminated(1)] }),
    ended: true,
    terminal: false,
    log: true,
    started: '2026-11-23T10:00:05Z',
  },
  {
    name: 'one of two main containers ended',
    pod: twoMain(makePod({ phase: 'Running', containerStatuses: [terminated(0), running('proxy')] })),
    ended: false,
    terminal: false,
    log: true,
    started: '2026-11-23T10:00:05Z',
  },
  {
    name: 'failed without container statuses',
    pod: makePod({ phase: 'Failed' }),
    ended: true,
    terminal: true,
    log: false,
    started: undefined,
  },
  {
    name: 'terminated without ever having started',
    pod: makePod({ phase: 'Succeeded', containerStatuses: [neverRan] }),
    ended: true,
    terminal: true,
    log: false,
    started: undefined,
  },
];
test.each(cases)('$name', ({ pod, ended, terminal, log, started }) => {
  const seen = {
    ended: hasEnded(pod),
    terminal: isTerminal(pod),
    log: hasLog(pod, 'base'),
    started: startedAt(pod, 'base'),
  };
  expect(seen).toEqual({ ended, terminal, log, started });
});

test('a Pod that names no container has not ended', () => {
  expect(hasEnded({ ...makePod({ phase: 'Running' }), spec: { containers: [] } })).toBe(false);
});

test('init containers are found by name', () => {
  const pod = makePod({
    initContainerStatuses: [terminated(2, { name: 'fetch' })],
    containerStatuses: [running()],
  });
  expect(containerStatus(pod, 'fetch')?.name).toBe('fetch');
  expect(containerEnd(pod, 'fetch')?.exitCode).toBe(2);
  expect(containerEnd(pod, 'base')).toBeUndefined();
  expect(containerEnd(makePod({ containerStatuses: [{ name: 'base' }] }), 'base')).toBeUndefined();
  expect(hasLog(makePod({ containerStatuses: [{ name: 'base' }] }), 'base')).toBe(false);
});

test('scheduledAt is the time of the condition only when it is true', () => {
  expect(scheduledAt(makePod({ conditions: [scheduled] }))).toBe('2026-11-23T10:00:01Z');
  expect(scheduledAt(makePod({ conditions: [{ ...scheduled, status: 'False' }] }))).toBeUndefined();
  expect(scheduledAt(makePod({}))).toBeUndefined();
  const other = { type: 'Initialized', status: 'True', lastTransitionTime: '2026-11-23T10:00:02Z' };
  expect(scheduledAt(makePod({ conditions: [other] }))).toBeUndefined();
  expect(scheduledAt(makePod({ conditions: [other, scheduled] }))).toBe('2026-11-23T10:00:01Z');
});
