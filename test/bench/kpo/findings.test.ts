import { expect, test } from 'vitest';
import { compareSides, kpoGoals } from '../../../bench/kpo/findings.ts';
import type { SideFigures } from '../../../bench/kpo/rounds.ts';
import { chartFigures } from '../../../bench/support/comparison.ts';
import { isMet } from '../../../bench/support/report.ts';

const counts = { alone: 1, anew: 1, together: 1, atOnce: 2, logs: 1, lines: 1_000, livingLogs: 1 };

/** A side that takes so many times as long as another. */
function figures(slowness: number, missing = 0): SideFigures {
  const ran = (id: string) => ({
    id,
    goMs: 1_000,
    createdMs: 1_000 + 10 * slowness,
    containerBeganMs: 1_000 + 100 * slowness,
    containerEndedMs: 3_000,
    readMs: 3_000 + 200 * slowness,
    resultMs: 3_000 + 300 * slowness,
  });
  const used = { cpuMs: 50 * slowness, peakMiB: 100 * slowness, execs: 0 };
  const received = { missing, repeated: 0, markMs: 5_000 + 95 * slowness, lastMs: 5_000 + 100 * slowness };
  return {
    alone: [{ ran: [ran('a')], ...used }],
    aloneCalls: undefined,
    anew: [{ wholeMs: 900 * slowness, cpuMs: 500 * slowness }],
    together: [{ ran: [ran('b'), { ...ran('c'), goMs: 1_500 }], ...used }],
    logs: [{ received, beganMs: 5_000, cpuMs: 2_000 * slowness }],
    livingLogs: [{ received: { ...received, repeated: 7 * (slowness - 1) }, beganMs: 5_000, cpuMs: 0 }],
  };
}

test('compareSides puts the medians side by side', () => {
  const comparison = compareSides({ kpo: figures(2), taskpod: figures(1) }, counts);
  expect(chartFigures(comparison)).toEqual([
    { what: 'go to Pod created', unit: 'ms', kpo: 20, taskpod: 10 },
    { what: 'go to container running', unit: 'ms', kpo: 200, taskpod: 100 },
    { what: 'container’s end to result read', unit: 'ms', kpo: 400, taskpod: 200 },
    { what: 'container’s end to result in hand', unit: 'ms', kpo: 600, taskpod: 300 },
    { what: 'go to result in hand', unit: 'ms', kpo: 2_600, taskpod: 2_300 },
    { what: 'CPU of a task', unit: 'ms', kpo: 100, taskpod: 50 },
    { what: 'memory of the client processes', unit: 'MiB', kpo: 200, taskpod: 100 },
    { what: 'processes started anew: go to result in hand', unit: 'ms', kpo: 1_800, taskpod: 900 },
    { what: 'processes started anew: CPU of start and task', unit: 'ms', kpo: 1_000, taskpod: 500 },
    { what: '2 at once: container’s end to result in hand', unit: 'ms', kpo: 600, taskpod: 300 },
    { what: '2 at once: go to the last result', unit: 'ms', kpo: 2_600, taskpod: 2_300 },
    { what: '2 at once: CPU of a task', unit: 'ms', kpo: 50, taskpod: 25 },
    { what: '2 at once: memory of the client processes', unit: 'MiB', kpo: 200, taskpod: 100 },
    { what: 'log: received, at 95 percent of it', unit: 'MB/s', kpo: 0.5, taskpod: 1 },
    { what: 'log: its first line to its last line in hand', unit: 's', kpo: 0.2, taskpod: 0.1 },
    { what: 'log: CPU', unit: 's', kpo: 4, taskpod: 2 },
    { what: 'log: lines that never came', unit: 'lines', kpo: 0, taskpod: 0 },
    { what: 'log: lines that came again', unit: 'lines', kpo: 0, taskpod: 0 },
    {
      what: 'log of a container that lives on for 15 s: lines that never came',
      unit: 'lines',
      kpo: 0,
      taskpod: 0,
    },
    {
      what: 'log of a container that lives on for 15 s: lines that came again',
      unit: 'lines',
      kpo: 7,
      taskpod: 0,
    },
  ]);
});

test.each([
  ['half of everything', figures(2), figures(1), []],
  [
    'twice of everything',
    figures(1),
    figures(2),
    [
      'container’s end to result in hand, against the operator',
      'go to result in hand, against the operator',
      'CPU of a task, against the operator',
      '2 at once: go to the last result, against the operator',
      '2 at once: memory of the client processes, against the operator',
      'log: received, at 95 percent of it, against the operator',
      'logs: lines lost or repeated by Taskpod',
    ],
  ],
  ['a line that is lost', figures(2), figures(1, 1), ['logs: lines lost or repeated by Taskpod']],
])('kpoGoals of %s', (_, kpo, taskpod, missed) => {
  const both = { kpo, taskpod };
  const goals = kpoGoals(compareSides(both, counts), counts, both);
  expect(goals.filter(goal => !isMet(goal)).map(({ what }) => what)).toEqual(missed);
});

test('calls are compared where there is an audit log', () => {
  const call = (userAgent: string) => ({ userAgent, verb: 'create', resource: 'pods' });
  const common = { username: '', name: 'p', uri: '/', status: 201, beganMs: 0, endedMs: 1 };
  const calls = ['OpenAPI-Generator/1/python', 'taskpod-launch'].map(agent => ({
    ...call(agent),
    ...common,
  }));
  const withCalls = (side: SideFigures, execs: number): SideFigures => ({
    ...side,
    alone: side.alone.map(batch => ({ ...batch, execs })),
    aloneCalls: calls,
  });
  const both = { kpo: withCalls(figures(2), 2), taskpod: withCalls(figures(1), 0) };
  const comparison = compareSides(both, counts);
  const rows = chartFigures(comparison).filter(({ unit, kpo }) => unit === 'calls' && kpo !== 0);
  expect(rows).toEqual([
    { what: 'calls of a task to the API server', unit: 'calls', kpo: 3, taskpod: 1 },
    { what: 'of them POST Pod', unit: 'calls', kpo: 1, taskpod: 1 },
    { what: 'of them exec', unit: 'calls', kpo: 2, taskpod: 0 },
  ]);
  expect(kpoGoals(comparison, counts, both).map(({ what }) => what)).toContain(
    'calls of a task to the API server, against the operator',
  );
});
