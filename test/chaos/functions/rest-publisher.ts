import { connectRestPublisher as connect } from '../../../shared/adapters/pubsub/rest-publisher.ts';
import type { Publisher } from '../../../shared/ports/publisher.ts';
import { doomed } from './doomed.ts';

/** Takes the place of shared/adapters/pubsub/rest-publisher.ts in functions that are built for chaos. */
export function connectRestPublisher(options: Parameters<typeof connect>[0]): Publisher {
  return doomed('publisher', connect(options));
}
