import { z } from 'zod';
import { parseDocument } from './document.ts';

/**
 * What the watch topic carries: a ticket (there is something to watch in this scope) or a sweep (look after every
 * scope). A ticket only wakes a Turn; it holds nothing that the Turn relies on.
 */
export const watchMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ticket'), scope: z.string().min(1).max(63) }),
  z.object({ kind: z.literal('sweep') }),
]);
export type WatchMessage = z.output<typeof watchMessageSchema>;

/** parseWatchMessage reads a message of the watch topic; throws `invalid_document`. */
export function parseWatchMessage(text: string): WatchMessage {
  return parseDocument(watchMessageSchema, text, 'the message on the watch topic');
}
