import type { Budget } from './budget.ts';
import { runtimeFault } from './template-error.ts';
import { textLength, textSlice } from './text.ts';

/** How text is wrapped: the defaults of Python's textwrap, but white space stays as it is. */
export interface WrapShape {
  width: number;
  breaksLongWords: boolean;
  breaksOnHyphens: boolean;
}

const space = '\\t\\n\\x0b\\x0c\\r ';
const word = '[\\p{L}\\p{N}_!"\'&.,?]';
const letter = '(?:(?!\\d)[\\p{L}\\p{N}_])';
const notSpace = `[^${space}`;
/** Python's TextWrapper.wordsep_re: words, dashes, and hyphens behind which a line may break. */
const withHyphens = new RegExp(
  `([${space}]+|(?<=${word})-{2,}(?=[\\p{L}\\p{N}_])|${notSpace}]+?(?:-(?:(?<=${letter}{2}-)|(?<=${letter}-${letter}-))(?=${letter}-?${letter})|(?=[${space}]|$)|(?<=${word})(?=-{2,}[\\p{L}\\p{N}_])))`,
  'u',
);
const plain = new RegExp(`([${space}]+)`);

/** Longest word in which breaks at hyphens are looked for; a longer one is taken as it is. */
const maxHyphenated = 2_000;

/** wrapText breaks one line into lines of at most so many characters, as Python's textwrap.wrap does. Throws a Fault. */
export function wrapText(text: string, shape: WrapShape, budget: Budget): string[] {
  if (shape.width <= 0) throw runtimeFault('wordwrap needs a width above 0');
  budget.text(text.length);
  const chunks = chunksOf(text, shape.breaksOnHyphens, budget).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    budget.spend();
    if (isBlank(chunks.at(-1)) && lines.length > 0) chunks.pop();
    const line = takeLine(chunks, shape, budget);
    if (isBlank(line.at(-1))) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

function chunksOf(text: string, breaksOnHyphens: boolean, budget: Budget): string[] {
  const rough = text.split(plain).filter(chunk => chunk !== '');
  budget.elements(rough.length);
  if (!breaksOnHyphens) return rough;
  return rough.flatMap(chunk => {
    if (!chunk.includes('-') || chunk.length > maxHyphenated) return [chunk];
    budget.elements(chunk.length);
    return chunk.split(withHyphens).filter(part => part !== undefined && part !== '');
  });
}

function takeLine(chunks: string[], shape: WrapShape, budget: Budget): string[] {
  const line: string[] = [];
  let length = 0;
  for (let next = chunks.at(-1); next !== undefined; next = chunks.at(-1)) {
    budget.spend();
    const size = textLength(next);
    if (length + size > shape.width) break;
    line.push(next);
    length += size;
    chunks.pop();
  }
  const long = chunks.at(-1);
  if (long !== undefined && textLength(long) > shape.width) {
    chunks.pop();
    breakLong(long, shape, length, line, chunks);
  }
  return line;
}

/** Puts as much of a long word on the line as fits, or all of it where words are not broken. */
function breakLong(long: string, shape: WrapShape, length: number, line: string[], chunks: string[]): void {
  const left = shape.width - length;
  if (!shape.breaksLongWords) {
    if (line.length === 0) line.push(long);
    else chunks.push(long);
    return;
  }
  const hyphen =
    shape.breaksOnHyphens && textLength(long) > left ? textSlice(long, 0, left).lastIndexOf('-') : -1;
  const hasTextBefore = hyphen > 0 && /[^-]/.test(long.slice(0, hyphen));
  const head = hasTextBefore ? long.slice(0, hyphen + 1) : textSlice(long, 0, left);
  line.push(head);
  chunks.push(long.slice(head.length));
}

function isBlank(chunk: string | undefined): boolean {
  return chunk !== undefined && chunk.trim() === '';
}
