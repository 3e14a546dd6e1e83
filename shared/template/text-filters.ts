import { bind, flagArgument, integerArgument, optionalInteger, textArgument, textOf } from './arguments.ts';
import { binary } from './arithmetic.ts';
import { PyDict } from './dict.ts';
import type { Filter } from './filter.ts';
import { iterate, lengthOf, toArray } from './protocol.ts';
import { str, undefinedFault } from './repr.ts';
import type { Runtime } from './runtime.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { textLength, textSlice } from './text.ts';
import { replaceText, textMethod } from './text-methods.ts';
import { splitLines } from './text-split.ts';
import { typeName } from './type-name.ts';
import { urlQuote } from './url-quote.ts';
import { Markup, PyObject, PyTuple, Undefined, type Value } from './value.ts';
import { spaceClass } from './whitespace.ts';
import { wrapText } from './wrap-text.ts';

/** Text of a value; HTML stays HTML. */
function soft(value: Value, runtime: Runtime): string | Markup {
  return value instanceof Markup ? value : str(value, runtime.budget);
}

/** The argument, else its default, else nothing. */
function given(argument: Value | undefined, otherwise: Value | undefined): Value[] {
  return [argument, otherwise].filter(value => value !== undefined).slice(0, 1);
}

/** A filter that is a method of the value's text. */
function method(
  name: string,
  parameters: readonly string[],
  defaults: readonly Value[] = [],
): [string, Filter] {
  const methodName = name === 'trim' ? 'strip' : name;
  return [
    name,
    (value, args, runtime) => {
      const bound = bind(name, parameters, args);
      const positional = parameters.flatMap((_, index) => given(bound[index], defaults[index]));
      const call = textMethod(soft(value, runtime), methodName);
      return call?.call({ positional, named: new Map() }, runtime) ?? null;
    },
  ];
}

const wordStart = new RegExp(`([-${spaceClass}({\\[<]+)`);

const title: Filter = (value, args, { budget }) => {
  bind('title', [], args);
  const text = str(value, budget);
  budget.text(text.length);
  const words = text.split(wordStart).filter(word => word !== '');
  return words.map(([first = '', ...rest]) => first.toUpperCase() + rest.join('').toLowerCase()).join('');
};

const replace: Filter = (value, args, runtime) => {
  const [old = null, fresh = null, count] = bind('replace', ['old', 'new', 'count?'], args);
  const text = (part: Value): string => str(part, runtime.budget);
  return replaceText(text(value), text(old), text(fresh), optionalInteger(count, 'replace') ?? -1, runtime);
};

const truncate: Filter = (value, args, { budget }) => {
  const [lengthGiven, killWords, endGiven, leewayGiven] = bind(
    'truncate',
    ['length?', 'killwords?', 'end?', 'leeway?'],
    args,
  );
  const length = integerArgument(lengthGiven, 'truncate', 255);
  const end = textArgument(endGiven, 'truncate', '...');
  const leeway = optionalInteger(leewayGiven, 'truncate') ?? 5;
  if (length < textLength(end))
    throw runtimeFault('truncate needs a length that is not below that of its end');
  if (leeway < 0) throw runtimeFault('truncate needs a leeway that is not negative');
  const size = lengthOf(value);
  if (size !== undefined && size <= length + leeway) return value;
  const text = textOf(value);
  if (text === undefined) throw runtimeFault(`truncate needs a text, not ${typeName(value)}`);
  const cut = textSlice(text, 0, length - textLength(end));
  const lastSpace = cut.lastIndexOf(' ');
  const kept = flagArgument(killWords) || lastSpace < 0 ? cut : cut.slice(0, lastSpace);
  return binary('+', value instanceof Markup ? new Markup(kept) : kept, end, budget, () => null);
};

const indent: Filter = (value, args, { budget }) => {
  const [width, first, blank] = bind('indent', ['width?', 'first?', 'blank?'], args);
  const text = textOf(value);
  if (text === undefined) throw runtimeFault(`indent needs a text, not ${typeName(value)}`);
  const count = typeof width === 'string' ? width.length : Math.max(0, integerArgument(width, 'indent', 4));
  budget.text(count);
  const margin = typeof width === 'string' ? width : ' '.repeat(count);
  const lines = splitLines(`${text}\n`);
  budget.text(text.length + lines.length * margin.length);
  const indented = lines.map((line, index) =>
    index > 0 && (line !== '' || flagArgument(blank)) ? margin + line : line,
  );
  const result = (flagArgument(first) ? margin : '') + indented.join('\n');
  return value instanceof Markup ? new Markup(result) : result;
};

const wordcount: Filter = (value, args, { budget }) => {
  bind('wordcount', [], args);
  return BigInt(str(value, budget).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0);
};

const wordwrap: Filter = (value, args, { budget }) => {
  const [width, breakLong, wrap, breakHyphens] = bind(
    'wordwrap',
    ['width?', 'break_long_words?', 'wrapstring?', 'break_on_hyphens?'],
    args,
  );
  const text = textOf(value);
  if (text === undefined) throw runtimeFault(`wordwrap needs a text, not ${typeName(value)}`);
  const newline = wrap === undefined || wrap === null ? '\n' : textArgument(wrap, 'wordwrap');
  const shape = {
    width: integerArgument(width, 'wordwrap', 79),
    breaksLongWords: flagArgument(breakLong, true),
    breaksOnHyphens: flagArgument(breakHyphens, true),
  };
  const lines = splitLines(text).map(line => wrapText(line, shape, budget).join(newline));
  const wrapped = lines.join(newline);
  budget.text(wrapped.length);
  return wrapped;
};

const format: Filter = (value, args, runtime) => {
  if (args.positional.length > 0 && args.named.size > 0) {
    throw runtimeFault('format takes values by position or by name, not both');
  }
  const values = args.named.size > 0 ? new PyDict(args.named) : new PyTuple(args.positional);
  return binary('%', soft(value, runtime), values, runtime.budget, (object, key) =>
    runtime.getItem(object, key),
  );
};

const urlencode: Filter = (value, args, { budget }) => {
  bind('urlencode', [], args);
  if (value instanceof Undefined) throw undefinedFault(value);
  if (textOf(value) !== undefined || !(value instanceof PyObject)) {
    const text = str(value, budget);
    budget.text(text.length * 3);
    return urlQuote(text, '/');
  }
  const pairs =
    value instanceof PyDict
      ? [...value.entries()]
      : [...iterate(value, budget)].map(pair => toArray(pair, budget));
  const parts = pairs.map(pair => {
    if (pair.length !== 2) throw runtimeFault('urlencode needs pairs');
    const quoted = pair.map(part => urlQuote(str(part, budget), '').replaceAll('%20', '+'));
    budget.text(quoted.join('=').length);
    return quoted.join('=');
  });
  return parts.join('&');
};

const random: Filter = () => {
  throw new Fault(
    'unsupported',
    'random is not supported: a template gives the same text each time it is rendered',
  );
};

/** Jinja's filters for text. */
export const textFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  method('capitalize', []),
  method('center', ['width?'], [80n]),
  method('lower', []),
  method('trim', ['chars?']),
  method('upper', []),
  ['format', format],
  ['indent', indent],
  ['random', random],
  ['replace', replace],
  [
    'string',
    (value, args, runtime) => {
      bind('string', [], args);
      return soft(value, runtime);
    },
  ],
  ['title', title],
  ['truncate', truncate],
  ['urlencode', urlencode],
  ['wordcount', wordcount],
  ['wordwrap', wordwrap],
]);
