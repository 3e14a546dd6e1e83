import { randomBytes } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import { type ClusterConnection, kubernetesAgent } from '../../shared/adapters/kubernetes/connection.ts';
import { connectPods } from '../../shared/adapters/kubernetes/pods.ts';
import { systemClock } from '../../shared/time.ts';
import { deadline, type PodsUnderTest } from './pods-support.ts';

/** connectUnderTest makes a namespace of its own behind a connection; closing deletes it, and then calls `after`. */
export async function connectUnderTest(
  connection: ClusterConnection,
  after: () => Promise<void> = async () => undefined,
): Promise<PodsUnderTest> {
  const namespace = `pods-contract-${randomBytes(4).toString('hex')}`;
  const pods = connectPods({
    connection,
    userAgent: 'taskpod-contract',
    clock: systemClock,
    random: Math.random,
  });
  const dispatcher = kubernetesAgent(connection);
  const call = async (method: Dispatcher.HttpMethod, path: string, body: unknown): Promise<void> => {
    const response = await request(`${connection.server}/api/v1/namespaces${path}`, {
      method,
      dispatcher,
      signal: deadline(),
      headers: { ...(await connection.headers()), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  };
  await call('POST', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return {
    pods,
    namespace,
    createConfig: (resource, name, content) => {
      const kind = resource === 'secrets' ? 'Secret' : 'ConfigMap';
      return call('POST', `/${namespace}/${resource}`, {
        apiVersion: 'v1',
        kind,
        metadata: { name },
        ...content,
      });
    },
    close: async () => {
      await call('DELETE', `/${namespace}`, {});
      await pods.close();
      await dispatcher.destroy();
      await after();
    },
  };
}
