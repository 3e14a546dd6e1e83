import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The text of a file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The rows of every table of a page that begin with a code span, as their cells; the span without its back-ticks. */
export function tableRows(page: string): string[][] {
  return page
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.slice(1, -1).split(' | '))
    .map(cells => cells.map((cell, index) => (index === 0 ? cell.trim().replaceAll('`', '') : cell.trim())));
}
