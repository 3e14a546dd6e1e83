import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as prop } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { zip } from '../../scripts/zip.ts';
import { readZip } from './read-zip.ts';

const entry = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
  body: fc.uint8Array({ maxLength: 2_000 }).map(bytes => Buffer.from(bytes)),
});

prop.prop([fc.array(entry, { maxLength: 5 })])('gives back what was put in', entries => {
  expect(readZip(zip(entries))).toEqual(entries);
});

const program = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip()
    print(json.dumps([bad, [[i.filename, i.date_time, oct(i.external_attr >> 16), archive.read(i).decode()] for i in archive.infolist()]]))
`;
const hasPython = spawnSync('python3', ['--version']).status === 0;

// Another reader than our own, where there is one: it checks the checksums too.
test.runIf(hasPython)('is read by Python, with checksums, modes and one time for all', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'a.zip');
  const entries = [
    { name: 'index.js', body: Buffer.from('export {};\n'.repeat(1_000)) },
    { name: 'empty', body: Buffer.alloc(0) },
  ];
  writeFileSync(file, zip(entries));
  const { stdout, stderr } = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const time = [1980, 1, 1, 0, 0, 0];
  expect(JSON.parse(stdout)).toEqual([
    null,
    [
      ['index.js', time, '0o100644', 'export {};\n'.repeat(1_000)],
      ['empty', time, '0o100644', ''],
    ],
  ]);
});
