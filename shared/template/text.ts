/** Half of a pair: a character that JavaScript counts as two. */
const surrogate = /[\ud800-\udfff]/;

/** charsOf splits a text into characters as Python counts them. */
export function charsOf(text: string): Iterable<string> {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

/** textLength counts characters as Python does. */
export function textLength(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

/** charAt is the character at an offset within the text. */
export function charAt(text: string, offset: number): string {
  return surrogate.test(text) ? (Array.from(text)[offset] ?? '') : text.charAt(offset);
}

/** textSlice is text[start:end] in characters; both offsets lie within the text. */
export function textSlice(text: string, start: number, end: number): string {
  return surrogate.test(text) ? Array.from(text).slice(start, end).join('') : text.slice(start, end);
}

/** charOffset turns an offset of JavaScript's into one of Python's. */
export function charOffset(text: string, offset: number): number {
  return offset <= 0 ? offset : textLength(text.slice(0, offset));
}
