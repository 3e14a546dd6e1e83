import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { writeKubeconfig } from '../../../local/pods/kubeconfig.ts';

test('the client library takes the kubeconfig for a server of plain http', () => {
  const config = new KubeConfig();
  config.loadFromString(writeKubeconfig('http://127.0.0.1:8001'));
  const { name, server, skipTLSVerify } = config.getCurrentCluster() ?? {};
  expect({ name, server, skipTLSVerify }).toEqual({
    name: 'taskpod-local',
    server: 'http://127.0.0.1:8001',
    skipTLSVerify: true,
  });
  expect(config.getCurrentUser()?.name).toBe('taskpod-local');
  expect(config.makeApiClient(CoreV1Api)).toBeInstanceOf(CoreV1Api);
});
