import { TaskpodError } from '../../../shared/errors.ts';
import { type Cursor, cursorAfter, startOfLog } from '../../../shared/log-cursor.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import { type Clock, isoTime } from '../../../shared/time.ts';
import { SegmentBuffer } from './segment-buffer.ts';
import { type LogFacts, type LogNames, logContentType, logMetadata, type StoredLog } from './stored-log.ts';

/** A segment ends here at the latest, if need be within a line. */
const defaultSegmentBytes = 4 * 1_024 * 1_024;
/** A segment's age at its end: a tenth of the log's age, within these bounds; so a person sees the first lines soon. */
const youngestSegmentMs = 2_000;
const oldestSegmentMs = 30_000;

/** What a SegmentWriter works with. */
export interface SegmentWriterOptions {
  names: LogNames;
  /** What is there already; writing goes on after it. */
  stored: Pick<StoredLog, 'segments' | 'last'>;
  store: Pick<ObjectStore, 'create'>;
  clock: Clock;
  signal: AbortSignal;
  /** Told of the first failed write, at once; after it every method throws that error. */
  onFailure: (error: unknown) => void;
  /** Default 4 MiB; at most two of this size are in memory. */
  segmentBytes?: number | undefined;
}

/**
 * Cuts a log into segments and writes them one after another, while the next one fills: segment n+1 is created only
 * after n, so the last one is enough to resume. Throws what the store throws, and `lease_lost` when another Turn has
 * written the segment.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #segmentBytes: number;
  #segments: number;
  #gaps: number;
  #beganAt: string | undefined;
  #buffer = new SegmentBuffer();
  /** A busy log fills two buffers by turns: new ones would be garbage faster than it is collected. */
  #spare: SegmentBuffer | undefined;
  /** Belongs to the byte at #baseOffset: the segment's start, or the end of a marker, which is no line of the container. */
  #base: Cursor;
  #baseOffset = 0;
  #isDue = false;
  #timer: AbortController | undefined;
  #writing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(options: SegmentWriterOptions) {
    const { segments, last } = options.stored;
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
    this.#segments = segments;
    this.#gaps = last?.gaps ?? 0;
    this.#beganAt = last?.began_at;
    this.#base = last?.cursor ?? startOfLog;
  }

  /** Bytes of the log so far. */
  get bytes(): number {
    return this.#base.bytes + this.#buffer.length - this.#baseOffset;
  }

  /** Where the whole lines received so far end. */
  cursor(): Cursor {
    return cursorAfter(this.#base, this.#buffer.view(this.#baseOffset, this.#buffer.wholeLength));
  }

  /** Takes bytes (a copy); waits while one segment is being written and the next one is full. */
  async append(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      while (this.#writing !== undefined && this.#buffer.length >= this.#segmentBytes) await this.#writing;
      this.#throwFailure();
      this.#cutIfDue();
      const part = rest.subarray(0, this.#segmentBytes - this.#buffer.length);
      this.#add(part);
      rest = rest.subarray(part.length);
    }
    this.#cutIfDue();
  }

  /** Writes a line of ours into the log, where lines of the container are missing, and counts the gap. */
  mark(reason: string): void {
    this.#base = cursorAfter(this.#base, this.#buffer.view(this.#baseOffset, this.#buffer.length));
    const timestamp = this.#base.timestamp || isoTime(this.#options.clock.now()).replace('Z', '000000Z');
    const line = Buffer.from(`${this.#base.midLine ? '\n' : ''}${timestamp} [taskpod] ${reason}\n`);
    this.#add(line);
    this.#base = { ...this.#base, midLine: false, bytes: this.#base.bytes + line.length };
    this.#baseOffset = this.#buffer.length;
    this.#gaps++;
  }

  /** A copy of the unfinished last line. */
  unfinished(): Buffer {
    return Buffer.from(this.#buffer.view(this.#buffer.wholeLength, this.#buffer.length));
  }

  /** Drops the unfinished last line, because it will be read again from the cursor, and returns it. */
  rewind(): Buffer {
    return this.#buffer.dropUnfinished();
  }

  /** Writes all whole lines, so that the next Turn goes on after them. */
  async flush(): Promise<void> {
    await this.#settle();
    if (this.#buffer.wholeLength > 0) this.#cut(this.#buffer.wholeLength);
    await this.#settle();
    this.#timer?.abort();
  }

  /** At the log's end: writes the last segment; a log that never had a segment comes back as `rest` instead. */
  async finish(): Promise<{ segments: number; rest: Buffer; facts: LogFacts }> {
    await this.#settle();
    if (this.#segments > 0 && this.#buffer.length > 0) this.#cut(this.#buffer.length);
    await this.#settle();
    this.#timer?.abort();
    const rest = this.#buffer.view(0, this.#buffer.length);
    const cursor = cursorAfter(this.#base, rest.subarray(this.#baseOffset));
    return { segments: this.#segments, rest, facts: this.#facts(cursor) };
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#buffer.length === 0) this.#startTimer();
    this.#buffer.append(bytes);
  }

  #startTimer(): void {
    const { clock, signal } = this.#options;
    this.#beganAt ??= isoTime(clock.now());
    const tenth = (clock.now() - Date.parse(this.#beganAt)) / 10;
    const ageMs = Math.min(Math.max(tenth, youngestSegmentMs), oldestSegmentMs);
    this.#timer?.abort();
    this.#timer = new AbortController();
    clock.sleep(ageMs, AbortSignal.any([signal, this.#timer.signal])).then(
      () => {
        this.#isDue = true;
        this.#cutIfDue();
      },
      // The only failure of a sleep is that it is no longer wanted.
      () => undefined,
    );
  }

  #cutIfDue(): void {
    if (this.#writing !== undefined || this.#failure) return;
    const isFull = this.#buffer.length >= this.#segmentBytes;
    if (!isFull && !this.#isDue) return;
    const length = this.#buffer.wholeLength || (isFull ? this.#buffer.length : 0);
    if (length > 0) this.#cut(length);
  }

  #cut(length: number): void {
    const buffer = this.#buffer;
    const isBusy = buffer.length >= this.#segmentBytes;
    this.#base = cursorAfter(this.#base, buffer.view(this.#baseOffset, length));
    this.#baseOffset = 0;
    this.#isDue = false;
    this.#timer?.abort();
    this.#buffer = isBusy ? (this.#spare ?? new SegmentBuffer(this.#segmentBytes)) : new SegmentBuffer();
    this.#spare = undefined;
    this.#add(buffer.view(length, buffer.length));
    this.#segments++;
    const facts = this.#facts(this.#base);
    this.#writing = this.#write(this.#segments, buffer.view(0, length), facts).then(() => {
      this.#writing = undefined;
      buffer.clear();
      if (isBusy) this.#spare = buffer;
      this.#cutIfDue();
    });
  }

  async #write(number: number, body: Buffer, facts: LogFacts): Promise<void> {
    const { names, store, signal, onFailure } = this.#options;
    const name = names.segment(number);
    try {
      const metadata = logMetadata(facts);
      const { created } = await store.create(name, body, { contentType: logContentType, metadata, signal });
      if (!created) throw new TaskpodError('lease_lost', `another Turn has written ${name}`);
    } catch (error) {
      this.#failure = { error };
      onFailure(error);
    }
  }

  #facts(cursor: Cursor): LogFacts {
    const beganAt = this.#beganAt ?? isoTime(this.#options.clock.now());
    return { version: 1, began_at: beganAt, gaps: this.#gaps, cursor };
  }

  /** Waits until nothing is being written; throws the failure, if there was one. */
  async #settle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
