import { newline } from '../../../shared/log-cursor.ts';

const smallestBytes = 4 * 1_024;

/** Bytes that grow at their end and know where their last whole line ends. Copies what it is given. */
export class SegmentBuffer {
  #bytes: Buffer;
  #length = 0;
  #wholeLength = 0;

  /** `expectedBytes`: what it will probably hold; a quiet container costs little, a busy one is not copied about. */
  constructor(expectedBytes = 0) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(smallestBytes, expectedBytes));
  }

  /** Empties it; the memory is used again. */
  clear(): void {
    this.#length = 0;
    this.#wholeLength = 0;
  }

  get length(): number {
    return this.#length;
  }

  /** Length up to the end of the last whole line. */
  get wholeLength(): number {
    return this.#wholeLength;
  }

  append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(bytes, this.#length);
    const lineEnd = this.#bytes.subarray(this.#length, end).lastIndexOf(newline);
    if (lineEnd !== -1) this.#wholeLength = this.#length + lineEnd + 1;
    this.#length = end;
  }

  /** A view; valid until the next change. */
  view(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, to);
  }

  /** Drops the unfinished last line and returns a copy of it. */
  dropUnfinished(): Buffer {
    const dropped = Buffer.from(this.view(this.#wholeLength, this.#length));
    this.#length = this.#wholeLength;
    return dropped;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.view(0, this.#length).copy(larger);
    this.#bytes = larger;
  }
}
