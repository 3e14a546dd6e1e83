import { mainRows, runName, sortedRows } from './load-rows.ts';
import type { LoadRow } from './schemas.ts';
import { shown, table } from './words.ts';

type Value = (row: LoadRow) => number | string | null | undefined;

const lines: readonly [what: string, value: Value][] = [
  ['measured on', row => row.measuredOn],
  ['load average before', row => row.loadBefore],
  ['bare POSTs a second', row => row.barePerSecond],
  ['bare launches a second', row => row.bareLaunchesPerSecond],
  ['launches a second', row => row.launchesPerSecond],
  ['launches against bare POSTs', row => row.launchesPerSecond / row.barePerSecond],
  [
    'launches against bare launches',
    row => (row.bareLaunchesPerSecond ? row.launchesPerSecond / row.bareLaunchesPerSecond : undefined),
  ],
  ['sent to Pod seen, median, ms', row => row.publishToPodMsMedian],
  ['sent to Pod seen, p95, ms', row => row.publishToPodMsP95],
  ['Pod’s end to `outcome.json`, median, ms', row => row.endToOutcomeMsMedian],
  ['Pod’s end to `outcome.json`, p95, ms', row => row.endToOutcomeMsP95],
  ['CPU of launch, ms a task', row => row.cpuMsLaunch],
  ['CPU of watch, ms a task', row => row.cpuMsWatch],
  ['CPU of both, ms a task', row => row.cpuMsLaunch + row.cpuMsWatch],
  ['CPU of a bare launch, ms', row => row.cpuMsBareLaunch],
  ['CPU of the API server, ms a task', row => row.cpuMsApiServer],
  ['CPU of the storage server, ms a task', row => row.cpuMsStorageServer],
  ['CPU of the Pub/Sub emulator, ms a task', row => row.cpuMsPubsub],
  ['memory of launch, peak, MiB', row => row.peakMiBLaunch],
  ['memory of watch, peak, MiB', row => row.peakMiBWatch],
  ['connections of launch to the API server', row => row.connectionsLaunch],
  ['connections of watch to the API server', row => row.connectionsWatch],
  ['watches at a time', row => row.watches],
  ['Turns', row => row.turns],
  ['Pods at a time', row => row.podsAtOnce],
  ['Kubernetes calls a task', row => row.kubernetesCallsPerTask],
  ['storage calls a task', row => row.storageCallsPerTask],
  ['storage: create', row => row.storageCreatesPerTask],
  ['storage: list', row => row.storageListsPerTask],
  ['storage: read', row => row.storageReadsPerTask],
  ['storage: delete', row => row.storageDeletesPerTask],
  ['publish requests a task', row => row.publishRequestsPerTask],
];

/** loadTable writes the runs of bench/load.ts as Markdown, a column each; without what none of them measured. */
export function loadTable(all: readonly LoadRow[]): string {
  const rows = sortedRows(all);
  const main = mainRows(rows);
  const cells = lines.map(([what, value]) => [what, ...rows.map(row => cell(value(row)))]);
  return table([
    ['tasks at once', ...rows.map(row => runName(row, main))],
    ...cells.filter(([, ...values]) => values.some(text => text !== '')),
  ]);
}

function cell(value: number | string | null | undefined): string {
  return typeof value === 'number' ? shown(value) : (value ?? '');
}
