import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const runBench = new URL('../../../bench/support/run-bench.ts', import.meta.url).href;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a bench that has found this; gives what it printed, or how it failed. */
async function bench(findings: object, args: readonly string[]): Promise<string> {
  const found = { measured: [], goals: [], notes: [], ...findings };
  const code = `import { runBench } from '${runBench}';
    await runBench('sample', 1, async () => (${JSON.stringify(found)}));`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code, '--', ...args]);
  return run.then(({ stdout }) => stdout).catch(error => String(error.stderr));
}

const compared = {
  subjects: ['a', 'b'],
  rows: [{ what: 'time', unit: 'ms', samples: { a: [1, 2, 6], b: [4] } }],
};

test.each([
  ['its own figures', { figures: { pods: 3 } }, { pods: 3 }],
  ['what it has compared', { compared }, [{ what: 'time', unit: 'ms', a: 2, b: 4 }]],
])('--json FILE keeps %s, and prints the tables', async (_, findings, kept) => {
  const file = join(folder, 'kept.json');
  expect(await bench(findings, ['--json', file])).toMatch(/^sample \(/);
  const text = await readFile(file, 'utf8');
  expect(text).toBe(`${JSON.stringify(kept, undefined, 2)}\n`);
});

test('--json prints the document, without what is only kept', async () => {
  expect(JSON.parse(await bench({ figures: { pods: 3 } }, ['--json']))).toMatchObject({
    bench: 'sample',
    met: true,
  });
});

test('a file is refused where nothing is kept for it', async () => {
  expect(await bench({}, ['--json', join(folder, 'none.json')])).toContain('sample keeps no figures');
  expect(await bench({}, ['stray'])).toContain("a file's name comes after --json");
});
