import type { LoadFigures } from './load-run.ts';
import type { Series } from './series.ts';
import { median, quantile } from './statistics.ts';

/** One value of what was found. */
type Value = (figures: LoadFigures) => number;
/** One row of a table. */
type Row = [what: string, unit: string, of: Series['of'], value: Value];

const storage = ['create', 'list', 'read', 'delete', 'compose', 'other'] as const;

/** cpuPerTask is of both functions together, in milliseconds. */
export const cpuPerTask: Value = ({ launch, watch, tasks }) => (launch.cpuMs + watch.cpuMs) / tasks;

function requestsPerTask({ launch, watch, tasks }: LoadFigures, kinds: readonly (typeof storage)[number][]) {
  const of = (requests: LoadFigures['launch']['requests']): number =>
    kinds.reduce((sum, kind) => sum + (requests[kind] ?? 0), 0);
  return (of(launch.requests) + of(watch.requests)) / tasks;
}

/** What has to stay linear: a task may cost no more because there are many. */
export const growing: readonly Row[] = [
  ['time of a launch', 'ms a task', 'task', ({ launchesPerSecond }) => 1_000 / launchesPerSecond],
  ['sent to Pod seen, median', 'ms', 'all', ({ publishToPodMs }) => median(publishToPodMs)],
  ['sent to Pod seen, p95', 'ms', 'all', ({ publishToPodMs }) => quantile(publishToPodMs, 0.95)],
  ['Pod’s end to outcome.json, median', 'ms', 'all', ({ endToOutcomeMs }) => median(endToOutcomeMs)],
  ['Pod’s end to outcome.json, p95', 'ms', 'all', ({ endToOutcomeMs }) => quantile(endToOutcomeMs, 0.95)],
  ['CPU of launch', 'ms a task', 'task', ({ launch, tasks }) => launch.cpuMs / tasks],
  ['CPU of watch', 'ms a task', 'task', ({ watch, tasks }) => watch.cpuMs / tasks],
  ['CPU of both', 'ms a task', 'task', cpuPerTask],
  ['memory that launch grew by', 'MiB', 'all', ({ launch }) => launch.peakMiB - launch.beforeMiB],
  ['memory that watch grew by', 'MiB', 'all', ({ watch }) => watch.peakMiB - watch.beforeMiB],
  ['connections of launch to the API server', 'at most', 'all', ({ launch }) => launch.connections],
  ['connections of watch to the API server', 'at most', 'all', ({ watch }) => watch.connections],
  ['Kubernetes calls', 'a task', 'task', kubernetesCalls],
  ['storage calls', 'a task', 'task', storageCalls],
];

/** What is told besides. */
export const shown: readonly Row[] = [
  ['Pods at a time', 'at most', 'all', ({ podsAtOnce }) => podsAtOnce],
  ['bare POSTs', 'a second', 'all', ({ barePerSecond }) => barePerSecond],
  ['bare launches', 'a second', 'all', ({ bareLaunches }) => bareLaunches.perSecond],
  ['launches', 'a second', 'all', ({ launchesPerSecond }) => launchesPerSecond],
  ['launches against bare POSTs', 'times', 'all', ratio],
  [
    'launches against bare launches',
    'times',
    'all',
    ({ launchesPerSecond, bareLaunches }) => launchesPerSecond / bareLaunches.perSecond,
  ],
  ['CPU of a bare launch', 'ms a task', 'task', ({ bareLaunches }) => bareLaunches.cpuMsPerTask],
  ['CPU of the API server', 'ms a task', 'task', of('api')],
  ['CPU of the storage server', 'ms a task', 'task', of('storage')],
  ['CPU of the Pub/Sub server', 'ms a task', 'task', of('pubsub')],
  ['memory of launch, peak', 'MiB', 'all', ({ launch }) => launch.peakMiB],
  ['memory of watch, peak', 'MiB', 'all', ({ watch }) => watch.peakMiB],
  ['Turns', '', 'all', ({ turns }) => turns],
  ['watches at a time', 'at most', 'all', ({ calls }) => calls?.watchesAtOnce ?? Number.NaN],
  ['lists and watches', 'of all Turns', 'all', ({ calls }) => calls?.ofTurns ?? Number.NaN],
  ['Kubernetes: POST', 'a task', 'task', ({ calls }) => calls?.post ?? Number.NaN],
  ['Kubernetes: DELETE', 'a task', 'task', ({ calls }) => calls?.delete ?? Number.NaN],
  ['Kubernetes: logs and others', 'a task', 'task', otherCalls],
  ...storage
    .slice(0, 4)
    .map((kind): Row => [`storage: ${kind}`, 'a task', 'task', figures => requestsPerTask(figures, [kind])]),
  ['publish requests', 'a task', 'task', publishesPerTask],
];

/** ratio is launches against bare POSTs. */
export function ratio({ launchesPerSecond, barePerSecond }: LoadFigures): number {
  return launchesPerSecond / barePerSecond;
}

/** kubernetesCalls is all calls to the API server, a task; NaN when they were not counted. */
export function kubernetesCalls(figures: LoadFigures): number {
  const { calls, tasks } = figures;
  return calls ? calls.post + calls.delete + calls.ofTurns / tasks + otherCalls(figures) : Number.NaN;
}

/** storageCalls is all requests to Cloud Storage, a task. */
export function storageCalls(figures: LoadFigures): number {
  return requestsPerTask(figures, storage);
}

function of(server: keyof LoadFigures['servers']): Value {
  return ({ servers, tasks }) => (1_000 * (servers[server] ?? Number.NaN)) / tasks;
}

function otherCalls({ calls }: LoadFigures): number {
  return calls ? calls.logStreams + calls.logReads + calls.other : Number.NaN;
}

function publishesPerTask({ launch, watch, tasks }: LoadFigures): number {
  return ((launch.requests.publish ?? 0) + (watch.requests.publish ?? 0)) / tasks;
}
