import { expect, test } from 'vitest';
import { z } from 'zod';
import { readText, tableRows } from './page.ts';

const versions = z.record(z.string(), z.string());
const { dependencies, devDependencies } = z
  .object({ dependencies: versions, devDependencies: versions })
  .parse(JSON.parse(readText('package.json')));

test('docs/dependencies.md lists every dependency with its version, where it belongs, and no other', () => {
  const [what = '', whatBuilds = ''] = readText('docs/dependencies.md').split('## What builds and tests');
  const documented = (text: string) =>
    Object.fromEntries(tableRows(text).map(([name = '', version = '']) => [name, version]));
  expect(documented(what)).toEqual(dependencies);
  expect(documented(whatBuilds)).toEqual(devDependencies);
  for (const [name, , why] of tableRows(what + whatBuilds)) expect(why, name).toMatch(/\.$/);
});

test('every version is exact', () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  }
});
