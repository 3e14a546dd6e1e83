/** One value at each number of tasks. */
export interface Series {
  what: string;
  unit: string;
  /** Whether the values are of one task, or of all together. */
  of: 'task' | 'all';
  values: readonly Point[];
}

/** A value that was measured with so many tasks. */
export interface Point {
  tasks: number;
  value: number;
}

/** With fewer tasks than these a process's start is most of what is measured. */
const fewestTasks = 100;

/** Where growth is measured: from the fewest tasks that tell something to the most. */
export interface Span {
  from: number;
  to: number;
}

/** spanOf gives the span of these numbers of tasks; undefined when there are not two that tell something. */
export function spanOf(counts: readonly number[]): Span | undefined {
  const telling = counts.filter(tasks => tasks >= fewestTasks).toSorted((a, b) => a - b);
  const [from] = telling;
  const to = telling.at(-1);
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}

/**
 * growthPerTask tells how many times as much a task costs at the end of a span as at its beginning: 1 is linear growth of
 * the whole. NaN when there is no value at one of the two, or the first is nothing and the second is not.
 */
export function growthPerTask({ of, values }: Series, { from, to }: Span): number {
  const perTask = (tasks: number): number => {
    const value = values.find(point => point.tasks === tasks)?.value ?? Number.NaN;
    return of === 'task' ? value : value / tasks;
  };
  const [first, last] = [perTask(from), perTask(to)];
  if (first === 0) return last === 0 ? 1 : Number.NaN;
  return last / first;
}

/** parseCounts reads numbers of tasks, `10,100`, each from 1 to 10,000; throws with what is wrong. */
export function parseCounts(text: unknown): number[] {
  const counts = String(text).split(',').map(Number);
  if (counts.every(count => Number.isInteger(count) && count >= 1 && count <= 10_000)) return counts;
  throw new Error(`"${text}" is no list of numbers from 1 to 10000: give them as --tasks 10,100,1000`);
}

/** parseCount reads one such number, of the option with this name. */
export function parseCount(text: unknown, option: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
  throw new Error(`"${text}" is no number from 1 to 10000: give it as --${option} 100`);
}
