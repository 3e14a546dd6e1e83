import { formatLogLine, type LogLine } from './log-lines.ts';
import { safeLine } from './render.ts';
import type { Look, Sink } from './sink.ts';

/** How log lines are shown. */
export interface LogLook {
  json: boolean;
  timestamps: boolean;
  /** Say which container a line is from. */
  prefixed: boolean;
}

/** Lines of one container. */
export interface LinesOf {
  tryNumber: number;
  container: string;
  lines: readonly LogLine[];
}

const prefixLooks: Look[] = ['cyan', 'yellow', 'green', 'red'];

/** renderLog makes what is written for lines of a log: JSON lines, text for a terminal, or the container's own bytes. */
export function renderLog(item: LinesOf, look: LogLook, sink: Sink): string | Buffer {
  const { container, tryNumber, lines } = item;
  if (look.json) {
    const texts = lines.map(line => {
      const timestamp = line.timestamp ?? null;
      const text = line.text.toString('utf8');
      return JSON.stringify({ type: 'log', try_number: tryNumber, container, timestamp, text });
    });
    return texts.map(text => `${text}\n`).join('');
  }
  const name = look.prefixed ? `[${container}] ` : '';
  if (!sink.terminal) {
    return Buffer.concat(
      lines.map(line => formatLogLine(line, { timestamps: look.timestamps, prefix: name })),
    );
  }
  const sum = [...container].reduce((total, char) => total + char.charCodeAt(0), 0);
  const prefix = name === '' ? '' : sink.style(prefixLooks[sum % prefixLooks.length] ?? 'cyan', name);
  const texts = lines.map(({ timestamp, text }) => {
    const time = look.timestamps && timestamp !== undefined ? sink.style('dim', `${timestamp} `) : '';
    return `${prefix}${time}${safeLine(sink, text.toString('utf8'))}\n`;
  });
  return texts.join('');
}
