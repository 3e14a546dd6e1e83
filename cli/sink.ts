import { once } from 'node:events';
import { styleText } from 'node:util';

/** How text can look. */
export type Look = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow';

/** One of the two outputs of a command. */
export interface Sink {
  /** Resolves when the reader can take more; throws {@link ReaderGone} when there is no reader any more. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** True when a person reads it. */
  readonly terminal: boolean;
  /** Width of the terminal in characters. */
  columns(): number;
  /** Text in this look where the terminal and NO_COLOR allow it, else the text itself. */
  style(look: Look, text: string): string;
}

/** Thrown when the reader of an output has closed it (`taskpod logs ... | head`): not an error, but the end. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** streamSink writes to a stream of this process. */
export function streamSink(stream: NodeJS.WriteStream): Sink {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    write: async chunk => {
      if (gone) throw new ReaderGone();
      if (stream.write(chunk)) return;
      await once(stream, 'drain').catch(() => {
        throw new ReaderGone();
      });
    },
    terminal: stream.isTTY === true,
    columns: () => stream.columns || 80,
    style: (look, text) => styleText(look, text, { stream }),
  };
}
