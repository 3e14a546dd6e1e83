import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functionNames } from '../../scripts/build.ts';
import { configVariables } from '../../shared/config.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const module = 'terraform/modules/platform';

describe('terraform/modules/platform', () => {
  test('can set every variable that the functions read', () => {
    const set = read(`${module}/functions.tf`).matchAll(/^ {4}(TASKPOD_\w+) +=/gm);
    // The audience of a push is left to Cloud Run, which compares it with the address of the service: ADR 0015.
    const all = Object.keys(configVariables).filter(name => name !== 'TASKPOD_PUSH_AUDIENCE');
    expect(Array.from(set, ([, name]) => name)).toEqual(expect.arrayContaining(all));
  });

  test('deploys what the build makes', () => {
    const names = functionNames.map(name => `"${name}"`).join(', ');
    expect(read(`${module}/build.tf`)).toContain(`for name in [${names}]`);
  });
});

describe('terraform', () => {
  const resources = globSync('terraform/**/*.tf', { cwd: root }).flatMap(file =>
    Array.from(
      read(file).matchAll(/^resource "(google_\w*iam\w*)" "(\w+)"/gm),
      ([, type = '', name = '']) => ({
        type,
        name,
        folder: file.split('/').slice(0, 3).join('/'),
      }),
    ),
  );

  test('only ever adds to what others may do: no policy or binding that would take a right away', () => {
    const types = new Set(resources.map(({ type }) => type));
    expect(Array.from(types).filter(type => !/_iam_(member|custom_role)$/.test(type))).toEqual([]);
    expect(types.size).toBeGreaterThan(5);
  });

  test.each(resources)('$folder: $type.$name is looked at by a test', ({ type, name, folder }) => {
    const tests = globSync(`${folder}/tests/*.tftest.hcl`, { cwd: root }).map(read).join('\n');
    expect(tests).toContain(`${type}.${name}`);
  });
});
