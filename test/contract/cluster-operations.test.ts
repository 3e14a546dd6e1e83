import { connectClusterOperations } from '../../shared/adapters/gke/operations.ts';
import { systemClock } from '../../shared/time.ts';
import { MemoryOperations } from '../fakes/memory-operations.ts';
import { startContainerService } from '../google/container-operations.ts';
import { operationsContract } from './cluster-operations.ts';

operationsContract('the fake', async () => {
  const operations = new MemoryOperations(() => Date.now());
  return { operations, gke: operations.gke, close: async () => undefined };
});

operationsContract('REST to the local service', async () => {
  const service = await startContainerService();
  const deps = { clock: systemClock, random: Math.random, token: async () => 'unused' };
  const operations = connectClusterOperations({ ...deps, baseUrl: service.url });
  return { operations, gke: service.gke, close: service.close };
});
