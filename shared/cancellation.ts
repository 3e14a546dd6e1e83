import { z } from 'zod';
import { parseDocument } from './document.ts';

/** `cancel.json`: somebody wants the attempt to end. That it is there counts; what the attempt came to stands in its outcome. */
const cancellationSchema = z.object({
  version: z.literal(1),
  /** Pub/Sub message id of the message that asked for it. */
  message_id: z.string(),
  /** RFC 3339. */
  requested_at: z.string(),
});
export type Cancellation = z.output<typeof cancellationSchema>;

/** parseCancellation reads a cancel.json; throws `invalid_document`. */
export function parseCancellation(text: string): Cancellation {
  return parseDocument(cancellationSchema, text, 'cancel.json');
}
