import { z } from 'zod';
import { TaskpodError } from '../../errors.ts';
import { podSchema } from '../../kubernetes/pod.ts';
import type { PodChange } from '../../ports/pods.ts';

const line = z.object({ type: z.string(), object: z.unknown() });
const bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const errorStatus = z.object({ code: z.number().default(0), message: z.string().default('') });

/**
 * readChanges turns the bytes of a watch into changes, one JSON document a line. Throws `watch_expired` on the server's
 * 410, `kubernetes_unavailable` on any other error event or when the stream ends in the middle of a line.
 */
export async function* readChanges(stream: AsyncIterable<Uint8Array>): AsyncGenerator<PodChange> {
  let pending: Uint8Array[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      pending.push(chunk.subarray(start, end));
      const change = parseChange(Buffer.concat(pending).toString('utf8'));
      pending = [];
      start = end + 1;
      if (change) yield change;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) {
    throw new TaskpodError('kubernetes_unavailable', 'the watch was cut in the middle of an event', {
      retryable: true,
    });
  }
}

function parseChange(text: string): PodChange | undefined {
  if (text.trim() === '') return undefined;
  const { type, object } = line.parse(JSON.parse(text));
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED')
    return { type, pod: podSchema.parse(object) };
  if (type === 'BOOKMARK') {
    return { type, resourceVersion: bookmark.parse(object).metadata.resourceVersion };
  }
  if (type !== 'ERROR') return undefined;
  const status = errorStatus.parse(object);
  if (status.code === 410)
    throw new TaskpodError('watch_expired', 'the watch expired: list again', { status: 410 });
  throw new TaskpodError('kubernetes_unavailable', `the watch ended with an error: ${status.message}`, {
    retryable: true,
    status: status.code,
  });
}
