import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

/**
 * writeAs copies kubeconfig files (a list as in KUBECONFIG) into a folder, with one token in place of all their users'
 * credentials; gives the list of the copies. Contexts and clusters stay as they are.
 */
export async function writeAs(token: string, files: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const copies = files.split(delimiter).map(async (file, index) => {
    const config = new KubeConfig();
    config.loadFromFile(file);
    config.loadFromOptions({
      clusters: config.getClusters(),
      contexts: config.getContexts(),
      currentContext: config.getCurrentContext(),
      users: config.getUsers().map(({ name }) => ({ name, token })),
    });
    const copy = join(folder, `kubeconfig-${index}.json`);
    await writeFile(copy, config.exportConfig(), { mode: 0o600 });
    return copy;
  });
  return (await Promise.all(copies)).join(delimiter);
}
