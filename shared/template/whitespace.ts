/** What Python's `\s` and str.isspace() take for white space, to stand in a character class. JavaScript's `\s` differs. */
export const spaceClass =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** One white-space character. */
export const spacePattern = new RegExp(`[${spaceClass}]`);

/** trimEnd removes white space at the end, in time that grows with what is removed. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && spacePattern.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** trimStart removes white space at the start. */
export function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && spacePattern.test(text.charAt(start))) start++;
  return text.slice(start);
}
