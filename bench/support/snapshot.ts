import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../test/cluster/support/environment.ts';

/** A function with nothing in it: what the framework and Node alone cost. */
const emptyFunction = `import { http } from '@google-cloud/functions-framework';
http('empty', (_, response) => response.status(204).end());
`;

/** Folders with a function each, in one that can be removed. */
export interface Snapshot {
  folder: string;
  empty: string;
  launch: string;
  watch: string;
}

/**
 * takeSnapshot copies both built functions beside an empty one, so that a build does not change what is being measured;
 * inside the repository, where they find the functions framework.
 */
export async function takeSnapshot(name: string): Promise<Snapshot> {
  const folder = join(repository, 'dist', '.running', name);
  const empty = join(folder, 'empty');
  await mkdir(empty, { recursive: true });
  await writeFile(join(empty, 'package.json'), '{"type":"module","main":"index.js"}');
  await writeFile(join(empty, 'index.js'), emptyFunction);
  for (const built of ['launch', 'watch']) {
    await cp(join(repository, 'dist', built), join(folder, built), { recursive: true });
  }
  return { folder, empty, launch: join(folder, 'launch'), watch: join(folder, 'watch') };
}
