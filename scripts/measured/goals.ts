import { coldStart, largestBundleMB, mostMiB, slowestStart } from '../../bench/support/cold-start-goals.ts';
import { fewestForRate, leastOfBare, many, most } from '../../bench/support/load-findings.ts';
import { leastOfCurl, mostGrowth } from '../../bench/support/log-goals.ts';
import { growthPerTask, type Span, spanOf } from '../../bench/support/series.ts';
import { mainRows, runName, sortedRows } from './load-rows.ts';
import { type ColdStartRow, type LoadRow, type LogsMany, variants } from './schemas.ts';
import { listed, shown, table } from './words.ts';

/** A goal, and what was measured of it. */
export interface Goal {
  what: string;
  measured: string;
  limit: string;
  isMet: boolean;
  /** Whether it belongs to what a reader wants to know first. */
  isFirst: boolean;
}

/** goalsTable writes goals as Markdown. */
export function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, measured, limit, isMet }) => [
    what,
    measured,
    limit,
    isMet ? 'met' : '**missed**',
  ]);
  return table([['goal', 'measured', 'limit', ''], ...rows]);
}

/** loadGoals holds the runs of bench/load.ts against their goals. */
export function loadGoals(all: readonly LoadRow[]): Goal[] {
  const rows = sortedRows(all);
  const main = mainRows(rows);
  const names = (some: readonly LoadRow[]): string => listed(some.map(row => runName(row, main)));
  const counted = rows.flatMap(({ watches }) => watches ?? []);
  const rated = rows.filter(({ tasks }) => tasks >= fewestForRate);
  return [
    ...goal('Pods made a second, against bare POSTs', rated.map(ratio), {
      unit: 'times',
      atLeast: leastOfBare,
      of: names(rated),
    }),
    ...rows.filter(({ tasks }) => tasks === many).flatMap(row => goalsOfMany(row, runName(row, main))),
    ...goal(
      'watches of a namespace at a time, whatever the number of tasks',
      counted.slice(0, 1).map(() => Math.max(...counted)),
      {
        unit: '',
        atMost: most.watches,
      },
    ),
    ...variants.flatMap(variant =>
      growthGoals(
        rows.filter(row => row.variant === variant),
        main,
      ),
    ),
  ];
}

function ratio({ launchesPerSecond, barePerSecond }: LoadRow): number {
  return launchesPerSecond / barePerSecond;
}

function goalsOfMany(row: LoadRow, of: string): Goal[] {
  return [
    ...goal('Pod’s end to its outcome, median', [row.endToOutcomeMsMedian], {
      unit: 'ms',
      atMost: most.endToOutcomeMs,
      of,
    }),
    ...goal('CPU of a task, both functions', [row.cpuMsLaunch + row.cpuMsWatch], {
      unit: 'ms',
      atMost: most.cpuMsPerTask,
      of,
    }),
    ...goal(
      `memory of watch (at most ${shown(row.podsAtOnce)} Pods were there at a time)`,
      [row.peakMiBWatch],
      {
        unit: 'MiB',
        atMost: most.watchMiB,
        of,
      },
    ),
  ];
}

type Value = (row: LoadRow) => number | null | undefined;

/** What may not cost a task more because there are many; `all`: of all tasks together. */
const growing: readonly [what: string, of: 'task' | 'all', values: readonly Value[]][] = [
  ['time of a launch', 'task', [row => 1_000 / row.launchesPerSecond]],
  [
    'time until a Pod is seen, median and p95',
    'all',
    [row => row.publishToPodMsMedian, row => row.publishToPodMsP95],
  ],
  [
    'time from a Pod’s end to its outcome, median and p95',
    'all',
    [row => row.endToOutcomeMsMedian, row => row.endToOutcomeMsP95],
  ],
  ['CPU of a task, launch and watch', 'task', [row => row.cpuMsLaunch, row => row.cpuMsWatch]],
  ['peak memory of a task, launch and watch', 'all', [row => row.peakMiBLaunch, row => row.peakMiBWatch]],
  [
    'connections of a task, launch and watch',
    'all',
    [row => row.connectionsLaunch, row => row.connectionsWatch],
  ],
  [
    'calls of a task, Kubernetes and storage',
    'task',
    [row => row.kubernetesCallsPerTask, row => row.storageCallsPerTask],
  ],
];

function growthGoals(rows: readonly LoadRow[], main: readonly LoadRow[]): Goal[] {
  const span = spanOf(rows.map(({ tasks }) => tasks));
  if (span === undefined) return [];
  const last = rows.find(({ tasks }) => tasks === span.to);
  const between = `${shown(span.from)} to ${last ? runName(last, main) : ''}`;
  return growing.flatMap(([what, of, values]) =>
    goal(
      `growth of the ${what}`,
      values.map(value => growth(rows, { of, value, span })).filter(Number.isFinite),
      { unit: 'times', atMost: most.growth, of: between, isFirst: false },
    ),
  );
}

function growth(
  rows: readonly LoadRow[],
  { of, value, span }: { of: 'task' | 'all'; value: Value; span: Span },
): number {
  const values = rows.map(row => ({ tasks: row.tasks, value: value(row) ?? Number.NaN }));
  return growthPerTask({ what: '', unit: '', of, values }, span);
}

/** logsGoals holds bench/logs-many.ts against its goals. */
export function logsGoals({ pods, ...logs }: LogsMany): Goal[] {
  return [
    ...goal(
      `throughput of ${shown(pods)} logs at once, against as many curls`,
      [logs.watchMBPerSecond / logs.curlMBPerSecond],
      {
        unit: 'times',
        atLeast: leastOfCurl,
      },
    ),
    ...goal('logs with every line once and in order', [logs.wholeLogs], { unit: '', atLeast: pods }),
    ...goal(
      `peak of the watch process in its second burst (${shown(logs.secondPeakMiB)} MiB) against the first (${shown(logs.firstPeakMiB)} MiB)`,
      [logs.secondPeakMiB / logs.firstPeakMiB],
      { unit: 'times', atMost: mostGrowth, isFirst: false },
    ),
  ];
}

/** coldStartGoals holds the start of both functions against its goals. */
export function coldStartGoals(rows: readonly ColdStartRow[]): Goal[] {
  return rows.flatMap(({ what, unit, launch, watch, empty }) => {
    const both = `${what}, launch and watch`;
    if (what === coldStart.bundle) {
      return goal(both, [launch, watch], { unit, atMost: largestBundleMB, isFirst: false });
    }
    if (what === coldStart.peak)
      return goal(both, [launch, watch], { unit, atMost: mostMiB, isFirst: false });
    if (what !== coldStart.listening || empty === null) return [];
    const times = [launch / empty, watch / empty];
    return goal(`${both}, against an empty function`, times, { unit: 'times', atMost: slowestStart });
  });
}

interface Bound {
  unit: string;
  atMost?: number;
  atLeast?: number;
  /** What the values are of, in their order. */
  of?: string;
  isFirst?: boolean;
}

/** None where nothing was measured; missed when one of the values misses it. */
function goal(what: string, values: readonly number[], bound: Bound): Goal[] {
  const { unit, atMost = Number.POSITIVE_INFINITY, atLeast, of, isFirst = true } = bound;
  if (values.length === 0) return [];
  return [
    {
      what: of === undefined ? what : `${what}, ${of} tasks`,
      measured: `${listed(values.map(shown))} ${unit}`.trim(),
      limit:
        `${atLeast === undefined ? `at most ${limit(atMost)}` : `at least ${limit(atLeast)}`} ${unit}`.trim(),
      isMet: values.every(value => value <= atMost && value >= (atLeast ?? Number.NEGATIVE_INFINITY)),
      isFirst,
    },
  ];
}

/** As it was set: `0.8`, `1.5`; and no more digits of what was computed. */
function limit(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
