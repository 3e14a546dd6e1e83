import { type ComparedRow, type Comparison, medianOf, ratioOf } from '../support/comparison.ts';
import { lineBytes } from '../support/numbered-log.ts';
import type { Goal } from '../support/report.ts';
import { callKinds, callsByKind } from './calls-by-kind.ts';
import { livesOnSeconds, type RoundCounts, type SideFigures } from './rounds.ts';
import { type Batch, markShare, type Ran } from './side.ts';

type Both = Readonly<Record<'kpo' | 'taskpod', SideFigures>>;

const result = 'container’s end to result in hand';
const whole = 'go to result in hand';
const cpu = 'CPU of a task';
const allCalls = 'calls of a task to the API server';
const speed = 'log: received, at 95 percent of it';
const living = `log of a container that lives on for ${livesOnSeconds} s`;
const missing = { logs: 'log: lines that never came', livingLogs: `${living}: lines that never came` };
const repeated = { logs: 'log: lines that came again', livingLogs: `${living}: lines that came again` };
const last = (count: number): string => `${count} at once: go to the last result`;
const memory = (count: number): string => `${count} at once: memory of the client processes`;

/** compareSides puts what was measured of both side by side. */
export function compareSides(both: Both, { atOnce, lines }: RoundCounts): Comparison {
  const row = (what: string, unit: string, samples: (figures: SideFigures) => number[]): ComparedRow => ({
    what,
    unit,
    samples: { kpo: samples(both.kpo), taskpod: samples(both.taskpod) },
  });
  const alone = (what: string, take: (ran: Ran) => number): ComparedRow =>
    row(what, 'ms', figures => figures.alone.flatMap(({ ran }) => ran.map(take)));
  const each = (what: string, unit: string, take: (batch: Batch) => number): ComparedRow =>
    row(what, unit, figures => figures.together.map(take));
  const mib = (batch: Batch): number => batch.peakMiB;
  return {
    subjects: ['kpo', 'taskpod'],
    rows: [
      alone('go to Pod created', ran => ran.createdMs - ran.goMs),
      alone('go to container running', ran => ran.containerBeganMs - ran.goMs),
      alone('container’s end to result read', ran => ran.readMs - ran.containerEndedMs),
      alone(result, ran => ran.resultMs - ran.containerEndedMs),
      alone(whole, ran => ran.resultMs - ran.goMs),
      row(cpu, 'ms', figures => figures.alone.map(({ cpuMs }) => cpuMs)),
      row('memory of the client processes', 'MiB', figures => figures.alone.map(mib)),
      ...callRows(both),
      row('processes started anew: go to result in hand', 'ms', figures =>
        figures.anew.map(({ wholeMs }) => wholeMs),
      ),
      row('processes started anew: CPU of start and task', 'ms', figures =>
        figures.anew.map(({ cpuMs }) => cpuMs),
      ),
      row(`${atOnce} at once: container’s end to result in hand`, 'ms', figures =>
        figures.together.flatMap(({ ran }) => ran.map(each => each.resultMs - each.containerEndedMs)),
      ),
      each(last(atOnce), 'ms', ({ ran }) => lastResult(ran) - firstGo(ran)),
      each(`${atOnce} at once: CPU of a task`, 'ms', ({ cpuMs, ran }) => cpuMs / ran.length),
      each(memory(atOnce), 'MiB', mib),
      row(speed, 'MB/s', figures =>
        figures.logs.map(
          ({ received, beganMs }) => (markShare * lines * lineBytes) / 1_000 / (received.markMs - beganMs),
        ),
      ),
      row('log: its first line to its last line in hand', 's', figures =>
        figures.logs.map(({ received, beganMs }) => (received.lastMs - beganMs) / 1_000),
      ),
      row('log: CPU', 's', figures => figures.logs.map(({ cpuMs }) => cpuMs / 1_000)),
      ...(['logs', 'livingLogs'] as const).flatMap(kind => [
        row(missing[kind], 'lines', figures => figures[kind].map(({ received }) => received.missing)),
        row(repeated[kind], 'lines', figures => figures[kind].map(({ received }) => received.repeated)),
      ]),
    ],
  };
}

/** kpoGoals holds Taskpod against the operator, ratio by ratio, and its log against what was written. */
export function kpoGoals(comparison: Comparison, { atOnce }: RoundCounts, both: Both): Goal[] {
  const ratio = (what: string, bound: { atMost: number } | { atLeast: number }): Goal => ({
    what: `${what}, against the operator`,
    unit: 'times',
    value: ratioOf(comparison, what, 'taskpod', 'kpo'),
    ...bound,
  });
  const { logs, livingLogs } = both.taskpod;
  const lost = [...logs, ...livingLogs].map(({ received }) => received.missing + received.repeated);
  return [
    ratio(result, { atMost: 0.5 }),
    ratio(whole, { atMost: 1 }),
    ratio(cpu, { atMost: 0.5 }),
    ...(Number.isNaN(medianOf(comparison, allCalls, 'kpo')) ? [] : [ratio(allCalls, { atMost: 0.5 })]),
    ratio(last(atOnce), { atMost: 1 }),
    ratio(memory(atOnce), { atMost: 0.5 }),
    ratio(speed, { atLeast: 2 }),
    { what: 'logs: lines lost or repeated by Taskpod', unit: '', value: Math.max(...lost), atMost: 0 },
  ];
}

function callRows(both: Both): ComparedRow[] {
  const { kpo, taskpod } = both;
  if (kpo.aloneCalls === undefined || taskpod.aloneCalls === undefined) return [];
  const of = ({ alone }: SideFigures) => ({
    tasks: alone.length,
    execs: alone.reduce((sum, { execs }) => sum + execs, 0),
  });
  const counts = {
    kpo: callsByKind(kpo.aloneCalls, 'kpo', of(kpo)),
    taskpod: callsByKind(taskpod.aloneCalls, 'taskpod', of(taskpod)),
  };
  const row = (what: string, kind: (typeof callKinds)[number] | 'all'): ComparedRow => ({
    what,
    unit: 'calls',
    samples: { kpo: [counts.kpo.get(kind) ?? 0], taskpod: [counts.taskpod.get(kind) ?? 0] },
  });
  return [row(allCalls, 'all'), ...callKinds.map(kind => row(`of them ${kind}`, kind))];
}

function lastResult(ran: readonly Ran[]): number {
  return Math.max(...ran.map(({ resultMs }) => resultMs));
}

function firstGo(ran: readonly Ran[]): number {
  return Math.min(...ran.map(({ goMs }) => goMs));
}
