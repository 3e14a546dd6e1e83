import type { CompareOperator, Expr, MathOperator } from './ast.ts';
import { type ParseExpression, parseArgs, parsePrimary, parseSubscript } from './parse-primary.ts';
import type { TokenStream } from './token-stream.ts';

/** How tightly an operator binds; Jinja's own grammar, which differs from Python's: ~ binds between + and *, ** to the left. */
type Level = 'or' | 'and' | 'not' | 'compare' | 'sum' | 'concat' | 'product' | 'power';

const mathOperators: ReadonlyMap<Level, ReadonlyMap<string, MathOperator>> = new Map([
  [
    'sum',
    new Map<string, MathOperator>([
      ['+', '+'],
      ['-', '-'],
    ]),
  ],
  [
    'product',
    new Map<string, MathOperator>([
      ['*', '*'],
      ['/', '/'],
      ['//', '//'],
      ['%', '%'],
    ]),
  ],
  ['power', new Map<string, MathOperator>([['**', '**']])],
]);

const compareOperators: ReadonlyMap<string, CompareOperator> = new Map<string, CompareOperator>(
  (['==', '!=', '<', '<=', '>', '>='] as const).map(operator => [operator, operator]),
);

/** parseExpression reads one expression; without conditions it stops before `if`, as the head of a loop needs. */
export const parseExpression: ParseExpression = (stream, withCondition = true) =>
  stream.nested(() => (withCondition ? parseCondition(stream) : parseLevel(stream, 'or')));

/** parseTuple reads an expression, or several with commas between them, until a tag or bracket ends or `stop` says so. */
export function parseTuple(
  stream: TokenStream,
  options: { withCondition?: boolean; isParenthesised?: boolean; stop?: () => boolean } = {},
): Expr {
  const { withCondition = true, isParenthesised = false, stop = () => false } = options;
  const { at } = stream.current;
  const items: Expr[] = [];
  let isTuple = false;
  for (;;) {
    const { type } = stream.current;
    if (type === 'variable_end' || type === 'block_end' || stream.isOperator(')') || stop()) break;
    items.push(parseExpression(stream, withCondition));
    if (!stream.skipOperator(',')) break;
    isTuple = true;
  }
  const [only] = items;
  if (!isTuple && only !== undefined) return only;
  if (!isTuple && !isParenthesised) stream.fail('expected an expression');
  return { type: 'tuple', items, at };
}

function parseCondition(stream: TokenStream): Expr {
  let expr = parseLevel(stream, 'or');
  for (let length = 0; stream.isName('if'); length++) {
    const { at } = stream.next();
    stream.checkChain(length);
    const test = parseLevel(stream, 'or');
    const no = stream.skipName('else') ? stream.nested(() => parseCondition(stream)) : undefined;
    expr = { type: 'condition', test, yes: expr, no, at };
  }
  return expr;
}

function parseLevel(stream: TokenStream, level: Level): Expr {
  switch (level) {
    case 'or':
      return parseLogic(stream, 'or', 'and');
    case 'and':
      return parseLogic(stream, 'and', 'not');
    case 'not':
      if (!stream.isName('not')) return parseLevel(stream, 'compare');
      return {
        type: 'not',
        at: stream.next().at,
        operand: stream.nested(() => parseLevel(stream, 'not')),
      };
    case 'compare':
      return parseComparison(stream);
    case 'sum':
      return parseMath(stream, 'sum', 'concat');
    case 'concat':
      return parseConcat(stream);
    case 'product':
      return parseMath(stream, 'product', 'power');
    case 'power':
      return parseMath(stream, 'power', undefined);
  }
}

function parseLogic(stream: TokenStream, type: 'or' | 'and', tighter: Level): Expr {
  let left = parseLevel(stream, tighter);
  for (let length = 0; stream.isName(type); length++) {
    const { at } = stream.next();
    stream.checkChain(length);
    left = { type, left, right: parseLevel(stream, tighter), at };
  }
  return left;
}

function parseMath(stream: TokenStream, level: Level, tighter: Level | undefined): Expr {
  const operand = (): Expr =>
    tighter === undefined ? parseUnary(stream, true) : parseLevel(stream, tighter);
  let left = operand();
  for (let length = 0; ; length++) {
    const token = stream.current;
    const operator = token.type === 'operator' ? mathOperators.get(level)?.get(token.text) : undefined;
    if (operator === undefined) return left;
    stream.next();
    stream.checkChain(length);
    left = { type: 'binary', operator, left, right: operand(), at: token.at };
  }
}

function parseConcat(stream: TokenStream): Expr {
  const first = parseLevel(stream, 'product');
  if (!stream.isOperator('~')) return first;
  const { at } = stream.current;
  const parts = [first];
  while (stream.skipOperator('~')) parts.push(parseLevel(stream, 'product'));
  return { type: 'concat', parts, at };
}

function parseComparison(stream: TokenStream): Expr {
  const first = parseLevel(stream, 'sum');
  const { at } = stream.current;
  const rest: [CompareOperator, Expr][] = [];
  for (;;) {
    const operator = comparison(stream);
    if (operator === undefined) break;
    rest.push([operator, parseLevel(stream, 'sum')]);
  }
  return rest.length === 0 ? first : { type: 'compare', first, rest, at };
}

/** Takes a comparison's operator if one is there. */
function comparison(stream: TokenStream): CompareOperator | undefined {
  const token = stream.current;
  const operator = token.type === 'operator' ? compareOperators.get(token.text) : undefined;
  if (operator !== undefined) {
    stream.next();
    return operator;
  }
  if (stream.skipName('in')) return 'in';
  if (!stream.isName('not') || !stream.isName('in', 1)) return undefined;
  stream.next();
  stream.next();
  return 'not in';
}

function parseUnary(stream: TokenStream, withFilter: boolean): Expr {
  const isNegative = stream.isOperator('-');
  let expr: Expr;
  if (isNegative || stream.isOperator('+')) {
    const { at } = stream.next();
    const operand = stream.nested(() => parseUnary(stream, false));
    expr = { type: 'sign', isNegative, operand, at };
  } else {
    expr = parsePrimary(stream, parseExpression, parseTuple);
  }
  expr = parsePostfix(stream, expr);
  return withFilter ? parseFiltersAndTests(stream, expr) : expr;
}

function parsePostfix(stream: TokenStream, start: Expr): Expr {
  let expr = start;
  for (let length = 0; ; length++) {
    stream.checkChain(length);
    if (stream.isOperator('.') || stream.isOperator('[')) {
      expr = parseSubscript(stream, expr, parseExpression);
    } else if (stream.isOperator('(')) {
      expr = { type: 'call', callee: expr, at: expr.at, args: parseArgs(stream, parseExpression) };
    } else return expr;
  }
}

function parseFiltersAndTests(stream: TokenStream, start: Expr): Expr {
  let expr = start;
  for (let length = 0; ; length++) {
    stream.checkChain(length);
    if (stream.isOperator('|')) expr = parseFilter(stream, expr);
    else if (stream.isName('is')) expr = parseTest(stream, expr);
    else if (stream.isOperator('(')) {
      expr = { type: 'call', callee: expr, at: expr.at, args: parseArgs(stream, parseExpression) };
    } else return expr;
  }
}

/** parseFilter reads `| name(args)`; the bar is left out at the start of a filter block. */
export function parseFilter(
  stream: TokenStream,
  input: Expr | undefined,
  isBarLeftOut = false,
): Extract<Expr, { type: 'filter' }> {
  if (!isBarLeftOut) stream.expectOperator('|');
  const { name, at } = dottedName(stream);
  const args = stream.isOperator('(') ? parseArgs(stream, parseExpression) : { positional: [], named: [] };
  return { type: 'filter', input, name, args, at };
}

function parseTest(stream: TokenStream, input: Expr): Expr {
  stream.next();
  const isNegated = stream.skipName('not');
  const { name, at } = dottedName(stream);
  const test: Expr = { type: 'test', input, name, args: testArgs(stream), at };
  return isNegated ? { type: 'not', operand: test, at } : test;
}

function testArgs(stream: TokenStream): Extract<Expr, { type: 'test' }>['args'] {
  if (stream.isOperator('(')) return parseArgs(stream, parseExpression);
  const { type } = stream.current;
  const isArg =
    (type === 'name' && !stream.isName('else') && !stream.isName('or') && !stream.isName('and')) ||
    type === 'string' ||
    type === 'integer' ||
    type === 'float' ||
    stream.isOperator('[') ||
    stream.isOperator('{');
  if (!isArg) return { positional: [], named: [] };
  if (stream.isName('is')) stream.fail('only one test may follow a value');
  const primary = parsePrimary(stream, parseExpression, parseTuple);
  return { positional: [parsePostfix(stream, primary)], named: [] };
}

function dottedName(stream: TokenStream): { name: string; at: number } {
  const { text, at } = stream.expectName();
  let name = text;
  while (stream.skipOperator('.')) name += `.${stream.expectName().text}`;
  return { name, at };
}
