import type { ObjectStore } from '../shared/ports/store.ts';
import type { ContainerLog } from '../shared/run-state.ts';
import { LineSplitter, type LogLine, parseLogLine } from './log-lines.ts';

/**
 * How far one container's log has been shown. The composed log is its segments one after another, so a number of
 * bytes is a place in both, and nothing is shown twice or left out when one takes the other's place.
 */
export class LogCursor {
  readonly #store: ObjectStore;
  readonly #lines = new LineSplitter();
  #segments = 0;
  #bytes = 0;
  #done = false;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** True once the whole log has been shown. */
  get done(): boolean {
    return this.#done;
  }

  /** The lines that this state of the log adds, in pieces of some size; reads no more than it must. */
  async *advance(log: ContainerLog, signal: AbortSignal): AsyncGenerator<LogLine[]> {
    if (this.#done) return;
    if (log.composed !== undefined) {
      if (log.composed.sizeBytes > this.#bytes) yield* this.#rest(log.composed.name, signal);
      this.#done = true;
      yield this.#lines.flush().map(parseLogLine);
      return;
    }
    for (const { name } of log.segments.slice(this.#segments)) {
      const segment = await this.#store.read(name, signal);
      // Gone between listing and reading: the composed log is there now, and the next look finds it.
      if (segment === undefined) return;
      this.#segments += 1;
      this.#bytes += segment.body.length;
      yield this.#lines.push(segment.body).map(parseLogLine);
    }
  }

  /** The last line of a log that will not be composed any more. */
  end(): LogLine[] {
    this.#done = true;
    return this.#lines.flush().map(parseLogLine);
  }

  async *#rest(object: string, signal: AbortSignal): AsyncGenerator<LogLine[]> {
    let skip = this.#bytes;
    for await (const chunk of (await this.#store.readStream(object, signal)) ?? []) {
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      this.#bytes += fresh.length;
      if (fresh.length > 0) yield this.#lines.push(fresh).map(parseLogLine);
    }
  }
}
