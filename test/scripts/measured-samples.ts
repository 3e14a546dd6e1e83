import type { ChaosReport } from '../../scripts/measured/chaos.ts';
import type { KpoRow, LoadRow } from '../../scripts/measured/schemas.ts';

/** A row of load.json in which every goal is just met. */
export function sampleLoad(tasks: number, more: Partial<LoadRow> = {}): LoadRow {
  return {
    tasks,
    variant: 'held',
    barePerSecond: 100,
    launchesPerSecond: 80,
    publishToPodMsMedian: tasks,
    publishToPodMsP95: 2 * tasks,
    endToOutcomeMsMedian: 300,
    endToOutcomeMsP95: 500,
    cpuMsLaunch: 4,
    cpuMsWatch: 6,
    peakMiBLaunch: 200,
    peakMiBWatch: 512,
    podsAtOnce: tasks,
    watches: 1,
    kubernetesCallsPerTask: 2,
    storageCallsPerTask: 9,
    ...more,
  };
}

/** Rows of kpo.json, one of which was measured on one side only. */
export const sampleKpo: KpoRow[] = [
  { what: 'go to result in hand', unit: 's', kpo: 5.4, taskpod: 4.1 },
  { what: 'CPU of a task', unit: 'ms', kpo: 1830, taskpod: 47 },
  { what: 'of them GET', unit: 'calls', kpo: null, taskpod: 0 },
];

/** A chaos run in which so much was broken. */
export function sampleChaos(violations: ChaosReport['violations'] = []): ChaosReport {
  return {
    command: 'npm run chaos -- --seed 7',
    seed: 7,
    tasks: { real: 150, fake: 850, none: 0 },
    seconds: 300,
    duration_seconds: 412.5,
    faults: [
      { group: 'storage', fault: '503', about: 'write marker', planned: 4, met: 3 },
      { group: 'storage', fault: '503', about: 'list', planned: 9, met: 9 },
      { group: 'process', fault: 'kill -9', about: 'watch', planned: 20, met: 20 },
      { group: 'server', fault: 'kill -9 & start', about: 'etcd', planned: 1, met: 0 },
    ],
    processes: { launch: 12, watch: 30 },
    deliveries: { launch: { most: 4 }, watch: { most: 6 } },
    dead_letters: 0,
    found: {
      runs: 1_000,
      attempts: 1_100,
      deletedFromOutside: 3,
      ends: { 'failed exit_code': 100, 'success completed': 1_000 },
      logs: { compared: 160, bytes: 5_000_000, gaps: 0 },
      results: { compared: 40, bytes: 900 },
      events: { came: 3_300, different: 3_200 },
      posts: { created: 1_099 },
    },
    violations,
  };
}
