import { stringify } from 'yaml';

/**
 * writeKubeconfig makes a kubeconfig for a server on this machine. The client library refuses plain http without
 * `insecure-skip-tls-verify`, and a context without a user.
 */
export function writeKubeconfig(server: string): string {
  const name = 'taskpod-local';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
