import type { Budget } from './budget.ts';
import { runtimeFault } from './template-error.ts';
import { charsOf } from './text.ts';
import { spaceClass } from './whitespace.ts';

/** How links are written; texts are escaped already, '' means not at all. */
export interface LinkStyle {
  /** Characters of a link that are shown. */
  limit: number | undefined;
  rel: string;
  target: string;
  /** More beginnings of links, such as `ftp:`. */
  schemes: readonly string[];
}

const gap = new RegExp(`([${spaceClass}]+)`);
const w = '\\p{L}\\p{N}_';
/** Jinja's own pattern for a web address. */
const webAddress = new RegExp(
  `^(?:(?:https?://|www\\.)(?:(?:[${w}%\\-]+\\.)+)?(?:[a-z]{2,63}|xn--[${w}%]{2,59})` +
    `|(?:[${w}%\\-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)` +
    `|https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\]))` +
    `(?::\\d{1,5})?(?:[/?#][^${spaceClass}]*)?$`,
  'iu',
);
const mailAddress = new RegExp(`^[^${spaceClass}]+@[${w}][${w}.\\-]*\\.[${w}]+$`, 'u');
const scheme = new RegExp(`^[${w}.+\\-]{2,}:/{0,2}$`, 'u');

/** Longest word that is looked at: the patterns' cost grows with the square of it. */
const longestAddress = 2_000;

/** urlize makes links of the web and mail addresses in a text that is HTML already, as Jinja's filter does. Throws a Fault. */
export function urlize(html: string, style: LinkStyle, budget: Budget): string {
  for (const prefix of style.schemes) {
    if (!scheme.test(prefix)) throw runtimeFault('urlize has an extra scheme that does not end in :');
  }
  const words = html.split(gap).map(word => {
    budget.spend(1 + (word.length >> 2));
    const linked = word.length > longestAddress ? word : linkWord(word, style);
    budget.text(linked.length);
    return linked;
  });
  return words.join('');
}

function linkWord(word: string, style: LinkStyle): string {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  let middle = word.slice(head.length);
  let tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? '';
  middle = middle.slice(0, middle.length - tail.length);
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
    ['&lt;', '&gt;'],
  ] as const) {
    const opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    for (let moved = Math.min(opened, count(tail, close)); moved > 0; moved--) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return head + link(middle, style) + tail;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function link(text: string, style: LinkStyle): string {
  const attributes = (style.rel && ` rel="${style.rel}"`) + (style.target && ` target="${style.target}"`);
  if (webAddress.test(text)) {
    const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
    return `<a href="${address}"${attributes}>${shorten(text, style.limit)}</a>`;
  }
  if (text.startsWith('mailto:') && mailAddress.test(text.slice(7))) {
    return `<a href="${text}">${text.slice(7)}</a>`;
  }
  if (text.includes('@') && !/^(?:www\.|@)/.test(text) && !text.includes(':') && mailAddress.test(text)) {
    return `<a href="mailto:${text}">${text}</a>`;
  }
  let result = text;
  for (const prefix of style.schemes) {
    if (result !== prefix && result.startsWith(prefix)) {
      result = `<a href="${result}"${attributes}>${result}</a>`;
    }
  }
  return result;
}

function shorten(text: string, limit: number | undefined): string {
  const chars = [...charsOf(text)];
  if (limit === undefined || chars.length <= limit) return text;
  return `${chars.slice(0, limit).join('')}...`;
}
