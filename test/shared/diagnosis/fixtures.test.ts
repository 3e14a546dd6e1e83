import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureNames, readFixture } from './fixture.ts';

const tables = ['container-ends', 'start-problems', 'disruptions'].map(name =>
  readFileSync(join(import.meta.dirname, `${name}.test.ts`), 'utf8'),
);

test('every fixture is explained in one table', () => {
  const uses = fixtureNames().map(name => [name, tables.join('\n').split(`name: '${name}'`).length - 1]);
  expect(uses.filter(([, count]) => count !== 1)).toEqual([]);
});

test('most are captured from a cluster; the others say what they are written after', () => {
  const sources = fixtureNames().map(name => ({ name, source: readFixture(name).source }));
  const captured = sources.filter(({ source }) => /^Kubernetes v1\.\d+\.\d+, captured$/.test(source));
  expect(captured.length).toBeGreaterThanOrEqual(30);
  const others = sources.filter(one => !captured.includes(one));
  expect(
    others.filter(({ name, source }) => !name.startsWith('written-') || !source.startsWith('written after ')),
  ).toEqual([]);
});
