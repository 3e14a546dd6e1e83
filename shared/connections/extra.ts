import type { Connection } from '../connection.ts';

type Extra = Connection['extra'];

/** An `extra`, or what is wrong with it, as the end of a sentence. */
export type ExtraReading = { ok: true; extra: Extra } | { ok: false; message: string };

/**
 * readExtra reads the text of an `extra`: a JSON object, or nothing. A number that would come out as
 * another, as it has too many digits, is a mistake.
 */
export function readExtra(text: string): ExtraReading {
  if (text === '') return { ok: true, extra: {} };
  let data: unknown;
  try {
    data = parseExactly(text);
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: error.message };
    return { ok: false, message: 'is not JSON: write a JSON object' };
  }
  return isExtra(data) ? { ok: true, extra: data } : { ok: false, message: 'is not a JSON object' };
}

/** isExtra tells whether data is an `extra`: an object. */
export function isExtra(data: unknown): data is Extra {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** readExtraValue reads one value of a URI's query, as Airflow 3 does: JSON where it is JSON, else the text. */
export function readExtraValue(text: string): unknown {
  if (text === '') return '';
  try {
    return parseExactly(text);
  } catch {
    return text;
  }
}

/** Throws SyntaxError, and RangeError for a number that would be another. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    if (!Number.isFinite(value) || /^-?\d+$/.test(context?.source ?? ''))
      throw new RangeError('holds a number with too many digits: write it as a text');
    return value;
  });
}
