import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Env } from '../shared/config.ts';
import { TaskpodError } from '../shared/errors.ts';

const kubeconfigSchema = z.object({
  contexts: z
    .array(z.object({ name: z.string(), context: z.object({ namespace: z.string().optional() }).nullish() }))
    .nullish(),
});

/** A context of the user's kubeconfig, chosen for the functions. */
export interface ChosenContext {
  /** The value of KUBECONFIG that makes it the current one. */
  kubeconfig: string;
  /** Its namespace; `default` when it names none. */
  namespace: string;
}

/**
 * chooseContext makes a context of the user's kubeconfig the current one, for whoever gets the returned KUBECONFIG. The
 * user's files are not changed and nothing in them is copied: `file` is written and says only which context is the
 * current one. It stands first and last, because kubectl takes that from the first file that has it, and the client
 * library from the last. Throws `bad_usage` when there is no such context.
 */
export async function chooseContext(name: string, env: Env, file: string): Promise<ChosenContext> {
  const users = (env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  const paths = users.length > 0 ? users : [join(env.HOME ?? homedir(), '.kube', 'config')];
  const contexts = (await Promise.all(paths.map(readContexts))).flat();
  const found = contexts.find(context => context.name === name);
  if (found === undefined) {
    const names = [...new Set(contexts.map(context => context.name))].join(', ');
    throw new TaskpodError('bad_usage', `the kubeconfig has no context "${name}"`, {
      action: names === '' ? `Look at ${paths.join(', ')}, or set KUBECONFIG.` : `Choose one of: ${names}.`,
    });
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const selector = { apiVersion: 'v1', kind: 'Config', 'current-context': name };
  await writeFile(file, stringify(selector), { mode: 0o600 });
  return {
    kubeconfig: [file, ...paths, file].join(delimiter),
    namespace: found.context?.namespace || 'default',
  };
}

async function readContexts(path: string) {
  try {
    return kubeconfigSchema.parse(parse(await readFile(path, 'utf8'))).contexts ?? [];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new TaskpodError('bad_usage', `${path} cannot be read as a kubeconfig`, {
      action: 'Mend it, or set KUBECONFIG to another.',
    });
  }
}
