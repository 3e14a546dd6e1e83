import { decodeLiteral } from './string-literal.ts';
import { Fault } from './template-error.ts';
import { spaceClass, trimEnd } from './whitespace.ts';

/** One piece of a template. `at` is its offset in the normalised text. */
export type Token =
  | { type: 'data' | 'name' | 'string'; text: string; at: number }
  | { type: 'operator'; text: string; at: number }
  | { type: 'integer'; value: bigint; at: number }
  | { type: 'float'; value: number; at: number }
  | { type: 'variable_begin' | 'variable_end' | 'block_begin' | 'block_end' | 'eof'; at: number };

const space = `[${spaceClass}]`;
const startPattern = new RegExp(
  `\\{%([-+]?)${space}*raw${space}*(-%\\}${space}*|%\\})|\\{([{%#])([-+]?)`,
  'g',
);
const commentEnd = new RegExp(`\\+#\\}|-#\\}${space}*|#\\}`, 'g');
const rawEnd = new RegExp(`\\{%([-+]?)${space}*endraw${space}*(?:\\+%\\}|-%\\}${space}*|%\\})`, 'g');
const blockEnd = new RegExp(`(?:\\+%\\}|-%\\}${space}*|%\\})`, 'y');
const variableEnd = new RegExp(`-\\}\\}${space}*|\\}\\}`, 'y');
const spaces = new RegExp(`${space}+`, 'y');
const floatPattern = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const integerPattern = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const namePattern = /[\p{ID_Continue}]+/uy;
const nameStart = /^[\p{ID_Start}_]/u;
const stringPattern = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const operatorPattern = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const closers: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** Most tokens of a template. */
const maxTokens = 20_000;

/** Python refuses to read more digits at once. */
const maxNumberLength = 4_300;

/** normaliseNewlines makes \r\n and \r line feeds and drops the last one, as Jinja does; offsets of tokens count in this text. */
export function normaliseNewlines(source: string): string {
  const text = source.replace(/\r\n?/g, '\n');
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** tokenize splits a normalised template into tokens, the last of them `eof`. Throws a syntax Fault. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const data = (start: number, end: number, sign: string | undefined): void => {
    const text = source.slice(start, end);
    const kept = sign === '-' ? trimEnd(text) : text;
    if (kept !== '') tokens.push({ type: 'data', text: kept, at: start });
  };
  for (;;) {
    const start = matchFrom(startPattern, source, at);
    if (start === undefined) {
      data(at, source.length, undefined);
      tokens.push({ type: 'eof', at: source.length });
      return tokens;
    }
    const [whole, rawSign, rawClose, opener, sign] = start;
    data(at, start.index, rawSign ?? sign);
    at = start.index + whole.length;
    if (rawClose !== undefined) {
      const end = matchFrom(rawEnd, source, at);
      if (end === undefined) throw new Fault('syntax', 'raw is not closed: add {% endraw %}', start.index);
      data(at, end.index, end[1]);
      at = end.index + end[0].length;
    } else if (opener === '#') {
      const end = matchFrom(commentEnd, source, at);
      if (end === undefined) throw new Fault('syntax', 'the comment is not closed: add #}', start.index);
      at = end.index + end[0].length;
    } else {
      at = tokenizeTag(source, at, start.index, opener === '{', tokens);
    }
  }
}

/** Reads from behind `{{` or `{%` and gives the offset behind its end. */
function tokenizeTag(
  source: string,
  start: number,
  opened: number,
  isVariable: boolean,
  tokens: Token[],
): number {
  const end = isVariable ? variableEnd : blockEnd;
  const open: string[] = [];
  tokens.push({ type: isVariable ? 'variable_begin' : 'block_begin', at: opened });
  let at = start;
  while (at < source.length) {
    if (open.length === 0) {
      const closing = stickyMatch(end, source, at);
      if (closing !== undefined) {
        tokens.push({ type: isVariable ? 'variable_end' : 'block_end', at });
        return at + closing.length;
      }
    }
    const blank = stickyMatch(spaces, source, at);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    at += readToken(source, at, open, tokens);
    if (tokens.length > maxTokens) throw new Fault('limit', `has more than ${maxTokens} parts`, at);
  }
  throw new Fault('syntax', `the tag is not closed: add ${isVariable ? '}}' : '%}'}`, opened);
}

/** Reads one token and gives its length. */
function readToken(source: string, at: number, open: string[], tokens: Token[]): number {
  const float = stickyMatch(floatPattern, source, at);
  if (float !== undefined) {
    tokens.push({ type: 'float', value: Number(float.replaceAll('_', '')), at });
    return float.length;
  }
  const integer = stickyMatch(integerPattern, source, at);
  if (integer !== undefined) {
    if (integer.length > maxNumberLength) throw new Fault('syntax', 'the number has too many digits', at);
    tokens.push({ type: 'integer', value: BigInt(integer.replaceAll('_', '')), at });
    return integer.length;
  }
  const name = stickyMatch(namePattern, source, at);
  if (name !== undefined) {
    if (!nameStart.test(name)) throw new Fault('syntax', 'a name starts with a letter or _', at);
    tokens.push({ type: 'name', text: name, at });
    return name.length;
  }
  const string = stickyMatch(stringPattern, source, at);
  if (string !== undefined) {
    tokens.push({ type: 'string', text: decodeLiteral(string.slice(1, -1), at), at });
    return string.length;
  }
  const operator = stickyMatch(operatorPattern, source, at);
  if (operator === undefined) throw new Fault('syntax', unexpected(source, at), at);
  balance(operator, open, at);
  tokens.push({ type: 'operator', text: operator, at });
  return operator.length;
}

function unexpected(source: string, at: number): string {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  return char === '"' || char === "'"
    ? 'the string is not closed'
    : `unexpected character ${JSON.stringify(char)}`;
}

function balance(operator: string, open: string[], at: number): void {
  const closer = closers.get(operator);
  if (closer !== undefined) open.push(closer);
  else if (operator === ')' || operator === ']' || operator === '}') {
    const expected = open.pop();
    if (expected !== operator) {
      const hint = expected === undefined ? 'nothing is open' : `expected ${expected}`;
      throw new Fault('syntax', `unexpected ${operator}: ${hint}`, at);
    }
  }
}

function stickyMatch(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function matchFrom(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}
