import type { OutgoingMessage, Publisher } from '../../shared/ports/publisher.ts';
import { abortedError } from '../../shared/time.ts';
import { witness } from '../secrets/witness.ts';
import { type Fault, watched } from './faults.ts';

/** A message that was published. */
export interface PublishedMessage extends OutgoingMessage {
  topic: string;
  messageId: string;
}

/** Publisher that keeps what is published. */
export class MemoryPublisher implements Publisher {
  readonly published: PublishedMessage[] = [];
  /** Calls are named `publish <topic>`. May be changed between calls. */
  fault: Fault | undefined;

  async publish(topic: string, messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<string[]> {
    if (signal.aborted) throw abortedError(signal);
    return watched(this.fault, `publish ${topic}`, () =>
      messages.map(message => {
        // A task may hold anything: it goes back to the topic that it came from.
        if (!topic.endsWith('/tasks')) witness(topic, JSON.stringify(message));
        const messageId = String(this.published.length + 1);
        this.published.push({ ...message, topic, messageId });
        return messageId;
      }),
    );
  }

  /** The data of all messages of a topic, in order. */
  on(topic: string): unknown[] {
    return this.published.filter(message => message.topic === topic).map(({ data }) => JSON.parse(data));
  }
}
