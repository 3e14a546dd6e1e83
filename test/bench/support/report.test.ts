import { describe, expect, test } from 'vitest';
import { formatReport, isMet, makeReport } from '../../../bench/support/report.ts';

const machine = { cores: 2, memoryGiB: 24, node: '24.0.0', loadBefore: 0.5 };
const goal = { what: 'speed', unit: 'times', value: 0.95 };

describe('isMet', () => {
  test.each([
    [{ atMost: 0.95 }, true],
    [{ atMost: 0.94 }, false],
    [{ atLeast: 0.95 }, true],
    [{ atLeast: 0.96 }, false],
  ])('%j', (bound, expected) => {
    expect(isMet({ ...goal, ...bound })).toBe(expected);
  });

  test('what could not be measured meets nothing', () => {
    expect(isMet({ ...goal, value: Number.NaN, atMost: 1 })).toBe(false);
  });
});

const findings = {
  measured: [{ what: 'curl', unit: 'MB/s', samples: [9, 10, 11] }],
  goals: [
    { ...goal, atLeast: 0.9 },
    { what: 'growth', unit: 'MiB', value: 70, atMost: 64 },
  ],
  notes: ['a note'],
};

test('makeReport holds every value against its goal', () => {
  expect(makeReport('logs', machine, findings)).toEqual({
    bench: 'logs',
    met: false,
    machine,
    measured: [{ what: 'curl', unit: 'MB/s', count: 3, median: 10, low: 9.2, high: 10.8 }],
    series: [],
    goals: [
      { ...goal, atLeast: 0.9, met: true },
      { what: 'growth', unit: 'MiB', value: 70, atMost: 64, met: false },
    ],
    notes: ['a note'],
  });
});

test('formatReport is made for people', () => {
  expect(formatReport(makeReport('logs', machine, findings)).split('\n')).toEqual([
    'logs (2 cores, 24 GiB, Node 24.0.0, load 0.5 before)',
    '  measured  median   p10 to p90    n',
    '  curl      10 MB/s  9.20 to 10.8  3',
    '',
    '  goal    value       limit',
    '  speed   0.95 times  at least 0.90  met',
    '  growth  70 MiB      at most 64     MISSED',
    '- a note',
    '',
  ]);
});

test('formatReport gives each number of tasks a column', () => {
  const values = [
    { tasks: 10, value: 12.345 },
    { tasks: 100, value: 1 },
  ];
  const series = [
    { what: 'CPU', unit: 'ms a task', of: 'task' as const, values },
    { what: 'peak', unit: 'MiB', of: 'all' as const, values: [{ tasks: 10, value: Number.NaN }] },
  ];
  const report = makeReport('load', machine, { measured: [], series, goals: [], notes: [] });
  expect(report.series).toEqual(series);
  expect(formatReport(report).split('\n')).toEqual([
    'load (2 cores, 24 GiB, Node 24.0.0, load 0.5 before)',
    '  tasks           10    100',
    '  CPU, ms a task  12.3  1',
    '  peak, MiB       -     -',
    '',
    '  goal  value  limit',
    '',
  ]);
});

test('formatReport puts what was compared side by side', () => {
  const compared = {
    subjects: ['one', 'other'],
    rows: [{ what: 'start', unit: 'ms', samples: { one: [12.345], other: [150] } }],
  };
  const report = makeReport('cold-start', machine, { measured: [], compared, goals: [], notes: [] });
  expect(report.compared).toEqual(compared);
  expect(formatReport(report).split('\n').slice(1, 4)).toEqual([
    '  side by side, medians  one   other  n',
    '  start, ms              12.3  150    1',
    '',
  ]);
});
