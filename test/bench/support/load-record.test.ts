import { expect, test } from 'vitest';
import { type LoadRecord, loadRecord, withRecords } from '../../../bench/support/load-record.ts';
import type { LoadFigures } from '../../../bench/support/load-run.ts';

const figures: LoadFigures = {
  tasks: 100,
  variant: 'held',
  loadBefore: 1.23456,
  barePerSecond: 200,
  bareLaunches: { perSecond: 80, cpuMsPerTask: 2.5 },
  launchesPerSecond: 50,
  publishToPodMs: [100, 200, 300],
  endToOutcomeMs: [1, 2, 3],
  podsAtOnce: 100,
  turns: 1,
  launch: {
    beforeMiB: 100,
    peakMiB: 123.456,
    cpuMs: 500,
    connections: 1,
    requests: { create: 200, publish: 200 },
  },
  watch: { beforeMiB: 100, peakMiB: 150, cpuMs: 600, connections: 1, requests: { create: 300, delete: 100 } },
  servers: { api: 3, storage: 0.4567 },
  calls: { post: 1, delete: 1, logStreams: 0, logReads: 0, other: 0, ofTurns: 3, watchesAtOnce: 1 },
};

const record: LoadRecord = {
  tasks: 100,
  variant: 'held',
  measuredOn: '2026-11-29',
  loadBefore: 1.235,
  barePerSecond: 200,
  bareLaunchesPerSecond: 80,
  launchesPerSecond: 50,
  publishToPodMsMedian: 200,
  publishToPodMsP95: 290,
  endToOutcomeMsMedian: 2,
  endToOutcomeMsP95: 2.9,
  cpuMsLaunch: 5,
  cpuMsWatch: 6,
  cpuMsBareLaunch: 2.5,
  cpuMsApiServer: 30,
  cpuMsStorageServer: 4.567,
  cpuMsPubsub: null,
  peakMiBLaunch: 123.5,
  peakMiBWatch: 150,
  podsAtOnce: 100,
  watches: 1,
  kubernetesCallsPerTask: 2.03,
  storageCallsPerTask: 6,
};
const nowMs = Date.parse('2026-11-29T03:00:00Z');

test('a record holds four digits of each figure, of one task where it is CPU', () => {
  expect(loadRecord(figures, false, nowMs)).toEqual(record);
  expect(loadRecord(figures, true, nowMs)).toEqual({ ...record, variant: 'held, own storage' });
});

test('what was not counted is null', () => {
  expect(loadRecord({ ...figures, calls: undefined }, false, nowMs)).toEqual({
    ...record,
    watches: null,
    kubernetesCallsPerTask: null,
  });
});

test('a record takes the place of that of the same variant and number, and all are in order', () => {
  const [ten, thousand, pushed] = [
    { ...record, tasks: 10 },
    { ...record, tasks: 1_000 },
    { ...record, variant: 'pushed' },
  ];
  const newer = { ...record, launchesPerSecond: 60 };
  expect(withRecords([pushed, thousand, record], [newer, ten])).toEqual([ten, newer, thousand, pushed]);
});
