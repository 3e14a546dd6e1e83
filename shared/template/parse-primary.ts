import type { ArgNodes, Expr } from './ast.ts';
import { Fault } from './template-error.ts';
import type { TokenStream } from './token-stream.ts';

/** How the parts of an expression come back to the whole; handed in, so that the files do not need each other. */
export type ParseExpression = (stream: TokenStream, withCondition?: boolean) => Expr;
type ParseTuple = (stream: TokenStream, options: { isParenthesised: boolean }) => Expr;

const constants: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** parsePrimary reads a literal, a name or something in brackets. */
export function parsePrimary(stream: TokenStream, parse: ParseExpression, parseTuple: ParseTuple): Expr {
  const token = stream.current;
  const { at } = token;
  switch (token.type) {
    case 'name': {
      stream.next();
      const constant = constants.get(token.text);
      return constant === undefined
        ? { type: 'name', name: token.text, at }
        : { type: 'const', value: constant, at };
    }
    case 'string':
      return parseStrings(stream);
    case 'integer':
    case 'float':
      stream.next();
      return { type: 'const', value: token.value, at };
    case 'operator':
      if (token.text === '(') {
        stream.next();
        const inside = parseTuple(stream, { isParenthesised: true });
        stream.expectOperator(')');
        return inside;
      }
      if (token.text === '[') {
        return { type: 'list', at, items: parseItems(stream, '[', ']', () => parse(stream)) };
      }
      if (token.text === '{') {
        return { type: 'dict', at, pairs: parseItems(stream, '{', '}', () => parsePair(stream, parse)) };
      }
  }
  return stream.fail('expected an expression');
}

/** Strings that follow each other are one. */
function parseStrings(stream: TokenStream): Expr {
  const { at } = stream.current;
  const parts: string[] = [];
  for (let token = stream.current; token.type === 'string'; token = stream.current) {
    parts.push(token.text);
    stream.next();
  }
  return { type: 'const', value: parts.join(''), at };
}

function parseItems<T>(stream: TokenStream, open: string, close: string, item: () => T): T[] {
  stream.expectOperator(open);
  const items: T[] = [];
  while (!stream.isOperator(close)) {
    if (items.length > 0) stream.expectOperator(',');
    if (stream.isOperator(close)) break;
    items.push(item());
  }
  stream.next();
  return items;
}

function parsePair(stream: TokenStream, parse: ParseExpression): [Expr, Expr] {
  const key = parse(stream);
  stream.expectOperator(':');
  return [key, parse(stream)];
}

/** parseSubscript reads `.name`, `.0` or `[...]` behind a value. */
export function parseSubscript(stream: TokenStream, object: Expr, parse: ParseExpression): Expr {
  const isDot = stream.isOperator('.');
  stream.next();
  const token = stream.current;
  if (isDot && token.type === 'name') {
    stream.next();
    return { type: 'attr', object, name: token.text, at: token.at };
  }
  if (isDot) {
    if (token.type !== 'integer') stream.fail('expected a name or a number behind the dot');
    stream.next();
    return { type: 'item', object, at: token.at, key: { type: 'const', value: token.value, at: token.at } };
  }
  const keys: Expr[] = [];
  while (!stream.isOperator(']')) {
    if (keys.length > 0) stream.expectOperator(',');
    keys.push(parseSlice(stream, parse));
  }
  stream.next();
  const [first] = keys;
  const key: Expr =
    first !== undefined && keys.length === 1 ? first : { type: 'tuple', items: keys, at: token.at };
  return { type: 'item', object, key, at: token.at };
}

function parseSlice(stream: TokenStream, parse: ParseExpression): Expr {
  const { at } = stream.current;
  const part = (): Expr | undefined =>
    stream.isOperator(':') || stream.isOperator(']') || stream.isOperator(',') ? undefined : parse(stream);
  const start = part();
  if (!stream.skipOperator(':')) return start ?? stream.fail('expected an expression');
  const stop = part();
  const step = stream.skipOperator(':') ? part() : undefined;
  return { type: 'slice', start, stop, step, at };
}

/** parseArgs reads `(a, b, name=c, *more, **others)`. */
export function parseArgs(stream: TokenStream, parse: ParseExpression): ArgNodes {
  stream.expectOperator('(');
  const positional: Expr[] = [];
  const named: [string, Expr][] = [];
  let star: Expr | undefined;
  let doubleStar: Expr | undefined;
  const ensure = (isRight: boolean): void => {
    if (!isRight) stream.fail('arguments are in the wrong order');
  };
  for (let count = 0; !stream.isOperator(')'); count++) {
    if (count > 0) stream.expectOperator(',');
    if (stream.isOperator(')')) break;
    if (stream.skipOperator('*')) {
      ensure(star === undefined && doubleStar === undefined);
      star = parse(stream);
    } else if (stream.skipOperator('**')) {
      ensure(doubleStar === undefined);
      doubleStar = parse(stream);
    } else if (stream.current.type === 'name' && stream.isOperator('=', 1)) {
      ensure(doubleStar === undefined);
      const { text, at } = stream.expectName();
      if (named.some(([name]) => name === text)) {
        throw new Fault('syntax', `the argument ${text} is given twice`, at);
      }
      stream.next();
      named.push([text, parse(stream)]);
    } else {
      ensure(star === undefined && doubleStar === undefined && named.length === 0);
      positional.push(parse(stream));
    }
  }
  stream.next();
  return { positional, named, star, doubleStar };
}
