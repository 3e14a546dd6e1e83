/**
 * The log on disk is the container runtime's: one entry a line, `<time> F <text>` for a whole line and `<time> P <text>`
 * for a part of one that is longer than 16 KiB or has no newline at its end. Times have nine digits of a second.
 */
const timeLength = 30;
/** From here on an entry is the container's own text. */
const textOffset = timeLength + 3;
/** containerd's max_container_log_line_size: a longer line is written in parts. */
export const partBytes = 16_384;

const newline = 10;
const tagFull = 'F'.charCodeAt(0);

/** Gives times that never stand still or go back, each as RFC 3339 in UTC with nine digits. */
export class LogClock {
  readonly #nowNs: () => bigint;
  #lastSecond = -1;
  #prefix = '';
  #last = 0n;

  /** `nowNs` is nanoseconds since the epoch. */
  constructor(nowNs: () => bigint) {
    this.#nowNs = nowNs;
  }

  next(): string {
    const now = this.#nowNs();
    this.#last = now > this.#last ? now : this.#last + 1n;
    const second = Number(this.#last / 1_000_000_000n);
    if (second !== this.#lastSecond) {
      this.#lastSecond = second;
      this.#prefix = new Date(second * 1_000).toISOString().slice(0, 19);
    }
    return `${this.#prefix}.${String(this.#last % 1_000_000_000n).padStart(9, '0')}Z`;
  }
}

/** systemNowNs is the machine's time in nanoseconds, finer than Date's milliseconds. */
export function systemNowNs(): () => bigint {
  const start = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  return () => start + process.hrtime.bigint();
}

/** Makes entries of a container's raw output, across the borders of its chunks. */
export class EntryWriter {
  readonly #clock: LogClock;
  #rest: Buffer = Buffer.alloc(0);

  constructor(clock: LogClock) {
    this.#clock = clock;
  }

  /** The entries that a chunk completes. */
  write(chunk: Buffer): Buffer {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const ends: number[] = [];
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline, end + 1)) ends.push(end);
    const parts = Math.ceil(data.length / partBytes);
    const out = Buffer.allocUnsafe(data.length + (ends.length + parts) * (textOffset + 1));
    let length = 0;
    let start = 0;
    for (const end of [...ends, data.length]) {
      for (; end - start > partBytes; start += partBytes) {
        length = this.#entry(out, length, 'P', data.subarray(start, start + partBytes));
      }
      if (end === data.length) break;
      length = this.#entry(out, length, 'F', data.subarray(start, end));
      start = end + 1;
    }
    this.#rest = Buffer.from(data.subarray(start));
    return out.subarray(0, length);
  }

  /** The last line, when it has no newline. */
  end(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    const out = Buffer.allocUnsafe(rest.length + textOffset + 1);
    return rest.length === 0 ? rest : out.subarray(0, this.#entry(out, 0, 'P', rest));
  }

  #entry(out: Buffer, at: number, tag: 'F' | 'P', text: Buffer): number {
    let length = at + out.write(`${this.#clock.next()} ${tag} `, at, 'latin1');
    length += text.copy(out, length);
    out[length] = newline;
    return length + 1;
  }
}

/** How a log is shown. */
export interface LogView {
  timestamps: boolean;
  /** Entries of earlier seconds are left out: RFC 3339 to the second, UTC, without a zone (`2026-11-23T05:00:00`). */
  sinceSecond?: string;
  /** The answer is cut after so many bytes. */
  limitBytes?: number;
}

/** Turns stored entries into what the log endpoint sends, across the borders of its chunks. */
export class EntryReader {
  readonly #view: LogView;
  #rest: Buffer = Buffer.alloc(0);
  #isContinued = false;
  #left: number;

  constructor(view: LogView) {
    this.#view = view;
    this.#left = view.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** True when limitBytes is used up. */
  get isFull(): boolean {
    return this.#left === 0;
  }

  /** What to send for a chunk of the file. */
  read(chunk: Buffer): Buffer {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const out = Buffer.allocUnsafe(data.length);
    let length = 0;
    let start = 0;
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline, start)) {
      length = this.#show(data, start, end, out, length);
      start = end + 1;
    }
    this.#rest = Buffer.from(data.subarray(start));
    const shown = out.subarray(0, Math.min(length, this.#left));
    this.#left -= shown.length;
    return shown;
  }

  #show(data: Buffer, start: number, end: number, out: Buffer, at: number): number {
    const { sinceSecond, timestamps } = this.#view;
    if (sinceSecond !== undefined && data.toString('latin1', start, start + sinceSecond.length) < sinceSecond)
      return at;
    const isFull = data[start + timeLength + 1] === tagFull;
    let length = at;
    if (timestamps && !this.#isContinued) length += data.copy(out, length, start, start + timeLength + 1);
    length += data.copy(out, length, start + textOffset, isFull ? end + 1 : end);
    this.#isContinued = !isFull;
    return length;
  }
}
