import { type FileHandle, open } from 'node:fs/promises';
import { EntryReader, EntryWriter, LogClock, type LogView } from './log-format.ts';

const blockBytes = 64 * 1_024;

/** What a reader asks for. */
export interface LogQuery extends LogView {
  /** Stay until the container has ended. */
  follow: boolean;
  /** Only the last so many entries of what is there. */
  tailLines?: number;
}

/** The log of one start of a container: written once, read by many, kept in a file. */
export class ContainerLog {
  readonly #path: string;
  readonly #writer: EntryWriter;
  #file: FileHandle | undefined;
  #size = 0;
  #hasEnded = false;
  #waiting = new Set<() => void>();

  constructor(path: string, nowNs: () => bigint) {
    this.#path = path;
    this.#writer = new EntryWriter(new LogClock(nowNs));
  }

  /** Makes the empty file. */
  async open(): Promise<void> {
    this.#file = await open(this.#path, 'wx', 0o600);
  }

  /** Takes raw output; resolves when it is on disk, so that a pipe is read only as fast as the disk writes. */
  async append(chunk: Buffer): Promise<void> {
    await this.#write(this.#writer.write(chunk));
  }

  /** Ends the log: every follower gets the rest and is done. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    await this.#write(this.#writer.end());
    this.#hasEnded = true;
    await this.#file?.close();
    this.#wake();
  }

  /** The log's text in pieces, as the log endpoint sends it. */
  async *read(query: LogQuery, signal: AbortSignal): AsyncGenerator<Buffer> {
    const file = await open(this.#path, 'r');
    try {
      const reader = new EntryReader(query);
      let at = query.tailLines === undefined ? 0 : await this.#tailOffset(file, query.tailLines);
      const block = Buffer.allocUnsafe(blockBytes);
      while (!signal.aborted && !reader.isFull) {
        const wanted = Math.min(blockBytes, this.#size - at);
        if (wanted === 0) {
          if (this.#hasEnded || !query.follow) return;
          await this.#change(signal);
          continue;
        }
        const { bytesRead } = await file.read(block, 0, wanted, at);
        at += bytesRead;
        const shown = reader.read(block.subarray(0, bytesRead));
        if (shown.length > 0) yield shown;
      }
    } finally {
      await file.close();
    }
  }

  /** The last bytes of the log's text, for a termination message: at most `lines` lines and `bytes` bytes. */
  async tail(lines: number, bytes: number): Promise<string> {
    const pieces: Buffer[] = [];
    const query = { follow: false, timestamps: false, tailLines: lines };
    for await (const piece of this.read(query, new AbortController().signal)) pieces.push(piece);
    return Buffer.concat(pieces).subarray(-bytes).toString('utf8');
  }

  async #write(entries: Buffer): Promise<void> {
    if (entries.length === 0) return;
    await this.#file?.appendFile(entries);
    this.#size += entries.length;
    this.#wake();
  }

  async #tailOffset(file: FileHandle, lines: number): Promise<number> {
    const end = this.#size;
    let missing = lines + 1;
    const block = Buffer.allocUnsafe(blockBytes);
    for (let at = end; at > 0; ) {
      const length = Math.min(blockBytes, at);
      at -= length;
      await file.read(block, 0, length, at);
      for (let index = block.lastIndexOf(10, length - 1); index !== -1; ) {
        missing -= 1;
        if (missing === 0) return at + index + 1;
        index = index === 0 ? -1 : block.lastIndexOf(10, index - 1);
      }
    }
    return 0;
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
