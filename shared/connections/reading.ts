import type { Connection } from '../connection.ts';
import type { Problem } from '../errors.ts';

/** A connection that somebody wrote, or all that is wrong with it; no problem repeats a value. */
export type ConnectionReading = { ok: true; connection: Connection } | { ok: false; problems: Problem[] };

/** mistake is a reading with one problem. */
export function mistake(message: string, path = ''): ConnectionReading {
  return { ok: false, problems: [{ path, message }] };
}
