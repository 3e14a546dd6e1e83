import { z } from 'zod';

const push = z.object({ message: z.object({ messageId: z.string() }) });

/** pushedMessageId reads the id that Pub/Sub gives to a message, which is the same at each delivery. */
export function pushedMessageId(body: Buffer): string {
  return push.parse(JSON.parse(body.toString('utf8'))).message.messageId;
}
