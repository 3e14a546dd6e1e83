/** Colours and other looks ("select graphic rendition"): the only escape sequence that cannot move the cursor or talk to the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is about
const sgr = /(\x1b\[[0-9;:]*m)/;

/** Everything a terminal might obey, and the characters that turn the reading direction around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is about
const obeyed = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/**
 * neutralise makes one line of foreign text safe for a terminal: tabs and colours stay (and end with the line), every
 * other control character is shown instead of sent: `^[`, `\u009b`. A carriage return at the end is dropped.
 */
export function neutralise(line: string): string {
  // Split at a group: every second part is a colour.
  const parts = line.replace(/\r$/, '').split(sgr);
  const safe = parts.map((part, index) => (index % 2 === 1 ? part : part.replace(obeyed, visible))).join('');
  return parts.length === 1 ? safe : `${safe}\x1b[0m`;
}

/** plain is {@link neutralise} for text that has no business with colours: ids, reasons, sentences. */
export function plain(text: string): string {
  return text.replace(obeyed, visible);
}

function visible(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  if (code === 0x7f) return '^?';
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
