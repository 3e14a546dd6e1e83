import { connectStore as connect } from '../../../shared/adapters/storage/connect.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import { doomed } from './doomed.ts';

/** Takes the place of shared/adapters/storage/connect.ts in functions that are built for chaos. */
export function connectStore(options: Parameters<typeof connect>[0]): ObjectStore {
  return doomed('store', connect(options));
}
