import { describe, expect, test } from 'vitest';
import {
  type ContainerFacts,
  type ContainerState,
  type PodFacts,
  podStatus,
  qosClass,
} from '../../../../local/pods/kubelet/pod-status.ts';
import { podManifestSchema } from '../../../../local/pods/pod.ts';

const now = '2026-11-23T10:00:09Z';
const startTime = '2026-11-23T10:00:00Z';

function specOf(spec: Record<string, unknown>) {
  return podManifestSchema.parse({ metadata: {}, spec }).spec;
}
const spec = specOf({
  initContainers: [
    { name: 'setup', image: 'i' },
    { name: 'side', image: 'i', restartPolicy: 'Always' },
  ],
  containers: [{ name: 'main', image: 'i' }],
});

const waiting: ContainerState = { waiting: { reason: 'PodInitializing' } };
const running: ContainerState = { running: { startedAt: startTime } };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode } });

function facts(
  states: [setup: ContainerState, side: ContainerState, main: ContainerState],
  more: Partial<PodFacts> = {},
): PodFacts {
  const known = (state: ContainerState): ContainerFacts => ({ state, lastState: {}, restartCount: 0 });
  const containers = new Map(['setup', 'side', 'main'].map((name, i) => [name, known(states[i] ?? {})]));
  return { startTime, isSandboxReady: true, isInitialized: true, containers, ...more };
}

describe('podStatus', () => {
  const early = { isInitialized: false };
  test.each([
    ['new', facts([waiting, waiting, waiting], { ...early, isSandboxReady: false }), 'Pending', 'FFFFT'],
    ['initializing', facts([running, waiting, waiting], early), 'Pending', 'TFFFT'],
    ['initialized', facts([ended(0), running, waiting]), 'Pending', 'TTFFT'],
    ['running', facts([ended(0), running, running]), 'Running', 'TTTTT'],
    ['main has ended', facts([ended(0), running, ended(0)]), 'Running', 'TTFFT'],
    ['succeeded', facts([ended(0), ended(143), ended(0)], { end: {} }), 'Succeeded', 'FTFFT'],
    ['failed', facts([ended(0), ended(0), ended(1)], { end: {} }), 'Failed', 'FTFFT'],
    ['init failed', facts([ended(1), waiting, waiting], { ...early, end: {} }), 'Failed', 'FFFFT'],
    [
      'ended from outside',
      facts([ended(0), ended(0), ended(0)], { end: { reason: 'DeadlineExceeded' } }),
      'Failed',
      'FTFFT',
    ],
  ] as const)('%s: phase and conditions', (_, known, phase, flags) => {
    const status = podStatus(spec, known, [], now);
    const conditions = status.conditions?.map(condition => condition.status[0]).join('');
    expect({ phase: status.phase, conditions }).toEqual({ phase, conditions: flags });
  });

  test('names the containers that are not ready', () => {
    const { conditions = [] } = podStatus(spec, facts([running, waiting, waiting], early), [], now);
    expect(conditions.slice(1, 3)).toEqual([
      {
        type: 'Initialized',
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: 'containers with incomplete status: [setup side]',
        lastTransitionTime: now,
      },
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [main]',
        lastTransitionTime: now,
      },
    ]);
  });

  test('a condition keeps its time until its status changes', () => {
    const before = podStatus(spec, facts([ended(0), running, waiting]), [], startTime);
    const after = podStatus(spec, facts([ended(0), running, running]), before.conditions ?? [], now);
    expect(after.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['PodReadyToStartContainers', startTime],
      ['Initialized', startTime],
      ['Ready', now],
      ['ContainersReady', now],
      ['PodScheduled', startTime],
    ]);
  });

  test('one main container in a restart pause does not make a Pod pending again', () => {
    const known = facts([ended(0), running, { waiting: { reason: 'CrashLoopBackOff' } }]);
    const main = { state: waiting, lastState: ended(1), restartCount: 3 };
    const containers = new Map([...known.containers, ['main', main]]);
    expect(podStatus(spec, { ...known, containers }, [], now).phase).toBe('Running');
  });
});

test.each([
  [[{}], 'BestEffort'],
  [[{ requests: { cpu: '1' } }], 'Burstable'],
  [[{ limits: { cpu: '1', memory: '1Gi' } }], 'Guaranteed'],
  [[{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }], 'Burstable'],
  [[{ limits: { cpu: '1', memory: '1Gi' } }, {}], 'Burstable'],
])('qosClass of %j is %s', (all, expected) => {
  const containers = all.map((resources, i) => ({ name: `c${i}`, image: 'i', resources }));
  expect(qosClass(specOf({ containers }))).toBe(expected);
});
