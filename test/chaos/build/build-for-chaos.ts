import { join } from 'node:path';
import { type Plugin, stop } from 'esbuild';
import { buildFunction } from '../../../scripts/build.ts';
import type { ServiceName } from '../schedule/actions.ts';

/** What is put in the place of what, from the repository's root. */
export const replacements: Readonly<Record<string, string>> = {
  'shared/adapters/storage/connect.ts': 'test/chaos/functions/connect-store.ts',
  'shared/adapters/pubsub/rest-publisher.ts': 'test/chaos/functions/rest-publisher.ts',
  'shared/adapters/connect-clusters.ts': 'test/chaos/functions/connect-clusters.ts',
  'shared/time.ts': 'test/chaos/functions/skewed-time.ts',
};

/**
 * buildForChaos builds both functions into folders of their names, with their outside world wrapped, so that their processes can die
 * at any write and their clocks be wrong. The functions' own sources are those of the real build, and hold nothing for it.
 */
export async function buildForChaos(root: string, folder: string): Promise<Record<ServiceName, string>> {
  const built = { launch: join(folder, 'launch'), watch: join(folder, 'watch') };
  for (const name of ['launch', 'watch'] as const) {
    const entry = join(root, 'functions', name, 'index.ts');
    await buildFunction({ name, entry, outFolder: built[name], root, plugins: [replace(root)] });
  }
  // The compiler's process would stay as long as this one.
  await stop();
  return built;
}

/** The wrappers themselves get what they wrap. */
function replace(root: string): Plugin {
  const wrappers = join(root, 'test', 'chaos', 'functions');
  return {
    name: 'chaos',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
        if (resolveDir === wrappers) return undefined;
        const wanted = join(resolveDir, path);
        const found = Object.entries(replacements).find(([original]) => wanted === join(root, original));
        return found && { path: join(root, found[1]) };
      });
    },
  };
}
