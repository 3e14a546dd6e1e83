import { isSpace, spaceClass, trimEnd, trimStart } from './whitespace.ts';

const spaceRun = new RegExp(`[${spaceClass}]+`, 'g');
/** Every line end that Python's str.splitlines() knows. */
const lineEnd = new RegExp(`\\r\\n|[\\n-\\r${'\\x1c-\\x1e'}\\x85\\u2028\\u2029]`, 'g');

/** splitText is Python's split(): at a separator, or at runs of white space; at most so many times, -1 for always. */
export function splitText(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === undefined) return splitSpaces(text, limit);
  const parts: string[] = [];
  let start = 0;
  while (limit < 0 || parts.length < limit) {
    const at = text.indexOf(separator, start);
    if (at < 0) break;
    parts.push(text.slice(start, at));
    start = at + separator.length;
  }
  return [...parts, text.slice(start)];
}

/** splitTextFromEnd is Python's rsplit(). */
export function splitTextFromEnd(text: string, separator: string | undefined, limit: number): string[] {
  if (limit < 0) return splitText(text, separator, -1);
  const parts: string[] = [];
  let rest = separator === undefined ? trimEnd(text) : text;
  while (parts.length < limit) {
    const at = separator === undefined ? lastSpace(rest) : rest.lastIndexOf(separator);
    if (at < 0) break;
    parts.unshift(rest.slice(at + (separator?.length ?? 1)));
    rest = separator === undefined ? trimEnd(rest.slice(0, at)) : rest.slice(0, at);
  }
  return separator === undefined && rest === '' ? parts : [rest, ...parts];
}

/** splitLines splits at every line end that Python knows; `keepsEnds` leaves them on. */
export function splitLines(text: string, keepsEnds = false): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(lineEnd)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, keepsEnds ? end : match.index));
    start = end;
  }
  return start < text.length ? [...lines, text.slice(start)] : lines;
}

/** strip removes characters of a set from the ends; white space when there is none. */
export function strip(text: string, chars: string | undefined, sides: 'both' | 'left' | 'right'): string {
  if (chars === undefined) {
    const left = sides === 'right' ? text : trimStart(text);
    return sides === 'left' ? left : trimEnd(left);
  }
  const set = new Set(chars);
  const all = Array.from(text);
  let start = 0;
  let end = all.length;
  if (sides !== 'right') while (start < end && set.has(all[start] ?? '')) start++;
  if (sides !== 'left') while (end > start && set.has(all[end - 1] ?? '')) end--;
  return all.slice(start, end).join('');
}

function splitSpaces(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = trimStart(text);
  if (limit < 0) return trimEnd(rest) === '' ? [] : trimEnd(rest).split(spaceRun);
  while (rest !== '' && parts.length < limit) {
    spaceRun.lastIndex = 0;
    const gap = spaceRun.exec(rest);
    if (gap === null) break;
    parts.push(rest.slice(0, gap.index));
    rest = rest.slice(gap.index + gap[0].length);
  }
  return rest === '' ? parts : [...parts, rest];
}

function lastSpace(text: string): number {
  for (let at = text.length - 1; at >= 0; at--) {
    if (isSpace(text.charCodeAt(at))) return at;
  }
  return -1;
}
