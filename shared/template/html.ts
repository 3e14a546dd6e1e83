import { splitText } from './text-split.ts';

/** escapeHtml replaces what HTML gives a meaning, with MarkupSafe's entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, char => entities.get(char) ?? char);
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&#39;'],
  ['"', '&#34;'],
]);

const namedEntities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\xa0'],
]);

/** unescapeHtml replaces numeric entities and the six common named ones; others stay. */
function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));?/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return whole.endsWith(';') ? (namedEntities.get(name) ?? whole) : whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

/** stripTags removes comments and tags, makes runs of white space one blank, and replaces entities; what is not closed stays. */
export function stripTags(html: string): string {
  const parts: string[] = [];
  let at = 0;
  for (let start = html.indexOf('<'); start >= 0; start = html.indexOf('<', at)) {
    const isComment = html.startsWith('<!--', start);
    const end = isComment ? html.indexOf('-->', start + 4) : html.indexOf('>', start);
    if (end < 0) break;
    parts.push(html.slice(at, start));
    at = end + (isComment ? 3 : 1);
  }
  const text = parts.join('') + html.slice(at);
  return unescapeHtml(splitText(text, undefined, -1).join(' '));
}
