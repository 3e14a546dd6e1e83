import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import type { Sink } from '../sink.ts';

/** Runs the work of a command; its number is the exit code. */
export type Runner = (
  options: { json?: true | undefined },
  work: (context: Context) => Promise<number>,
) => Promise<void>;

/** Help for the argument that names a run. */
export const runArgument =
  'dag_id/run_id/task_id[/map_index], run_id/task_id, or a run_id that only one run has';

/** seconds reads an option that is a number of seconds. */
export function seconds(text: string): number {
  return wholeNumber(text, 1, 31_536_000);
}

/** tryNumber reads an option that is the number of an attempt. */
export function tryNumber(text: string): number {
  return wholeNumber(text, 1, 999_999);
}

/** wholeNumber reads an option that is a whole number; throws commander's error, which names the option. */
export function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
}

/** Longest text in a cell of a table on a terminal. */
const longestCell = 60;

/** cellText is any text as a cell of a table: on one line, without tabs, and not too long for a person. */
export function cellText(text: string, sink: Sink): string {
  const line = text.replace(/[\t\r\n]+/g, ' ');
  return sink.terminal && line.length > longestCell ? `${line.slice(0, longestCell - 1)}…` : line;
}

/** countOf is `1 thing`, `2 things`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
