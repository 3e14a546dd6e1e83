import { type Comparison, comparisonRows } from './comparison.ts';
import type { Series } from './series.ts';
import { type Summary, summarize } from './statistics.ts';

/** One thing that was measured several times. */
export interface Measurement {
  what: string;
  unit: string;
  samples: readonly number[];
}

/** A goal and what it was held against. */
export interface Goal {
  what: string;
  unit: string;
  value: number;
  atMost?: number;
  atLeast?: number;
}

/** What a bench has found out. */
export interface Findings {
  measured: readonly Measurement[];
  /** What was measured with several numbers of tasks, one column each. */
  series?: readonly Series[];
  /** What was measured of several things side by side, one column each. */
  compared?: Comparison;
  /** What `--json FILE` keeps, where it is not what was compared. */
  figures?: object;
  goals: readonly Goal[];
  /** Sentences for whoever reads the table: what was counted beside, or what could not be. */
  notes: readonly string[];
}

/** The machine, in the terms in which figures of two machines may be compared. */
export interface Machine {
  cores: number;
  memoryGiB: number;
  node: string;
  /** Load average of the last minute, before the bench began: above about 1 the figures are disturbed. */
  loadBefore: number;
}

/** The JSON document that a bench prints. */
export interface Report {
  bench: string;
  met: boolean;
  machine: Machine;
  measured: (Summary & { what: string; unit: string })[];
  series: readonly Series[];
  compared?: Comparison;
  goals: (Goal & { met: boolean })[];
  notes: readonly string[];
}

/** isMet tells whether a goal is reached; both bounds are inclusive. */
export function isMet({
  value,
  atMost = Number.POSITIVE_INFINITY,
  atLeast = Number.NEGATIVE_INFINITY,
}: Goal): boolean {
  return value <= atMost && value >= atLeast;
}

/** makeReport puts the document together. */
export function makeReport(bench: string, machine: Machine, findings: Findings): Report {
  const goals = findings.goals.map(goal => ({ ...goal, met: isMet(goal) }));
  return {
    bench,
    met: goals.every(goal => goal.met),
    machine,
    measured: findings.measured.map(({ what, unit, samples }) => ({ what, unit, ...summarize(samples) })),
    series: findings.series ?? [],
    ...(findings.compared && { compared: findings.compared }),
    goals,
    notes: findings.notes,
  };
}

/** formatReport writes the document as tables for people. */
export function formatReport(report: Report): string {
  const { cores, memoryGiB, node, loadBefore } = report.machine;
  const measured = report.measured.map(({ what, unit, count, median, low, high }) => [
    what,
    `${digits(median)} ${unit}`,
    `${digits(low)} to ${digits(high)}`,
    String(count),
  ]);
  const goals = report.goals.map(({ what, unit, value, atMost, atLeast, met }) => [
    what,
    `${digits(value)} ${unit}`.trim(),
    atMost === undefined ? `at least ${digits(atLeast ?? 0)}` : `at most ${digits(atMost)}`,
    met ? 'met' : 'MISSED',
  ]);
  return [
    `${report.bench} (${cores} cores, ${memoryGiB} GiB, Node ${node}, load ${loadBefore} before)`,
    ...section([['measured', 'median', 'p10 to p90', 'n'], ...measured]),
    ...section(seriesRows(report.series)),
    ...section(report.compared ? comparisonRows(report.compared, digits) : []),
    ...table([['goal', 'value', 'limit', ''], ...goals]),
    ...report.notes.map(note => `- ${note}`),
    '',
  ].join('\n');
}

/** A table and an empty line; nothing where the table has only its head. */
function section(rows: readonly (readonly string[])[]): string[] {
  return rows.length < 2 ? [] : [...table(rows), ''];
}

function seriesRows(series: readonly Series[]): string[][] {
  const counts = series[0]?.values.map(({ tasks }) => tasks) ?? [];
  const rows = series.map(({ what, unit, values }) => [
    `${what}, ${unit}`,
    ...counts.map(count => values.find(({ tasks }) => tasks === count)?.value).map(shown),
  ]);
  return [['tasks', ...counts.map(String)], ...rows];
}

function shown(value = Number.NaN): string {
  return Number.isNaN(value) ? '-' : digits(value);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  return rows.map(row =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

/** Three digits that count are more than a busy machine can repeat. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return String(Math.round(value));
  return value.toFixed(size >= 10 ? 1 : 2);
}
