import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, withBlocks } from './measured/blocks.ts';
import { picturesOf } from './measured/pictures-of.ts';
import { readMeasured } from './measured/read.ts';
import { draw } from './pictures/draw.ts';
import { pictureFile } from './pictures/picture.ts';
import { themes } from './pictures/themes.ts';

/** The pages that show what was measured. */
export const measuredPages = ['docs/performance.md', 'docs/reliability.md'] as const;

/** picturesAndPages gives what follows from the documents of docs/measured: every file of docs/pictures, and the two pages with their tables. */
export function picturesAndPages(
  measuredFiles: Readonly<Record<string, string>>,
  read: (page: string) => string,
): { pictures: Record<string, string>; pages: Record<string, string> } {
  const measured = readMeasured(measuredFiles);
  const pictures = picturesOf(measured).flatMap(picture =>
    themes.map(theme => [`docs/${pictureFile(picture, theme.name)}`, draw(picture, theme)]),
  );
  const blocks = blocksOf(measured);
  const pages = measuredPages.map(page => [page, withBlocks(read(page), blocks)]);
  return { pictures: Object.fromEntries(pictures), pages: Object.fromEntries(pages) };
}

/** filesOf reads the files of a folder, by name. */
export function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).toSorted();
  return Object.fromEntries(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]));
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const { pictures, pages } = picturesAndPages(filesOf(join(root, 'docs/measured')), page =>
    readFileSync(join(root, page), 'utf8'),
  );
  rmSync(join(root, 'docs/pictures'), { recursive: true, force: true });
  mkdirSync(join(root, 'docs/pictures'));
  for (const [file, text] of Object.entries({ ...pictures, ...pages })) writeFileSync(join(root, file), text);
  process.stdout.write(
    `${Object.keys(pictures).length} pictures and ${Object.keys(pages).join(' and ')} are written\n`,
  );
}
