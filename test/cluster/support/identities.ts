import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CoreV1Api, KubeConfig, type RbacV1Subject } from '@kubernetes/client-node';

/** The two functions. */
export const functionNames = ['launch', 'watch'] as const;

/** One of the two functions. */
export type FunctionName = (typeof functionNames)[number];

/** As whom the API server is asked. */
export interface Identity {
  /** In a RoleBinding. */
  subject: RbacV1Subject;
  /** As admission policies and refusals have it. */
  username: string;
  token: string;
}

/** The identities of the two functions. */
export type Identities = Record<FunctionName, Identity>;

const run = promisify(execFile);
const apiGroup = 'rbac.authorization.k8s.io';
/** Longer than any test file takes. */
const tokenSeconds = 7_200;

/**
 * makeIdentities gives the functions' identities: service accounts of Google where there is the lab; in another cluster,
 * service accounts that are made in this namespace.
 */
export async function makeIdentities(
  kubeconfig: string,
  namespace: string,
  lab: string | undefined,
): Promise<Identities> {
  return {
    launch: await makeIdentity(kubeconfig, namespace, lab, 'launch'),
    watch: await makeIdentity(kubeconfig, namespace, lab, 'watch'),
  };
}

/** One identity of that name, made as {@link makeIdentities} does. */
export async function makeIdentity(
  kubeconfig: string,
  namespace: string,
  lab: string | undefined,
  name: FunctionName | 'nobody',
): Promise<Identity> {
  return lab === undefined
    ? serviceAccount(kubeconfig, namespace, `taskpod-${name}`)
    : googleAccount(lab, `${name}@lab.iam.gserviceaccount.com`);
}

/** To GKE's API server a Google service account is a user by the name of its e-mail address. */
async function googleAccount(lab: string, email: string): Promise<Identity> {
  const { stdout } = await run(lab, ['token', email]);
  return { subject: { kind: 'User', name: email, apiGroup }, username: email, token: stdout.trim() };
}

async function serviceAccount(kubeconfig: string, namespace: string, name: string): Promise<Identity> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  await api.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const spec = { audiences: [], expirationSeconds: tokenSeconds };
  const { status } = await api.createNamespacedServiceAccountToken({ namespace, name, body: { spec } });
  return {
    subject: { kind: 'ServiceAccount', name, namespace },
    username: `system:serviceaccount:${namespace}:${name}`,
    token: status?.token ?? '',
  };
}
