import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's folder. */
export const repository = join(import.meta.dirname, '..', '..', '..');

/** Where the servers are that cluster tests run on. */
export interface ClusterEnvironment {
  kubeconfig: string;
  /** `http://host:port`. */
  pubsub: string;
  /** `http://host:port`. */
  storage: string;
  /** A program whose `audit` prints the API server's audit log; undefined where there is none. */
  lab: string | undefined;
}

/**
 * clusterEnvironment reads KUBECONFIG, PUBSUB_EMULATOR_HOST and STORAGE_EMULATOR_HOST, and LAB when there is one.
 * Throws with the names of all that are missing.
 */
export function clusterEnvironment(env: NodeJS.ProcessEnv = process.env): ClusterEnvironment {
  const { KUBECONFIG, PUBSUB_EMULATOR_HOST, STORAGE_EMULATOR_HOST } = env;
  if (!KUBECONFIG || !PUBSUB_EMULATOR_HOST || !STORAGE_EMULATOR_HOST) {
    const missing = Object.entries({ KUBECONFIG, PUBSUB_EMULATOR_HOST, STORAGE_EMULATOR_HOST })
      .filter(([, value]) => !value)
      .map(([name]) => name);
    throw new Error(
      `Cluster tests need ${missing.join(', ')}: start a cluster, the Pub/Sub emulator and a Cloud Storage server, ` +
        'and set the variables as CONTRIBUTING.md says.',
    );
  }
  const lab = env.LAB ?? join(repository, '..', 'shared', 'lab', 'lab');
  return {
    kubeconfig: KUBECONFIG,
    pubsub: withScheme(PUBSUB_EMULATOR_HOST),
    storage: withScheme(STORAGE_EMULATOR_HOST),
    lab: existsSync(lab) ? lab : undefined,
  };
}

function withScheme(host: string): string {
  return /^https?:\/\//.test(host) ? host.replace(/\/+$/, '') : `http://${host}`;
}
