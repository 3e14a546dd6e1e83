import { z } from 'zod';
import { parseDocument } from './document.ts';

/** `rejected/<message id>.json`, version 1: a message that cannot be filed under a run, with all that is wrong with it. */
const rejectedMessageSchema = z.object({
  version: z.literal(1),
  message_id: z.string(),
  /** RFC 3339. */
  rejected_at: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type RejectedMessage = z.output<typeof rejectedMessageSchema>;

/** parseRejectedMessage reads such an object; throws `invalid_document`. */
export function parseRejectedMessage(text: string): RejectedMessage {
  return parseDocument(rejectedMessageSchema, text, 'the rejected message');
}
