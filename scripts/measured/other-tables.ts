import type { ColdStartRow, KpoRow, LogsMany } from './schemas.ts';
import { shown, table } from './words.ts';

/** kpoTable writes the comparison with KubernetesPodOperator as Markdown. */
export function kpoTable(rows: readonly KpoRow[]): string {
  return table([
    ['what', 'KubernetesPodOperator', 'Taskpod', 'Taskpod against it'],
    ...rows.map(({ what, unit, kpo, taskpod }) => [
      what,
      withUnit(kpo, unit),
      withUnit(taskpod, unit),
      kpo === null || taskpod === null || kpo === 0 ? '' : `${shown(taskpod / kpo)} times`,
    ]),
  ]);
}

/** coldStartTable writes the start of both functions beside that of an empty one. */
export function coldStartTable(rows: readonly ColdStartRow[]): string {
  return table([
    ['what', 'launch', 'watch', 'empty function'],
    ...rows.map(({ what, unit, launch, watch, empty }) => [
      what,
      withUnit(launch, unit),
      withUnit(watch, unit),
      withUnit(empty, unit),
    ]),
  ]);
}

/** logsTable writes what many logs at once came to. */
export function logsTable({ pods, curlMBPerSecond, watchMBPerSecond, ...memory }: LogsMany): string {
  return table([
    ['what', 'watch function', `${shown(pods)} curls`],
    [
      `throughput of ${shown(pods)} logs, median of two bursts`,
      withUnit(watchMBPerSecond, 'MB/s'),
      withUnit(curlMBPerSecond, 'MB/s'),
    ],
    ['memory before the first burst', withUnit(memory.beforeMiB, 'MiB'), ''],
    ['peak in the first burst', withUnit(memory.firstPeakMiB, 'MiB'), ''],
    ['peak in the second burst', withUnit(memory.secondPeakMiB, 'MiB'), ''],
  ]);
}

/** Calls are called so where they are counted. */
function withUnit(value: number | null, unit: string): string {
  return value === null ? '' : `${shown(value)} ${unit === 'calls' ? '' : unit}`.trim();
}
