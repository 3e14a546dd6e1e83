import { median } from './statistics.ts';

/** One thing that was measured of several subjects. */
export interface ComparedRow {
  what: string;
  unit: string;
  /** By subject. */
  samples: Readonly<Record<string, readonly number[]>>;
}

/** Subjects side by side: a column each, in this order. */
export interface Comparison {
  subjects: readonly string[];
  rows: readonly ComparedRow[];
}

/** medianOf gives the median of one row for one subject; NaN where that was not measured. */
export function medianOf({ rows }: Comparison, what: string, subject: string): number {
  const samples = rows.find(row => row.what === what)?.samples[subject] ?? [];
  return samples.length === 0 ? Number.NaN : median(samples);
}

/** ratioOf gives how many times the second subject's median the first one's is. */
export function ratioOf(comparison: Comparison, what: string, of: string, to: string): number {
  return medianOf(comparison, what, of) / medianOf(comparison, what, to);
}

/** comparisonRows writes the medians as rows of a table with a head; `n` tells how many samples each has. */
export function comparisonRows(comparison: Comparison, digits: (value: number) => string): string[][] {
  const { subjects, rows } = comparison;
  const cells = ({ what, unit, samples }: ComparedRow): string[] => {
    const counts = new Set(subjects.map(subject => samples[subject]?.length ?? 0));
    return [
      `${what}, ${unit}`,
      ...subjects.map(subject => shown(medianOf(comparison, what, subject), digits)),
      [...counts].join(' and '),
    ];
  };
  return [['side by side, medians', ...subjects, 'n'], ...rows.map(cells)];
}

/** chartFigures gives one object a row: what, unit, and each subject's median; null where it was not measured. */
export function chartFigures(comparison: Comparison): Record<string, string | number | null>[] {
  return comparison.rows.map(({ what, unit }) => ({
    what,
    unit,
    ...Object.fromEntries(
      comparison.subjects.map(subject => [subject, rounded(medianOf(comparison, what, subject))]),
    ),
  }));
}

function shown(value: number, digits: (value: number) => string): string {
  return Number.isNaN(value) ? '-' : digits(value);
}

/** Four digits that count. */
function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toPrecision(4));
}
