import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LoadFigures } from './load-run.ts';
import { kubernetesCalls, storageCalls } from './load-series.ts';
import { median, quantile } from './statistics.ts';

/** What docs/measured/load.json holds of each number of tasks and variant: CPU in milliseconds a task. */
const recordSchema = z.object({
  tasks: z.number(),
  variant: z.string(),
  /** The day, in UTC. */
  measuredOn: z.string(),
  loadBefore: z.number(),
  barePerSecond: z.number(),
  bareLaunchesPerSecond: z.number(),
  launchesPerSecond: z.number(),
  publishToPodMsMedian: z.number(),
  publishToPodMsP95: z.number(),
  endToOutcomeMsMedian: z.number(),
  endToOutcomeMsP95: z.number(),
  cpuMsLaunch: z.number(),
  cpuMsWatch: z.number(),
  cpuMsBareLaunch: z.number(),
  cpuMsApiServer: z.number().nullable(),
  cpuMsStorageServer: z.number().nullable(),
  cpuMsPubsub: z.number().nullable(),
  peakMiBLaunch: z.number(),
  peakMiBWatch: z.number(),
  podsAtOnce: z.number(),
  watches: z.number().nullable(),
  kubernetesCallsPerTask: z.number().nullable(),
  storageCallsPerTask: z.number(),
});
export type LoadRecord = z.output<typeof recordSchema>;

/** loadRecord makes one such object of figures, whose variant tells whose storage it was; what was not measured is null. */
export function loadRecord(figures: LoadFigures, isOwnStorage: boolean, nowMs: number): LoadRecord {
  const { tasks, calls, servers, publishToPodMs, endToOutcomeMs, launch, watch } = figures;
  const round = (value: number): number => Number(value.toPrecision(4));
  const perTask = (seconds: number | undefined): number | null =>
    seconds === undefined ? null : round((1_000 * seconds) / tasks);
  return {
    tasks,
    variant: isOwnStorage ? `${figures.variant}, own storage` : figures.variant,
    measuredOn: new Date(nowMs).toISOString().slice(0, 10),
    loadBefore: round(figures.loadBefore),
    barePerSecond: round(figures.barePerSecond),
    bareLaunchesPerSecond: round(figures.bareLaunches.perSecond),
    launchesPerSecond: round(figures.launchesPerSecond),
    publishToPodMsMedian: round(median(publishToPodMs)),
    publishToPodMsP95: round(quantile(publishToPodMs, 0.95)),
    endToOutcomeMsMedian: round(median(endToOutcomeMs)),
    endToOutcomeMsP95: round(quantile(endToOutcomeMs, 0.95)),
    cpuMsLaunch: round(launch.cpuMs / tasks),
    cpuMsWatch: round(watch.cpuMs / tasks),
    cpuMsBareLaunch: round(figures.bareLaunches.cpuMsPerTask),
    cpuMsApiServer: perTask(servers.api),
    cpuMsStorageServer: perTask(servers.storage),
    cpuMsPubsub: perTask(servers.pubsub),
    peakMiBLaunch: round(launch.peakMiB),
    peakMiBWatch: round(watch.peakMiB),
    podsAtOnce: figures.podsAtOnce,
    watches: calls?.watchesAtOnce ?? null,
    kubernetesCallsPerTask: calls === undefined ? null : round(kubernetesCalls(figures)),
    storageCallsPerTask: round(storageCalls(figures)),
  };
}

/** withRecords puts records among others, in place of those of the same number of tasks and variant, in order. */
export function withRecords(others: readonly LoadRecord[], added: readonly LoadRecord[]): LoadRecord[] {
  const keyOf = ({ variant, tasks }: LoadRecord): string => `${variant} ${tasks}`;
  const all = new Map([...others, ...added].map(record => [keyOf(record), record]));
  return [...all.values()].sort((a, b) => a.variant.localeCompare(b.variant) || a.tasks - b.tasks);
}

/** writeRecords adds records to those that a file has, if it is there. */
export async function writeRecords(file: string, added: readonly LoadRecord[]): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  const records = withRecords(z.array(recordSchema).parse(JSON.parse(text)), added);
  await writeFile(file, `${JSON.stringify(records, undefined, 2)}\n`);
}
