import { type LoadRow, variants } from './schemas.ts';

/** sortedRows puts rows in the order of their variants, and of their numbers of tasks. */
export function sortedRows(rows: readonly LoadRow[]): LoadRow[] {
  const place = (row: LoadRow): number => variants.indexOf(row.variant);
  return rows.toSorted((a, b) => place(a) - place(b) || a.tasks - b.tasks);
}

/** mainRows is the variant that pictures show and growth is told of: the first with several numbers of tasks, if there is one. */
export function mainRows(rows: readonly LoadRow[]): LoadRow[] {
  const of = variants.map(variant => sortedRows(rows).filter(row => row.variant === variant));
  return of.find(({ length }) => length > 1) ?? of.find(({ length }) => length > 0) ?? [];
}

/** runName names a run among others: `1,000`, and how the tasks came if it is not as in the main rows. */
export function runName(row: LoadRow, main: readonly LoadRow[]): string {
  const tasks = row.tasks.toLocaleString('en');
  return row.variant === main[0]?.variant ? tasks : `${tasks} (${row.variant})`;
}

const words = {
  held: 'published at once; no Pod begins before all are there',
  flowing: 'published at once; Pods begin and end while others are launched',
  pushed: 'pushed to launch without Pub/Sub; Pods begin and end while others are launched',
};
const ownStorage = ', own storage';

/** variantsInWords says how the tasks of the pictures and of each column came. */
export function variantsInWords(rows: readonly LoadRow[]): string {
  const [main] = mainRows(rows);
  const others = variants.filter(
    variant => variant !== main?.variant && rows.some(row => row.variant === variant),
  );
  return [
    ...(main === undefined
      ? []
      : [`In the pictures, and in columns with nothing but a number: ${inWords(main.variant)}.`]),
    ...others.map(variant => `"${variant}": ${inWords(variant)}.`),
  ].join(' ');
}

function inWords(variant: LoadRow['variant']): string {
  const [how] = Object.entries(words).filter(([name]) => variant.startsWith(name));
  const where = variant.endsWith(ownStorage) ? '; with the project’s own storage server' : '';
  return `${how?.[1]}${where}`;
}
