import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';

const run = promisify(execFile);

/** A kubeconfig file for one user of the cluster that another kubeconfig names. */
export class Identity {
  readonly kubeconfig: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.kubeconfig = join(folder, 'kubeconfig.json');
  }

  /** `lab token EMAIL` gives the user's bearer token. */
  static async of(
    email: string,
    { lab, kubeconfig }: { lab: string; kubeconfig: string },
  ): Promise<Identity> {
    const { stdout } = await run(lab, ['token', email]);
    const admin = new KubeConfig();
    admin.loadFromFile(kubeconfig);
    const cluster = admin.getCurrentCluster();
    if (cluster === null) throw new Error('no cluster');
    const own = new KubeConfig();
    own.loadFromClusterAndUser(cluster, { name: email, token: stdout.trim() });
    const identity = new Identity(await mkdtemp(join(tmpdir(), 'taskpod-identity-')));
    await writeFile(identity.kubeconfig, own.exportConfig(), { mode: 0o600 });
    return identity;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
