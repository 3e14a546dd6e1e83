import { isRetryable, TaskpodError } from '../../errors.ts';
import { apiCallRetry, type RetryDeps, retryDelayMs } from '../../retry.ts';
import type { OpenAnswer } from './json-api.ts';

/** Where a download goes on. */
export interface Position {
  /** Bytes that are already there. */
  offset: number;
  /** The generation of the bytes that are already there; undefined when the server did not tell it. */
  generation: string | undefined;
}

/** A download that has begun, and how to begin it again. */
export interface Download {
  name: string;
  first: OpenAnswer;
  /** Opens the object from a position on (with its own retries); undefined when that generation is gone. */
  reopen: (from: Position) => Promise<OpenAnswer | undefined>;
  deps: RetryDeps;
}

/** generationOf reads which generation of the object an answer carries. */
export function generationOf(answer: OpenAnswer): string | undefined {
  return answer.headers.get('x-goog-generation') ?? undefined;
}

/**
 * resumingDownload gives an object's bytes and goes on where the connection broke, in the same generation, until five
 * tries in a row have brought nothing. Throws `not_found` when the object is replaced or deleted meanwhile.
 */
export async function* resumingDownload(download: Download): AsyncGenerator<Uint8Array> {
  const { name, first, reopen, deps } = download;
  const generation = generationOf(first);
  let answer = first;
  let offset = 0;
  let failures = 0;
  // 416: the connection broke after the last byte
  while (answer.status !== 416) {
    try {
      for await (const chunk of answer.chunks) {
        offset += chunk.length;
        failures = 0;
        yield chunk;
      }
      return;
    } catch (error) {
      failures += 1;
      if (!isRetryable(error) || failures >= apiCallRetry.attempts) throw error;
    }
    await deps.clock.sleep(retryDelayMs(failures + 1, apiCallRetry, deps.random), deps.signal);
    const next = await reopen({ offset, generation });
    if (next === undefined) throw new TaskpodError('not_found', `${name} was replaced while it was read`);
    if (offset > 0 && next.status === 200) {
      throw new TaskpodError(
        'storage_refused',
        `Cloud Storage cannot give a part of ${name}: is it compressed?`,
      );
    }
    answer = next;
  }
}
