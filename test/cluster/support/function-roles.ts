import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { repository } from './environment.ts';

/** The two functions, by what they do. */
const functions = ['launch', 'watch'] as const;

/** grantRoles gives two users in a namespace what the deployment gives the two functions there, and nothing else. */
export async function grantRoles(
  kubeconfig: string,
  namespace: string,
  users: Record<(typeof functions)[number], string>,
): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const file = join(repository, 'terraform', 'modules', 'namespace', 'permissions.json');
  const permissions: Record<string, V1PolicyRule[]> = JSON.parse(await readFile(file, 'utf8'));
  for (const name of functions) {
    const metadata = { name: `taskpod-${name}` };
    const apiGroup = 'rbac.authorization.k8s.io';
    await rbac.createNamespacedRole({ namespace, body: { metadata, rules: permissions[name] ?? [] } });
    await rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata,
        roleRef: { apiGroup, kind: 'Role', name: metadata.name },
        subjects: [{ apiGroup, kind: 'User', name: users[name] }],
      },
    });
  }
}
