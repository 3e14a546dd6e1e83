import type { Expr, MacroNode, Parameters, Statement, Target } from './ast.ts';
import { parseExpression, parseFilter, parseTuple } from './parse-expression.ts';
import { parseTarget } from './parse-target.ts';
import { Fault } from './template-error.ts';
import type { TokenStream } from './token-stream.ts';
import { walk } from './walk.ts';

/** Tags that Jinja has and Taskpod has not, with the reason. */
const refusedTags: ReadonlyMap<string, string> = new Map([
  ...['include', 'import', 'from', 'extends', 'block'].map(
    tag => [tag, 'there is only one template: write its text here, or use a macro'] as const,
  ),
  ['autoescape', 'use the filter escape where text becomes HTML'],
  ['trans', 'translations are not loaded here'],
  ['break', 'use {% for x in y if test %}'],
  ['continue', 'use {% for x in y if test %}'],
  ['debug', 'it prints the whole context, with its secrets'],
]);

type TagParser = (parser: BodyParser, at: number) => Statement;

const tags: ReadonlyMap<string, TagParser> = new Map<string, TagParser>([
  ['if', (parser, at) => parser.parseIf(at)],
  ['for', (parser, at) => parser.parseFor(at)],
  ['set', (parser, at) => parser.parseSet(at)],
  ['with', (parser, at) => parser.parseWith(at)],
  ['macro', (parser, at) => parser.parseMacro(at)],
  ['call', (parser, at) => parser.parseCallBlock(at)],
  ['filter', (parser, at) => parser.parseFilterBlock(at)],
  ['do', (parser, at) => ({ type: 'do', expr: parseTuple(parser.stream), at })],
  ['print', (parser, at) => parser.parsePrint(at)],
]);

/** Reads the body of a template. */
export class BodyParser {
  readonly stream: TokenStream;
  #loops = 0;

  constructor(stream: TokenStream) {
    this.stream = stream;
  }

  /** parseAll reads the whole template. Throws a Fault. */
  parseAll(): Statement[] {
    return this.#parseUntil([]);
  }

  /** Reads statements until one of these tags; leaves the stream at the tag's name. No names: until the end. */
  #parseUntil(ends: readonly string[], opened = 0): Statement[] {
    const body: Statement[] = [];
    for (;;) {
      const token = this.stream.next();
      if (token.type === 'data') body.push({ type: 'data', text: token.text, at: token.at });
      else if (token.type === 'variable_begin') {
        const expr = parseTuple(this.stream);
        body.push({ type: 'print', expr, at: expr.at });
        this.stream.expectType('variable_end');
      } else if (token.type === 'block_begin') {
        if (ends.some(end => this.stream.isName(end))) return body;
        body.push(this.stream.nested(() => this.#parseTag(ends)));
        this.stream.expectType('block_end');
      } else {
        if (ends.length === 0) return body;
        throw new Fault('syntax', `the block is not closed: add {% ${ends.at(-1)} %}`, opened);
      }
    }
  }

  #parseTag(ends: readonly string[]): Statement {
    const { text: tag, at } = this.stream.expectName();
    const parse = tags.get(tag);
    if (parse !== undefined) return parse(this, at);
    const refusal = refusedTags.get(tag);
    if (refusal !== undefined)
      throw new Fault('unsupported', `{% ${tag} %} is not supported: ${refusal}`, at);
    const expected =
      ends.length === 0 ? 'nothing is open' : `expected ${ends.map(end => `{% ${end} %}`).join(' or ')}`;
    throw new Fault('syntax', `unexpected tag ${tag}: ${expected}`, at);
  }

  /** Reads the rest of the opening tag and the body behind it. */
  #parseBody(ends: readonly string[], opened: number): Statement[] {
    this.stream.skipOperator(':');
    this.stream.expectType('block_end');
    return this.#parseUntil(ends, opened);
  }

  /** Reads a body with one possible end, which it takes. */
  #parseClosed(end: string, opened: number): Statement[] {
    const body = this.#parseBody([end], opened);
    this.stream.next();
    return body;
  }

  parseIf(at: number): Statement {
    const branches: { test: Expr; body: Statement[] }[] = [];
    for (;;) {
      const test = parseTuple(this.stream, { withCondition: false });
      branches.push({ test, body: this.#parseBody(['elif', 'else', 'endif'], at) });
      if (this.stream.skipName('elif')) continue;
      const otherwise = this.stream.skipName('else') ? this.#parseBody(['endif'], at) : [];
      this.stream.next();
      return { type: 'if', branches, otherwise, at };
    }
  }

  parseFor(at: number): Statement {
    const target = parseTarget(this.stream, { isInLoop: true });
    this.stream.expectWord('in');
    const stop = (): boolean => this.stream.isName('recursive');
    const iterable = parseTuple(this.stream, { withCondition: false, stop });
    const test = this.stream.skipName('if') ? parseExpression(this.stream) : undefined;
    const isRecursive = this.stream.skipName('recursive');
    this.#loops++;
    const body = this.#parseBody(['else', 'endfor'], at);
    const otherwise = this.stream.skipName('else') ? this.#parseBody(['endfor'], at) : [];
    this.#loops--;
    this.stream.next();
    return { type: 'for', target, iterable, test, isRecursive, body, otherwise, at };
  }

  parseSet(at: number): Statement {
    const target = parseTarget(this.stream, { withNamespace: true, isInLoop: this.#loops > 0 });
    if (this.stream.skipOperator('=')) return { type: 'set', target, value: parseTuple(this.stream), at };
    let filter: Extract<Expr, { type: 'filter' }> | undefined;
    while (this.stream.isOperator('|')) filter = parseFilter(this.stream, filter);
    return { type: 'set_block', target, filter, body: this.#parseClosed('endset', at), at };
  }

  parseWith(at: number): Statement {
    const pairs: [Target, Expr][] = [];
    while (this.stream.current.type !== 'block_end') {
      if (pairs.length > 0) this.stream.expectOperator(',');
      const target = parseTarget(this.stream);
      this.stream.expectOperator('=');
      pairs.push([target, parseExpression(this.stream)]);
    }
    return { type: 'with', pairs, body: this.#parseClosed('endwith', at), at };
  }

  parsePrint(at: number): Statement {
    const parts: Expr[] = [];
    while (this.stream.current.type !== 'block_end') {
      if (parts.length > 0) this.stream.expectOperator(',');
      parts.push(parseExpression(this.stream));
    }
    return { type: 'print', expr: { type: 'concat', parts, at }, at };
  }

  parseMacro(at: number): Statement {
    const { text: name } = this.stream.expectName();
    const parameters = this.#parseParameters();
    return macroNode(name, parameters, this.#parseClosed('endmacro', at), at);
  }

  parseCallBlock(at: number): Statement {
    const parameters = this.stream.isOperator('(') ? this.#parseParameters() : { names: [], defaults: [] };
    const call = parseExpression(this.stream);
    if (call.type !== 'call') throw new Fault('syntax', 'expected a call of a macro', call.at);
    return {
      type: 'call_block',
      call,
      macro: macroNode('caller', parameters, this.#parseClosed('endcall', at), at),
      at,
    };
  }

  parseFilterBlock(at: number): Statement {
    let filter = parseFilter(this.stream, undefined, true);
    while (this.stream.isOperator('|')) filter = parseFilter(this.stream, filter);
    return { type: 'filter_block', filter, body: this.#parseClosed('endfilter', at), at };
  }

  #parseParameters(): Parameters {
    const names: string[] = [];
    const defaults: Expr[] = [];
    this.stream.expectOperator('(');
    while (!this.stream.isOperator(')')) {
      if (names.length > 0) this.stream.expectOperator(',');
      const { text, at } = this.stream.expectName();
      if (names.includes(text)) throw new Fault('syntax', `the parameter ${text} is there twice`, at);
      names.push(text);
      if (this.stream.skipOperator('=')) defaults.push(parseExpression(this.stream));
      else if (defaults.length > 0)
        throw new Fault('syntax', `the parameter ${text} needs a default too`, at);
    }
    this.stream.next();
    return { names, defaults };
  }
}

function macroNode(name: string, parameters: Parameters, body: Statement[], at: number): MacroNode {
  const specials = new Set<string>();
  for (const statement of body) {
    walk(statement, node => {
      if (node.type === 'name' && /^(caller|varargs|kwargs)$/.test(node.name)) specials.add(node.name);
    });
  }
  for (const parameter of parameters.names) {
    if (parameter !== 'caller') specials.delete(parameter);
  }
  const callerIndex = parameters.names.indexOf('caller');
  if (
    specials.has('caller') &&
    callerIndex >= 0 &&
    callerIndex < parameters.names.length - parameters.defaults.length
  ) {
    throw new Fault('syntax', 'the parameter caller needs a default', at);
  }
  return { type: 'macro', name, parameters, body, specials, at };
}
