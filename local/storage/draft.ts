import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes on disk that are not an object yet. */
export interface Draft {
  /** File name in the folder of drafts. */
  file: string;
  size: number;
  /** Base64. */
  md5: string;
}

/** writeDraft writes the bytes to a fresh file in `folder`; nothing is left of it when that fails. */
export async function writeDraft(
  folder: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Draft> {
  const file = randomUUID();
  const path = join(folder, file);
  const hash = createHash('md5');
  let size = 0;
  async function* measured() {
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(measured(), { objectMode: false }), createWriteStream(path));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { file, size, md5: hash.digest('base64') };
}
