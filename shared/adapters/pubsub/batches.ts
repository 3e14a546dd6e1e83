import { TaskpodError } from '../../errors.ts';
import type { OutgoingMessage } from '../../ports/publisher.ts';

/** Pub/Sub takes at most 1,000 messages and 10 MB in one publish request. https://cloud.google.com/pubsub/quotas */
const maxMessages = 1_000;
const maxMessageBytes = 10_000_000;
/** Room for base64 (a third more) and the JSON around it. */
const maxDataBytes = 7_000_000;

/**
 * publishBatches divides messages, in order, into as few requests as Pub/Sub's limits allow. Throws `pubsub_refused`
 * for a message that Pub/Sub would not take.
 */
export function publishBatches(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = [];
  let batch: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = messageBytes(message);
    if (size > maxMessageBytes) {
      throw new TaskpodError('pubsub_refused', `a message of ${size} bytes is more than Pub/Sub takes`, {
        action: `Send at most ${maxMessageBytes} bytes in one message.`,
      });
    }
    if (batch.length > 0 && (batch.length === maxMessages || bytes + size > maxDataBytes)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  return batch.length === 0 ? batches : [...batches, batch];
}

function messageBytes(message: OutgoingMessage): number {
  const attributes = Object.entries(message.attributes ?? {}).flat();
  return Buffer.byteLength(message.data) + Buffer.byteLength(attributes.join(''));
}
