import type { Sink } from './sink.ts';

/** The last line of a terminal, written again and again; does nothing where no person looks. */
export class LiveLine {
  readonly #sink: Sink;
  #shown = '';

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Replaces the line; `text` has no control characters. */
  async show(text: string): Promise<void> {
    if (!this.#sink.terminal) return;
    const cut = Array.from(text)
      .slice(0, this.#sink.columns() - 1)
      .join('');
    if (cut === this.#shown) return;
    this.#shown = cut;
    await this.#sink.write(`\r\x1b[2K${cut}`);
  }

  /** Takes the line away; to be called before anything else is written. */
  async clear(): Promise<void> {
    if (this.#shown === '') return;
    this.#shown = '';
    await this.#sink.write('\r\x1b[2K');
  }
}
