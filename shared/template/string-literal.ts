import { Fault } from './template-error.ts';

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Digits after `\x`, `\u` and `\U`. */
const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/**
 * decodeLiteral replaces the escapes of a string literal's inside as Python's unicode-escape codec does after Jinja has made the
 * text ASCII; an escape that does not exist stays as it is. Throws a syntax Fault for a broken one.
 */
export function decodeLiteral(inside: string, at: number): string {
  return inside.includes('\\')
    ? inside.replace(/\\([0-7]{1,3}|[\s\S])([0-9a-fA-F]{0,8})/gu, (_, mark: string, hex: string) =>
        decodeEscape(mark, hex, at),
      )
    : inside;
}

function decodeEscape(mark: string, following: string, at: number): string {
  const simple = simpleEscapes.get(mark);
  if (simple !== undefined) return simple + following;
  if (/^[0-7]/.test(mark)) return String.fromCodePoint(Number.parseInt(mark, 8)) + following;
  const count = hexDigits.get(mark);
  if (count !== undefined) {
    const code = Number.parseInt(following.slice(0, count), 16);
    if (following.length < count || code > 0x10ffff) {
      throw new Fault('syntax', `\\${mark} in a string needs ${count} hexadecimal digits`, at);
    }
    return String.fromCodePoint(code) + following.slice(count);
  }
  if (mark === 'N')
    throw new Fault('syntax', '\\N{...} in a string is not supported: write the character', at);
  const code = mark.codePointAt(0) ?? 0;
  return (code > 127 ? asciiForm(code) : `\\${mark}`) + following;
}

/** What is left of `\é`: Jinja turns it into `\\xe9` first. */
function asciiForm(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16)}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}
