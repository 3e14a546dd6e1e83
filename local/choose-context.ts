import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Env } from '../shared/config.ts';
import { TaskpodError } from '../shared/errors.ts';

const kubeconfigSchema = z.object({
  contexts: z
    .array(z.object({ name: z.string(), context: z.object({ namespace: z.string().optional() }).nullish() }))
    .nullish(),
});

/** Contexts of the user's kubeconfig, chosen for the functions. */
export interface ChosenContexts {
  /** The value of KUBECONFIG that has them. */
  kubeconfig: string;
  /** Their namespaces, in their order; `default` for one that names none. */
  namespaces: string[];
}

/**
 * chooseContexts looks some contexts up in the user's kubeconfig, whose files are neither changed nor copied. Throws
 * `bad_usage` when one is not there.
 */
export async function chooseContexts(names: readonly string[], env: Env): Promise<ChosenContexts> {
  const users = (env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  const paths = users.length > 0 ? users : [join(env.HOME ?? homedir(), '.kube', 'config')];
  const contexts = (await Promise.all(paths.map(readContexts))).flat();
  const namespaces = names.map(name => {
    const found = contexts.find(context => context.name === name);
    if (found !== undefined) return found.context?.namespace || 'default';
    const known = [...new Set(contexts.map(context => context.name))].join(', ');
    throw new TaskpodError('bad_usage', `the kubeconfig has no context "${name}"`, {
      action: known === '' ? `Look at ${paths.join(', ')}, or set KUBECONFIG.` : `Choose one of: ${known}.`,
    });
  });
  return { kubeconfig: paths.join(delimiter), namespaces };
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
