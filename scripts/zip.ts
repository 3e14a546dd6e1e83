import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive. */
export interface ZipEntry {
  /** With slashes, without a leading one; ASCII. */
  name: string;
  body: Buffer;
}

/** 1980-01-01 00:00, the earliest that the format has: the same files give the same bytes at any time. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
const deflated = 8;
const version = 20;
/** A regular file that everyone may read, as Unix would say it. */
const madeByUnix = (3 << 8) | version;
const fileMode = (0o100644 << 16) >>> 0;

/**
 * zip writes an archive of these files in this order, deflated, without any of their times.
 * Source: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (its end). Without ZIP64:
 * throws for more than 65,535 files or 4 GiB.
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, body } of entries) {
    const nameBytes = Buffer.from(name, 'ascii');
    const data = deflateRawSync(body, { level: 9 });
    const facts = describe(body, data, nameBytes);
    const local = Buffer.concat([u32(0x04034b50), u16(version), facts, u16(0), nameBytes]);
    directory.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(madeByUnix),
        u16(version),
        facts,
        // no extra field, no comment, the first disk, no internal attributes
        u16(0),
        u16(0),
        u16(0),
        u16(0),
        u32(fileMode),
        u32(offset),
        nameBytes,
      ]),
    );
    parts.push(local, data);
    offset += local.length + data.length;
  }
  const central = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(central.length), u32(offset), u16(0)];
  return Buffer.concat([...parts, central, ...end]);
}

/** What the local header and the directory say alike. */
function describe(body: Buffer, data: Buffer, name: Buffer): Buffer {
  const sizes = [u32(crc32(body)), u32(data.length), u32(body.length), u16(name.length)];
  return Buffer.concat([u16(0), u16(deflated), u16(dosTime), u16(dosDate), ...sizes]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
