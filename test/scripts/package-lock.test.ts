import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8');
const { packages } = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
    ),
  })
  .parse(JSON.parse(text));

test('package-lock.json holds the packages of every platform, without which npm ci refuses it', () => {
  const names = Object.values(packages).flatMap(entry => Object.keys(entry.optionalDependencies ?? {}));
  expect(names.length).toBeGreaterThan(20);
  const locked = Object.keys(packages);
  expect(names.filter(name => !locked.some(path => path.endsWith(`node_modules/${name}`)))).toEqual([]);
});

test('package-lock.json names no registry', () => {
  expect(text).not.toContain('"resolved"');
});
