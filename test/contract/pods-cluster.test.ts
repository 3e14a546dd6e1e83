import { describe } from 'vitest';
import { kubeconfigConnection } from '../../shared/adapters/kubernetes/connection.ts';
import { podsContract } from './pods.ts';
import { connectUnderTest } from './pods-connection.ts';
import { podEvidenceContract } from './pods-evidence.ts';
import { podLogsContract } from './pods-logs.ts';
import { podObjectsContract } from './pods-objects.ts';
import type { PodsUnderTest } from './pods-support.ts';

const openCluster = async (): Promise<PodsUnderTest> => connectUnderTest(await kubeconfigConnection());

describe.skipIf(process.env.KUBECONFIG === undefined)('with KUBECONFIG', () => {
  podObjectsContract('cluster', openCluster);
  podsContract('cluster', openCluster);
  podLogsContract('cluster', openCluster);
  podEvidenceContract('cluster', openCluster);
});
