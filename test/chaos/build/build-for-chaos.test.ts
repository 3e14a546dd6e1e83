import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildFunction } from '../../../scripts/build.ts';
import { buildForChaos, replacements } from './build-for-chaos.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const names = ['launch', 'watch'] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-chaos-build-'));
  for (const name of names) {
    const entry = join(root, 'functions', name, 'index.ts');
    await buildFunction({ name, entry, outFolder: join(folder, 'real', name), root });
  }
  await buildForChaos(root, join(folder, 'chaos'));
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The words of the wrappers that no minifier changes, as far as a folder holds them. */
async function traces(built: string): Promise<string[]> {
  const files = (await readdir(built)).filter(name => name.endsWith('.js'));
  const texts = await Promise.all(files.map(name => readFile(join(built, name), 'utf8')));
  const words = ['CHAOS_DEATHS', 'CHAOS_CLOCK_SKEW_MS', 'dieAt'];
  return words.filter(word => texts.some(text => text.includes(word)));
}

test.each(names)(
  '%s as it is deployed holds nothing of the chaos, and as it is built for it holds all',
  async name => {
    expect([await traces(join(folder, 'real', name)), await traces(join(folder, 'chaos', name))]).toEqual([
      [],
      ['CHAOS_DEATHS', 'CHAOS_CLOCK_SKEW_MS', 'dieAt'],
    ]);
  },
);

test('the wrappers take the place of modules that exist, and export what these do', async () => {
  for (const [original, wrapper] of Object.entries(replacements)) {
    const [real, wrapped] = await Promise.all([import(join(root, original)), import(join(root, wrapper))]);
    const missing = Object.keys(real).filter(name => !(name in wrapped));
    expect([original, missing]).toEqual([
      original,
      original.endsWith('connect.ts') ? ['connectJsonApi'] : [],
    ]);
  }
});
