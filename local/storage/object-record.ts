import { z } from 'zod';

/** What is known of an object beside its bytes; a line of the journal. */
export const objectRecordSchema = z.object({
  name: z.string(),
  /** Microseconds since the epoch, or one more than the last: always growing. */
  generation: z.number().int(),
  size: z.number().int(),
  /** Base64. */
  md5: z.string(),
  content_type: z.string(),
  metadata: z.record(z.string(), z.string()),
  /** RFC 3339. */
  updated: z.string(),
  /** Set for a composed object: how many objects it was made from. */
  components: z.number().int().optional(),
  /** Where the bytes are: below the bucket's folder, or in the hidden place. */
  file: z.string(),
  hidden: z.boolean(),
  /** The draft that becomes `file`; the record counts from the moment it is in the journal, and the draft is moved after. */
  draft: z.string().optional(),
});
export type ObjectRecord = z.output<typeof objectRecordSchema>;

/** A line of the journal: an object as it is from now on, or that it is gone. */
export const journalLineSchema = z.union([
  objectRecordSchema,
  z.object({ gone: z.string(), generation: z.number().int() }),
]);
export type JournalLine = z.output<typeof journalLineSchema>;
