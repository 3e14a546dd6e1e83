import { createHash } from 'node:crypto';

/** md5 is a content's MD5 as Cloud Storage writes it. MD5, since the client library's CRC32C is fourteen times slower. */
export function md5(content: Buffer): string {
  return createHash('md5').update(content).digest('base64');
}
