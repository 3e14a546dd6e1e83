import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import permissions from '../../../terraform/modules/namespace/permissions.json' with { type: 'json' };
import { clusterEnvironment } from './environment.ts';

/** The service account of one of the two functions, as the cluster knows it. */
export interface Identity {
  /** A file that authenticates as it and nobody else. */
  readonly kubeconfig: string;
  /** Gives it in a namespace what the function of that name needs, and no more. */
  grant(namespace: string, role: keyof typeof permissions): Promise<void>;
  cleanUp(): Promise<void>;
}

/** startIdentity takes a Google service account that the lab's API server knows a token of. */
export async function startIdentity(lab: string, email: string): Promise<Identity> {
  const { stdout } = await promisify(execFile)(lab, ['token', email]);
  const admin = new KubeConfig();
  admin.loadFromFile(clusterEnvironment().kubeconfig);
  const own = new KubeConfig();
  const cluster = admin.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster');
  own.loadFromClusterAndUser(cluster, { name: email, token: stdout.trim() });
  const folder = await mkdtemp(join(tmpdir(), 'taskpod-identity-'));
  const kubeconfig = join(folder, 'kubeconfig.json');
  await writeFile(kubeconfig, own.exportConfig(), { mode: 0o600 });
  const rbac = admin.makeApiClient(RbacAuthorizationV1Api);
  return {
    kubeconfig,
    grant: async (namespace, role) => {
      const metadata = { name: `taskpod-${role}` };
      const rules: V1PolicyRule[] = permissions[role];
      await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
      const subjects = [{ kind: 'User', name: email, apiGroup: 'rbac.authorization.k8s.io' }];
      const roleRef = { kind: 'Role', name: metadata.name, apiGroup: 'rbac.authorization.k8s.io' };
      await rbac.createNamespacedRoleBinding({ namespace, body: { metadata, subjects, roleRef } });
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  };
}
