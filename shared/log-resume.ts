import { afterNewline, type Cursor, lineTimestamp, longestHead, newline } from './log-cursor.ts';

/** The cursor's line counts as missing only when a line comes that is younger by more than this. */
const longestDisorderMs = 1_000;
/** The same in bytes: what is held back at most until the cursor's line shows up. */
const mostHeldBytes = 1_024 * 1_024;

/** `seeking` until the cursor's line was seen again (`found`), or it is sure that it will not be (`missed`: a gap). */
export type ResumeState = 'seeking' | 'found' | 'missed';

/** createResumeFilter makes the filter for a stream opened at `sinceTimeOf(cursor)`. */
export function createResumeFilter(cursor: Cursor): ResumeFilter {
  return new ResumeFilter(cursor);
}

/**
 * Drops from a re-opened stream all that was kept before the cursor, and passes the rest on untouched: without any work
 * per line once the cursor's line was found. Chunks may be cut anywhere. After `missed`, the bytes returned by that very
 * call begin behind the gap. A log whose clock was set back by more than a second cannot be told from one with a gap.
 */
export class ResumeFilter {
  readonly #cursor: Cursor;
  #state: ResumeState = 'seeking';
  /** Found: bytes that are still to be dropped. */
  #skip = 0;
  #linesAtTimestamp = 0;
  /** The beginning of a line, too short to tell its timestamp. */
  #head: Buffer = Buffer.alloc(0);
  #inLine = false;
  #holding = false;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    if (cursor.timestamp === '') this.#find();
  }

  get state(): ResumeState {
    return this.#state;
  }

  /** Whether lines are held back: younger than the cursor's, which has not come. */
  get isHolding(): boolean {
    return this.#state === 'seeking' && this.#held.length > 0;
  }

  /** The new bytes of a chunk; they share its memory. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#state === 'seeking') return this.#seek(asBuffer(chunk), false);
    if (this.#skip === 0) return chunk;
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    return chunk.subarray(skipped);
  }

  /** At the stream's end: looks at an unfinished last line that was too short to tell. Returns its new bytes. */
  end(): Uint8Array {
    return this.#state === 'seeking' ? this.#seek(Buffer.alloc(0), true) : Buffer.alloc(0);
  }

  /** After the end, still `seeking`: takes it that the cursor's line is gone, and returns what was held back for it. */
  giveUp(): Uint8Array {
    return this.#miss(Buffer.alloc(0));
  }

  #seek(chunk: Buffer, isEnd: boolean): Uint8Array {
    const bytes = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    this.#head = Buffer.alloc(0);
    for (let start = 0; start < bytes.length; ) {
      const end = afterNewline(bytes, start);
      if (!this.#inLine) {
        const isWhole = isEnd || bytes[end - 1] === newline || end - start >= longestHead;
        if (!isWhole) {
          this.#head = Buffer.from(bytes.subarray(start));
          break;
        }
        this.#decide(lineTimestamp(bytes.subarray(start, end)));
        if (this.#state === 'found') return this.push(bytes.subarray(start));
        if (this.#state === 'missed') return this.#miss(bytes.subarray(start));
      }
      if (this.#holding) this.#hold(bytes.subarray(start, end));
      if (this.#heldBytes > mostHeldBytes) return this.#miss(bytes.subarray(end));
      this.#inLine = bytes[end - 1] !== newline;
      start = end;
    }
    return Buffer.alloc(0);
  }

  /** Decides about the line that begins; a line without a timestamp shares the fate of the one before. */
  #decide(timestamp: string | undefined): void {
    if (timestamp === undefined) return;
    if (timestamp <= this.#cursor.timestamp) {
      this.#holding = false;
      if (timestamp < this.#cursor.timestamp) return;
      this.#linesAtTimestamp++;
      if (this.#linesAtTimestamp === this.#cursor.linesAtTimestamp) this.#find();
      return;
    }
    this.#holding = true;
    const aheadMs = Date.parse(timestamp) - Date.parse(this.#cursor.timestamp);
    if (aheadMs > longestDisorderMs) this.#state = 'missed';
  }

  #find(): void {
    this.#state = 'found';
    this.#skip = this.#cursor.lineBytes;
    this.#held = [];
  }

  #miss(bytes: Buffer): Uint8Array {
    this.#state = 'missed';
    const all = this.#held.length === 0 ? bytes : Buffer.concat([...this.#held, bytes]);
    this.#held = [];
    return all;
  }

  #hold(bytes: Buffer): void {
    // A copy: the chunk belongs to the stream, and a small view would keep all of it alive.
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
