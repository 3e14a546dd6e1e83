import { attemptObjects } from '../../../shared/object-names.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import type { Attempt } from '../../../shared/run.ts';
import type { KeptLog } from './build-outcome.ts';

/** So many lines of so many characters are shown of a failure. */
const maxLines = 20;
const maxLineLength = 500;
/** Pieces that are read for them: a piece that was cut short by time may hold a single line. */
const maxPieces = 4;

/**
 * readLastLines gives the last lines of a container's kept log, without their time stamps; undefined when it has none. Reads
 * the last pieces, not the whole log.
 */
export async function readLastLines(
  attempt: Attempt,
  { container, log }: KeptLog,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<{ container: string; lines: string[] } | undefined> {
  const prefix = attemptObjects(attempt).segments(container);
  const pieces: string[] = [];
  for await (const { name } of store.list(prefix, { signal })) {
    if (/^\d{6,}\.log$/.test(name.slice(prefix.length))) pieces.push(name);
  }
  // A short log has no pieces.
  if (pieces.length === 0) pieces.push(log);
  let text = '';
  for (const name of pieces.slice(-maxPieces).reverse()) {
    text = ((await store.read(name, signal))?.body.toString('utf8') ?? '') + text;
    if (text.split('\n').length > maxLines) break;
  }
  const lines = text.replace(/\n$/, '').split('\n').slice(-maxLines).map(shown);
  return text === '' ? undefined : { container, lines };
}

function shown(line: string): string {
  const text = line.replace(/^\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d) ?/, '');
  return text.length <= maxLineLength ? text : `${text.slice(0, maxLineLength - 1).toWellFormed()}…`;
}
