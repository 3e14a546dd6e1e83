import type { LoadFigures } from './load-run.ts';
import type { Findings, Goal } from './report.ts';
import { growthPerTask, type Series, spanOf } from './series.ts';
import { median, quantile } from './statistics.ts';

/** The most that is allowed; `growth` is how many times as much a task may cost with the most tasks as with the fewest that tell. */
export const most = { watches: 1, watchMiB: 512, cpuMsPerTask: 10, endToOutcomeMs: 300, growth: 1.5 };
/** Of the bare POST rate. */
export const leastOfBare = 0.8;
/** With fewer tasks a rate is mostly its beginning. */
export const fewestForRate = 100;
/** The goals that are about so many at once. */
export const many = 1_000;

type Value = (figures: LoadFigures) => number;
type Row = [what: string, unit: string, of: Series['of'], value: Value];

const storage = ['create', 'list', 'read', 'delete', 'compose', 'other'] as const;

const cpuPerTask: Value = ({ launch, watch, tasks }) => (launch.cpuMs + watch.cpuMs) / tasks;

function requestsPerTask({ launch, watch, tasks }: LoadFigures, kinds: readonly (typeof storage)[number][]) {
  const of = (requests: LoadFigures['launch']['requests']): number =>
    kinds.reduce((sum, kind) => sum + (requests[kind] ?? 0), 0);
  return (of(launch.requests) + of(watch.requests)) / tasks;
}

/** What has to stay linear: a task may cost no more because there are many. */
const growing: readonly Row[] = [
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
  ['storage calls', 'a task', 'task', figures => requestsPerTask(figures, storage)],
];

const shown: readonly Row[] = [
  ['Pods at a time', 'at most', 'all', ({ podsAtOnce }) => podsAtOnce],
  ['bare POSTs', 'a second', 'all', ({ barePerSecond }) => barePerSecond],
  ['launches', 'a second', 'all', ({ launchesPerSecond }) => launchesPerSecond],
  ['launches against bare POSTs', 'times', 'all', ratio],
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

/** loadFindings makes tables and verdicts of the figures; pure. */
export function loadFindings(figures: readonly LoadFigures[], notes: readonly string[]): Findings {
  const series = (rows: readonly Row[]): Series[] =>
    rows.map(([what, unit, of, value]) => ({
      what,
      unit,
      of,
      values: figures.map(at => ({ tasks: at.tasks, value: value(at) })),
    }));
  const judged = series(growing);
  const span = spanOf(figures.map(({ tasks }) => tasks));
  const growth = judged.map((row): Goal => {
    const value = span === undefined ? Number.NaN : growthPerTask(row, span);
    const what = `growth a task, ${span?.from} to ${span?.to}: ${row.what}`;
    return { what, unit: 'times', value, atMost: most.growth };
  });
  return {
    measured: [],
    series: [...judged, ...series(shown)],
    goals: [
      ...figures.flatMap(goalsAtAnyNumber),
      ...figures.filter(({ tasks }) => tasks === many).flatMap(goalsAtMany),
      ...(span === undefined
        ? []
        : growth.filter(({ what }) => hasAudit(figures) || !what.includes('Kubernetes'))),
    ],
    notes: [
      ...notes,
      ...(hasAudit(figures) ? [] : ['no audit log here: watches and Kubernetes calls are not judged']),
      ...(figures.some(({ tasks }) => tasks === many)
        ? []
        : [`without ${many} tasks three goals are not judged`]),
    ],
  };
}

function goalsAtAnyNumber(figures: LoadFigures): Goal[] {
  const { tasks, calls } = figures;
  const watches = `watches of a namespace at a time, ${tasks} tasks`;
  const launches = `launches against bare POSTs, ${tasks} tasks`;
  return [
    ...(calls ? [{ what: watches, unit: '', value: calls.watchesAtOnce, atMost: most.watches }] : []),
    ...(tasks < fewestForRate
      ? []
      : [{ what: launches, unit: 'times', value: ratio(figures), atLeast: leastOfBare }]),
  ];
}

function goalsAtMany(figures: LoadFigures): Goal[] {
  const { tasks, watch, endToOutcomeMs } = figures;
  return [
    { what: `memory of watch, ${tasks} tasks`, unit: 'MiB', value: watch.peakMiB, atMost: most.watchMiB },
    {
      what: `CPU of both functions, ${tasks} tasks`,
      unit: 'ms a task',
      value: cpuPerTask(figures),
      atMost: most.cpuMsPerTask,
    },
    {
      what: `median of Pod’s end to outcome, ${tasks} tasks`,
      unit: 'ms',
      value: median(endToOutcomeMs),
      atMost: most.endToOutcomeMs,
    },
  ];
}

function hasAudit(figures: readonly LoadFigures[]): boolean {
  return figures.every(({ calls }) => calls !== undefined);
}

function ratio({ launchesPerSecond, barePerSecond }: LoadFigures): number {
  return launchesPerSecond / barePerSecond;
}

function kubernetesCalls(figures: LoadFigures): number {
  const { calls, tasks } = figures;
  return calls ? calls.post + calls.delete + calls.ofTurns / tasks + otherCalls(figures) : Number.NaN;
}

function otherCalls({ calls }: LoadFigures): number {
  return calls ? calls.logStreams + calls.logReads + calls.other : Number.NaN;
}

function publishesPerTask({ launch, watch, tasks }: LoadFigures): number {
  return ((launch.requests.publish ?? 0) + (watch.requests.publish ?? 0)) / tasks;
}
