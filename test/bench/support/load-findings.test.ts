import { describe, expect, test } from 'vitest';
import { loadFindings } from '../../../bench/support/load-findings.ts';
import type { LoadFigures } from '../../../bench/support/load-run.ts';
import { isMet } from '../../../bench/support/report.ts';

function figures(tasks: number, more: Partial<LoadFigures> = {}): LoadFigures {
  return {
    tasks,
    variant: 'held',
    loadBefore: 0.5,
    barePerSecond: 100,
    bareLaunches: { perSecond: 160, cpuMsPerTask: 2 },
    servers: { api: 0.02 * tasks, storage: 0.003 * tasks },
    launchesPerSecond: 80,
    publishToPodMs: [10, 20, 30],
    endToOutcomeMs: [100, 300, 500],
    podsAtOnce: tasks,
    turns: 1,
    launch: {
      beforeMiB: 100,
      peakMiB: 120,
      cpuMs: 6 * tasks,
      connections: 1,
      requests: { create: 2 * tasks, publish: 2 * tasks },
    },
    watch: {
      beforeMiB: 100,
      peakMiB: 512,
      cpuMs: 4 * tasks,
      connections: 2,
      requests: { create: 3 * tasks, list: tasks, read: tasks, delete: tasks, publish: 2 * tasks },
    },
    calls: { post: 1, delete: 1, logStreams: 0, logReads: 0, other: 0, ofTurns: 3, watchesAtOnce: 1 },
    ...more,
  };
}

function verdicts(all: readonly LoadFigures[]): Record<string, boolean> {
  return Object.fromEntries(loadFindings(all, []).goals.map(goal => [goal.what, isMet(goal)]));
}

describe('goals', () => {
  test('all are met at their limits', () => {
    const found = verdicts([figures(10), figures(100), figures(1_000)]);
    expect(Object.values(found).every(met => met)).toBe(true);
    expect(Object.keys(found).filter(what => !what.startsWith('growth'))).toEqual([
      'watches of a namespace at a time, 10 tasks',
      'watches of a namespace at a time, 100 tasks',
      'launches against bare POSTs, 100 tasks',
      'watches of a namespace at a time, 1000 tasks',
      'launches against bare POSTs, 1000 tasks',
      'memory of watch, 1000 tasks',
      'CPU of both functions, 1000 tasks',
      'median of Pod’s end to outcome, 1000 tasks',
    ]);
  });

  const { watch, launch, calls } = figures(1_000);
  test.each<[string, Partial<LoadFigures>]>([
    ['memory of watch, 1000 tasks', { watch: { ...watch, peakMiB: 513 } }],
    ['CPU of both functions, 1000 tasks', { launch: { ...launch, cpuMs: 6_001 } }],
    ['median of Pod’s end to outcome, 1000 tasks', { endToOutcomeMs: [301] }],
    ['launches against bare POSTs, 1000 tasks', { launchesPerSecond: 79 }],
    ['watches of a namespace at a time, 1000 tasks', { calls: calls && { ...calls, watchesAtOnce: 2 } }],
  ])('%s can be missed, alone', (goal, more) => {
    const found = verdicts([figures(1_000, more)]);
    expect(Object.entries(found).filter(([, met]) => !met)).toEqual([[goal, false]]);
  });

  test('what grows faster than the tasks is a miss', () => {
    const slow = { ...figures(1_000).watch, cpuMs: 4 * 1_000 * 1.6 };
    const found = verdicts([figures(100), figures(1_000, { watch: slow })]);
    expect(found['growth a task, 100 to 1000: CPU of watch']).toBe(false);
    expect(found['growth a task, 100 to 1000: CPU of launch']).toBe(true);
  });

  test('nothing is judged of what was not measured', () => {
    const found = loadFindings(
      [figures(100, { calls: undefined }), figures(200, { calls: undefined })],
      ['said'],
    );
    expect(found.goals.filter(goal => !isMet(goal))).toEqual([]);
    expect(found.goals.map(({ what }) => what).join()).not.toMatch(/Kubernetes|watches/);
    expect(found.notes).toEqual([
      'said',
      'no audit log here: watches and Kubernetes calls are not judged',
      'without 1000 tasks three goals are not judged',
    ]);
  });
});

test('each figure has a value for each number of tasks', () => {
  const { series = [] } = loadFindings([figures(100), figures(1_000)], []);
  const of = (what: string) => series.find(row => row.what === what)?.values.map(({ value }) => value);
  expect({
    calls: of('Kubernetes calls'),
    storage: of('storage calls'),
    publishes: of('publish requests'),
    cpu: of('CPU of both'),
    growth: of('memory that watch grew by'),
    p95: of('Pod’s end to outcome.json, p95'),
    launch: of('time of a launch'),
    ofBare: of('launches against bare launches'),
    server: of('CPU of the storage server'),
    unknown: of('CPU of the Pub/Sub server'),
  }).toEqual({
    calls: [2.03, 2.003],
    storage: [8, 8],
    publishes: [4, 4],
    cpu: [10, 10],
    growth: [412, 412],
    p95: [480, 480],
    launch: [12.5, 12.5],
    ofBare: [0.5, 0.5],
    server: [3, 3],
    unknown: [Number.NaN, Number.NaN],
  });
});
