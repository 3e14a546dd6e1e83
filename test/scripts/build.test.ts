import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildFunction } from '../../scripts/build.ts';
import { readZip } from './read-zip.ts';

const root = join(import.meta.dirname, '..', '..');
let folder = '';

beforeAll(async () => {
  // Inside the repository, so that the sample finds the packages that it imports.
  await mkdir(join(root, 'dist'), { recursive: true });
  folder = await mkdtemp(join(root, 'dist', 'build-test-'));
  const sample = `
    import { http } from '@google-cloud/functions-framework';
    import { request } from 'undici';
    http('launch', async (_, res) => res.send(typeof request + typeof (await import('yaml')).parse));
  `;
  await writeFile(join(folder, 'sample.ts'), sample);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function build(out: string) {
  const outFolder = join(folder, out);
  const report = await buildFunction({
    name: 'launch',
    entry: join(folder, 'sample.ts'),
    outFolder,
    root,
  });
  const hashes: Record<string, string> = {};
  for (const file of (await readdir(outFolder)).sort()) {
    hashes[file] = createHash('sha256')
      .update(await readFile(join(outFolder, file)))
      .digest('hex');
  }
  const archive = await readFile(`${outFolder}.zip`);
  return { report, hashes, outFolder, archive };
}

describe('buildFunction', () => {
  test('gives the same bytes for the same sources, and nothing left of an earlier build', async () => {
    const first = await build('first');
    await mkdir(join(folder, 'second'));
    await writeFile(join(folder, 'second', 'left-over.js'), 'old');
    const second = await build('second');
    expect(second.hashes).toEqual(first.hashes);
    expect(second.archive.equals(first.archive)).toBe(true);
    expect(readZip(second.archive).map(({ name }) => name)).toEqual(Object.keys(second.hashes));
    expect(Object.keys(first.hashes)).toEqual(
      expect.arrayContaining(['index.js', 'package-lock.json', 'package.json']),
    );
  });

  test('keeps what is imported dynamically out of the part that is loaded at the start', async () => {
    const { report } = await build('split');
    expect(report.files.length).toBeGreaterThan(1);
    expect(report.startBytes).toBeGreaterThan(300_000);
    expect(report.totalBytes - report.startBytes).toBeGreaterThan(80_000);
  });

  test('leaves a folder whose only dependency is the functions framework, at the version of this repository', async () => {
    const { outFolder } = await build('folder');
    const read = async (file: string): Promise<string> => readFile(join(outFolder, file), 'utf8');
    const { dependencies, version } = z
      .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    const framework = '@google-cloud/functions-framework';
    expect(JSON.parse(await read('package.json'))).toEqual({
      name: 'taskpod-launch',
      version,
      private: true,
      type: 'module',
      main: 'index.js',
      engines: { node: '>=24' },
      dependencies: { [framework]: dependencies[framework] },
    });
    const lockfile = await read('package-lock.json');
    expect(lockfile).not.toContain('"resolved"');
    expect(lockfile).not.toContain('"node_modules/undici"');
    expect(lockfile).toContain('"node_modules/express"');
    expect(await read('index.js')).toMatch(/from\s*"@google-cloud\/functions-framework"/);
  });
});
