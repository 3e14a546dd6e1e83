import type { Token } from './lexer.ts';
import { Fault } from './template-error.ts';

/** Deepest nesting of brackets, operators and blocks in a template's text. */
const maxNesting = 100;

/** Longest chain of operators, attributes or filters; it nests to the left. */
const maxChain = 300;

/** The tokens of a template, read from the left. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #index = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token that comes next; the last one is `eof` and stays. */
  get current(): Token {
    return this.peek(0);
  }

  /** The token this many places ahead. */
  peek(ahead: number): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Fault('syntax', 'unexpected end of the template');
    return token;
  }

  /** Takes the current token. */
  next(): Token {
    const token = this.current;
    this.#index++;
    return token;
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.type === 'operator' && token.text === text;
  }

  isName(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.type === 'name' && token.text === text;
  }

  /** Takes the operator if it is there. */
  skipOperator(text: string): boolean {
    const isHere = this.isOperator(text);
    if (isHere) this.#index++;
    return isHere;
  }

  /** Takes the word if it is there. */
  skipName(text: string): boolean {
    const isHere = this.isName(text);
    if (isHere) this.#index++;
    return isHere;
  }

  expectOperator(text: string): Token {
    if (!this.isOperator(text)) this.fail(`expected ${text}`);
    return this.next();
  }

  expectWord(text: string): Token {
    if (!this.isName(text)) this.fail(`expected ${text}`);
    return this.next();
  }

  /** Takes any name. */
  expectName(): { text: string; at: number } {
    const token = this.current;
    if (token.type !== 'name') this.fail('expected a name');
    this.#index++;
    return token;
  }

  expectType(type: 'variable_end' | 'block_end'): Token {
    if (this.current.type !== type) {
      this.fail(`expected ${type === 'block_end' ? '%}' : '}}'}`);
    }
    return this.next();
  }

  /** Throws a syntax Fault at the current token. */
  fail(expectation: string): never {
    throw new Fault('syntax', `${expectation}, found ${describe(this.current)}`, this.current.at);
  }

  /** Runs a step that may nest; refuses too deep nesting. */
  nested<T>(step: () => T): T {
    if (++this.#nesting > maxNesting) {
      throw new Fault('limit', `is nested deeper than ${maxNesting} levels: simplify it`, this.current.at);
    }
    const result = step();
    this.#nesting--;
    return result;
  }

  /** Refuses a chain that is too long. */
  checkChain(length: number): void {
    if (length > maxChain) {
      throw new Fault('limit', `chains more than ${maxChain} operators: use {% set %}`, this.current.at);
    }
  }
}

function describe(token: Token): string {
  switch (token.type) {
    case 'operator':
    case 'name':
      return token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
    case 'string':
      return 'a string';
    case 'integer':
    case 'float':
      return 'a number';
    case 'data':
      return 'text';
    case 'variable_begin':
      return '{{';
    case 'variable_end':
      return '}}';
    case 'block_begin':
      return '{%';
    case 'block_end':
      return '%}';
    case 'eof':
      return 'the end of the template';
  }
}
