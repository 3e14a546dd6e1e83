import { ApiFailure } from '../loopback-server.ts';

type Attributes = Readonly<Record<string, string>>;

/** Tells whether a subscription gets a message with these attributes. */
export type Filter = (attributes: Attributes) => boolean;

/** https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax */
const maxBytes = 256;
const tokenPattern =
  /\s*(?:("(?:[^"\\]|\\.)*")|(hasPrefix\b|AND\b|OR\b|NOT\b|!=|[-():=,.])|([A-Za-z_][\w-]*))/y;

/**
 * parseFilter reads a filter in Pub/Sub's language: `attributes.KEY = "V"`, `!=`, `attributes:KEY`, `hasPrefix`, `NOT`, and `AND`
 * or `OR`, which mix only in parentheses. Throws {@link ApiFailure} 400.
 */
export function parseFilter(text: string): Filter {
  if (Buffer.byteLength(text) > maxBytes) throw refused(`is longer than ${maxBytes} bytes`);
  if (text.trim() === '') return () => true;
  const parser = new FilterParser(tokensOf(text));
  return parser.whole();
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    tokenPattern.lastIndex = at;
    const found = tokenPattern.exec(text);
    if (found === null) throw refused(`cannot be read from "${text.slice(at).trim()}" on`);
    tokens.push(found[0].trim());
    at = tokenPattern.lastIndex;
  }
  return tokens;
}

/** A parser by descent; lives as long as one filter is read. */
class FilterParser {
  readonly #tokens: string[];

  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  whole(): Filter {
    const filter = this.#expression();
    if (this.#tokens.length > 0) throw refused(`goes on with ${this.#tokens[0]} where it should end`);
    return filter;
  }

  #expression(): Filter {
    const parts = [this.#condition()];
    const [operator] = this.#tokens;
    if (operator !== 'AND' && operator !== 'OR') return parts[0] ?? (() => true);
    while (this.#take(operator)) parts.push(this.#condition());
    if (this.#tokens[0] === 'AND' || this.#tokens[0] === 'OR')
      throw refused('mixes AND and OR: use parentheses');
    return attributes =>
      operator === 'AND' ? parts.every(part => part(attributes)) : parts.some(part => part(attributes));
  }

  #condition(): Filter {
    if (this.#take('NOT') || this.#take('-')) {
      const negated = this.#condition();
      return attributes => !negated(attributes);
    }
    if (this.#take('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#take('hasPrefix')) {
      this.#expect('(');
      const key = this.#attribute();
      this.#expect(',');
      const prefix = this.#text();
      this.#expect(')');
      return attributes => attributes[key]?.startsWith(prefix) ?? false;
    }
    return this.#comparison();
  }

  #comparison(): Filter {
    this.#expect('attributes');
    if (this.#take(':')) {
      const key = this.#key();
      return attributes => Object.hasOwn(attributes, key);
    }
    this.#expect('.');
    const key = this.#key();
    const isEqual = this.#take('=');
    if (!isEqual) this.#expect('!=');
    const value = this.#text();
    // A message without the attribute differs from every value.
    return attributes => (attributes[key] === value) === isEqual;
  }

  #attribute(): string {
    this.#expect('attributes');
    this.#expect('.');
    return this.#key();
  }

  #key(): string {
    const token = this.#tokens.shift() ?? 'the end';
    if (token.startsWith('"')) return unquoted(token);
    if (!/^[A-Za-z_]/.test(token)) throw refused(`has ${token} where an attribute's key should be`);
    return token;
  }

  #text(): string {
    const token = this.#tokens.shift() ?? 'the end';
    if (!token.startsWith('"')) throw refused(`has ${token} where a text in double quotes should be`);
    return unquoted(token);
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw refused(`has ${this.#tokens[0] ?? 'its end'} where ${token} should be`);
  }
}

function unquoted(token: string): string {
  return token.slice(1, -1).replace(/\\(.)/g, '$1');
}

function refused(what: string): ApiFailure {
  return new ApiFailure(400, 'INVALID_ARGUMENT', `the filter ${what}`);
}
