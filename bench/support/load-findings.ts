import type { LoadFigures } from './load-run.ts';
import { cpuPerTask, growing, ratio, shown } from './load-series.ts';
import type { Findings, Goal } from './report.ts';
import { growthPerTask, type Series, spanOf } from './series.ts';
import { median } from './statistics.ts';

/** The most that is allowed; `growth` is how many times as much a task may cost with the most tasks as with the fewest that tell. */
export const most = { watches: 1, watchMiB: 512, cpuMsPerTask: 10, endToOutcomeMs: 300, growth: 1.5 };
/** Of the bare POST rate. */
export const leastOfBare = 0.8;
/** With fewer tasks a rate is mostly its beginning. */
export const fewestForRate = 100;
/** The goals that are about so many at once. */
export const many = 1_000;

/** loadFindings makes tables and verdicts of the figures; pure. */
export function loadFindings(figures: readonly LoadFigures[], notes: readonly string[]): Findings {
  const series = (rows: typeof shown): Series[] =>
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
