import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blockNames } from '../../scripts/measured/blocks.ts';
import { filesOf, measuredPages, picturesAndPages } from '../../scripts/pictures.ts';
import { readText } from './page.ts';

const measured = filesOf(join(import.meta.dirname, '..', '..', 'docs', 'measured'));

describe('docs/measured', () => {
  // Reading them with their schemas is the test.
  const { pages } = picturesAndPages(measured, readText);

  test.each(measuredPages)('%s has the tables that it makes; if not, run: npm run pictures', page => {
    expect(readText(page)).toBe(pages[page]);
  });

  test('every part of it has its place on a page', () => {
    expect(Object.fromEntries(measuredPages.map(page => [page, blockNames(readText(page))]))).toEqual({
      'docs/performance.md': ['in-short', 'load', 'load-goals', 'logs-many', 'kpo', 'cold-start'],
      'docs/reliability.md': ['chaos'],
    });
  });
});
