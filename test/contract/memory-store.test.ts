import { MemoryStore } from '../fakes/memory-store.ts';
import { storeContract } from './store.ts';

storeContract('in memory', async () => ({
  store: new MemoryStore({ now: Date.now }),
  withoutBucket: undefined,
  close: async () => {},
}));
