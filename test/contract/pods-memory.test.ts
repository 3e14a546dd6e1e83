import { MemoryPods } from '../fakes/memory-pods.ts';
import { podObjectsContract } from './pods-objects.ts';

podObjectsContract('in memory', async () => ({
  pods: new MemoryPods(),
  namespace: 'default',
  close: async () => undefined,
}));
