/** One line of a container's log. */
export interface LogLine {
  /** The container runtime's, RFC 3339; absent on a line that continues the one before. */
  timestamp?: string;
  /** Without timestamp and line end; bytes, because a container writes what it likes. */
  text: Buffer;
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;

/** parseLogLine takes the container runtime's timestamp off a line of a stored log. */
export function parseLogLine(line: Buffer): LogLine {
  const timestamp = stamp.exec(line.toString('latin1', 0, 40))?.[1];
  return timestamp === undefined ? { text: line } : { timestamp, text: line.subarray(timestamp.length + 1) };
}

/** formatLogLine writes a line as it is shown in a pipe: the container's own bytes, and a line end. */
export function formatLogLine(line: LogLine, options: { timestamps: boolean; prefix: string }): Buffer {
  const head = options.timestamps && line.timestamp !== undefined ? `${line.timestamp} ` : '';
  return Buffer.concat([Buffer.from(options.prefix + head), line.text, Buffer.from('\n')]);
}

/** Puts lines together from pieces that end anywhere. */
export class LineSplitter {
  #rest: Buffer[] = [];

  /** The lines that this piece completes. */
  push(piece: Uint8Array): Buffer[] {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      lines.push(Buffer.concat([...this.#rest, bytes.subarray(start, end)]));
      this.#rest = [];
      start = end + 1;
    }
    if (start < bytes.length) this.#rest.push(bytes.subarray(start));
    return lines;
  }

  /** The last line, when it has no line end. */
  flush(): Buffer[] {
    const rest = Buffer.concat(this.#rest);
    this.#rest = [];
    return rest.length === 0 ? [] : [rest];
  }
}
